import { describe, expect, test } from 'vitest'
import { newDomainSchema } from './domain-input.ts'

const read = (domain: unknown) => newDomainSchema.safeParse({ domain })

describe('a domain as people write it', () => {
  test.each([
    ['acme.example', 'acme.example'],
    ['  ACME.Example. ', 'acme.example'],
    ['mail.eu.acme.example', 'mail.eu.acme.example'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['ａｃｍｅ.example', 'acme.example'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['acme.co.uk', 'acme.co.uk'],
    ['co.example', 'co.example'],
    ['mygmail.com', 'mygmail.com'],
    ['mail.outlook.com', 'mail.outlook.com'],
  ])('%j is %s', (written, domain) => {
    expect(read(written).data).toEqual({ domain })
  })

  test.each([
    '',
    'acme',
    'localhost',
    'a@acme.example',
    'https://acme.example',
    'acme.example/path',
    'acme.example:443',
    '*.acme.example',
    '_dmarc.acme.example',
    'acme..example',
    '-acme.example',
    '192.0.2.1',
    '[2001:db8::1]',
    `${'a'.repeat(64)}.example`,
    'a b.example',
    '%61cme.example',
    5,
    null,
  ])('%j is none', (written) => {
    expect(read(written).success).toBe(false)
  })

  test('leaves room for the name of its TXT record', () => {
    const label = 'a'.repeat(57)
    const long = `${label}.${label}.${label}.${label}.example`
    expect(`_vestibule.${long}`).toHaveLength(250)
    expect(read(long).success).toBe(true)
    expect(read(`abcd.${long}`).error?.issues[0]?.message).toContain('longer than 242')
  })

  test.each(['gmail.com', 'GMail.com.', 'outlook.com', 'gmx.de', 'yahoo.co.uk', 'proton.me', 'qq.com'])(
    '%s belongs to everybody',
    (domain) => {
      expect(read(domain).error?.issues).toEqual([
        expect.objectContaining({ path: ['domain'], message: expect.stringContaining('anyone can have') }),
      ])
    },
  )

  test.each(['co.uk', 'com.au', 'or.jp', 'gob.mx', 'ac.nz'])('%s is a suffix', (domain) => {
    expect(read(domain).error?.issues[0]?.message).toContain('suffix under which anyone')
  })

  test('nothing else may come with it', () => {
    for (const more of [{ status: 'verified' }, { ownedDomain: 'acme.example' }, { vouched: 'true' }])
      expect(newDomainSchema.safeParse({ domain: 'acme.example', ...more }).success).toBe(false)
  })
})
