import { describe, expect, test } from 'vitest'
import { emailDomain, emailKey, toDomain } from './email.ts'

describe('the form in which addresses are compared', () => {
  test.each([
    ['Ada@Acme.example', 'ada@acme.example'],
    ['  ada@acme.example ', 'ada@acme.example'],
    ['ａｄａ@acme.example', 'ada@acme.example'],
    ['ADA@ACME.EXAMPLE', 'ada@acme.example'],
  ])('%s is %s', (email, key) => expect(emailKey(email)).toBe(key))
})

describe('the domain of an address', () => {
  test.each([
    ['ada@Acme.example', 'acme.example'],
    ['ada@acme.example.', 'acme.example'],
    ['"a@b"@acme.example', 'acme.example'],
    ['ada@bücher.example', 'xn--bcher-kva.example'],
    ['ada@XN--bcher-kva.example', 'xn--bcher-kva.example'],
    ['ada', null],
    ['@acme.example', null],
    ['ada@', null],
    ['ada@localhost', null],
    ['ada@[192.0.2.1]', null],
    ['ada@192.0.2.1', null],
    ['ada@1.2', null],
    ['ada@acme..example', null],
    ['ada@-acme.example', null],
    ['ada@acme.example/path', null],
    ['ada@*.example', null],
  ])('of %s is %s', (email, domain) => expect(emailDomain(email)).toBe(domain))

  test('what is longer than a name may be is none', () => {
    expect(toDomain(`${'a'.repeat(64)}.example`)).toBeNull()
    expect(toDomain(`${'abc.'.repeat(80)}example`)).toBeNull()
  })
})
