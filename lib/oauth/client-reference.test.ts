import { describe, expect, test } from 'vitest'
import { readClientReference, readEncodedTenant } from './client-reference.ts'

const acme = { kind: 'tenant', tenant: 'acme.com', product: 'crm' }
const read = (query: string) => readClientReference(new URLSearchParams(query))
const encoded = encodeURIComponent('tenant=acme.com&product=crm')

describe('which client a request means', () => {
  test.each([
    ['parameters', 'client_id=dummy&tenant=acme.com&product=crm'],
    ['client_id', `client_id=${encoded}`],
    ['client_id, encoded twice', `client_id=${encodeURIComponent(encoded)}`],
    ['access_type', `client_id=dummy&access_type=${encoded}`],
    ['resource', `client_id=dummy&resource=${encoded}`],
    ['one of several resources', `client_id=dummy&resource=https%3A%2F%2Fapi.example&resource=${encoded}`],
    ['scope', `client_id=dummy&scope=openid+${encodeURIComponent('tenant=acme.com&product=crm')}`],
    ['scope with commas', `client_id=dummy&scope=openid,${encoded},email`],
    [
      'parameters before client_id',
      `client_id=${encodeURIComponent('tenant=other&product=x')}&tenant=acme.com&product=crm`,
    ],
    ['client_id before scope', `client_id=${encoded}&scope=${encodeURIComponent('tenant=other&product=x')}`],
  ])('%s', (_name, query) => expect(read(query)).toEqual(acme))

  test.each([
    ['client_id=abc', { kind: 'clientId', clientId: 'abc' }],
    ['client_id=abc&tenant=acme.com', { kind: 'clientId', clientId: 'abc' }],
    ['client_id=abc&tenant=&product=', { kind: 'clientId', clientId: 'abc' }],
    ['client_id=tenant', { kind: 'clientId', clientId: 'tenant' }],
    ['client_id=tenant%3Dacme', { kind: 'clientId', clientId: 'tenant=acme' }],
    ['', null],
    ['tenant=acme.com', null],
    ['scope=openid', null],
  ])('%j', (query, expected) => expect(read(query)).toEqual(expected))

  test('names with what URLs are made of', () => {
    const query = new URLSearchParams({ tenant: 'a&b=c/ü+%', product: 'x y' }).toString()
    expect(readEncodedTenant(query)).toEqual({ kind: 'tenant', tenant: 'a&b=c/ü+%', product: 'x y' })
    expect(readEncodedTenant(encodeURIComponent(query))).toEqual({
      kind: 'tenant',
      tenant: 'a&b=c/ü+%',
      product: 'x y',
    })
    expect(readEncodedTenant('%E0%A4%A tenant')).toBeNull()
  })
})
