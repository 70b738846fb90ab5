import { describe, expect, test } from 'vitest'
import { parseConfig } from './config.ts'

const production = {
  DATABASE_URL: 'postgresql://u:p@db.example/v',
  PUBLIC_URL: 'https://login.acme.example',
  VESTIBULE_SECRET: 'x'.repeat(32),
}

test('nothing set: the embedded database, on localhost, with the demo', () => {
  expect(parseConfig({})).toMatchObject({
    publicUrl: 'http://localhost:5225',
    publicHost: 'localhost:5225',
    secure: false,
    port: 5225,
    databaseUrl: undefined,
    apiKeys: [],
    demo: true,
    trustProxy: 0,
    samlAudience: 'http://localhost:5225/saml',
    clientSecretVerifier: 'dummy',
    outboundAllow: ['127.0.0.0/8', '::1/128', 'localhost'],
  })
})

test('production: https, no demo, nothing but public addresses', () => {
  expect(parseConfig(production)).toMatchObject({
    publicUrl: 'https://login.acme.example',
    publicHost: 'login.acme.example',
    secure: true,
    demo: false,
    outboundAllow: [],
    samlAudience: 'https://login.acme.example/saml',
  })
})

test.each<[Record<string, string>, Record<string, unknown>]>([
  [
    { API_KEYS: ' key-number-one-0001 , ,key-number-two-0002,' },
    { apiKeys: ['key-number-one-0001', 'key-number-two-0002'] },
  ],
  [{ PUBLIC_URL: 'https://login.acme.example/' }, { publicUrl: 'https://login.acme.example' }],
  [{ PUBLIC_URL: 'https://Login.Acme.Example:443' }, { publicUrl: 'https://login.acme.example' }],
  [{ PORT: '8080' }, { port: 8080, publicUrl: 'http://localhost:8080' }],
  [{ PORT: '' }, { port: 5225 }],
  [{ ADMIN_EMAIL: 'Owner@Acme.Example' }, { adminEmail: 'owner@acme.example' }],
  [{}, { smtp: null, mailFrom: { name: 'Vestibule', address: 'no-reply@localhost' } }],
  [production, { mailFrom: { name: 'Vestibule', address: 'no-reply@login.acme.example' } }],
  [{ PUBLIC_URL: 'http://127.0.0.1:80' }, { mailFrom: { name: 'Vestibule', address: 'no-reply@localhost' } }],
  [{ MAIL_FROM: 'login@acme.example' }, { mailFrom: { name: '', address: 'login@acme.example' } }],
  [
    { MAIL_FROM: 'Acme, sign-in <login@acme.example>' },
    { mailFrom: { name: 'Acme, sign-in', address: 'login@acme.example' } },
  ],
  [
    { MAIL_FROM: '"Acme" <login@acme.example>' },
    { mailFrom: { name: 'Acme', address: 'login@acme.example' } },
  ],
  [
    { SMTP_URL: 'smtp://mail.acme.example' },
    { smtp: { host: 'mail.acme.example', port: 587, secure: false, requireTls: false, credentials: null } },
  ],
  [
    { SMTP_URL: 'smtps://user%40acme:p%2Fw%3A@mail.acme.example' },
    {
      smtp: {
        host: 'mail.acme.example',
        port: 465,
        secure: true,
        requireTls: false,
        credentials: { user: 'user@acme', password: 'p/w:' },
      },
    },
  ],
  [
    { SMTP_URL: 'smtp://u:p@mail.acme.example:2525' },
    { smtp: expect.objectContaining({ port: 2525, requireTls: true }) },
  ],
  [
    { SMTP_URL: 'smtp://u:p@127.0.0.1:25' },
    { smtp: expect.objectContaining({ host: '127.0.0.1', requireTls: false }) },
  ],
  [{ SMTP_URL: 'smtp://[::1]:25' }, { smtp: expect.objectContaining({ host: '::1', port: 25 }) }],
  [{ SAML_AUDIENCE: 'https://saml.boxyhq.com' }, { samlAudience: 'https://saml.boxyhq.com' }],
  [{ OUTBOUND_ALLOW: 'idp.internal, 10.0.0.0/8' }, { outboundAllow: ['idp.internal', '10.0.0.0/8'] }],
  [
    { OUTBOUND_ALLOW: 'fd00::/8,127.0.0.1,localhost:8080' },
    { outboundAllow: ['fd00::/8', '127.0.0.1', 'localhost:8080'] },
  ],
  [{ OUTBOUND_ALLOW: ' ' }, { outboundAllow: [] }],
  [{ PUBLIC_URL: 'http://login.acme.example' }, { outboundAllow: [] }],
  [{ DEMO: '0' }, { demo: false }],
  [{ ...production, DEMO: '1' }, { demo: true }],
  [{ ...production, PUBLIC_URL: 'http://127.0.0.1:5225' }, { secure: false }],
  [
    { VESTIBULE_SECRET_PREVIOUS: 'one-old-secret,another' },
    { previousRootSecrets: ['one-old-secret,another', 'one-old-secret', 'another'] },
  ],
])('%j', (env, expected) => expect(parseConfig(env)).toMatchObject(expected))

describe('what is wrong stops the start with a sentence that names the variable', () => {
  test.each<[Record<string, string>, RegExp]>([
    [{ PUBLIC_URL: 'login.acme.example' }, /PUBLIC_URL must be an http\(s\) address/],
    [{ PUBLIC_URL: 'ftp://login.acme.example' }, /PUBLIC_URL must be an http\(s\) address/],
    [{ PUBLIC_URL: 'https://login.acme.example/path' }, /PUBLIC_URL must be an origin/],
    [{ PUBLIC_URL: 'https://login.acme.example/?x' }, /PUBLIC_URL must be an origin/],
    [{ PUBLIC_URL: 'https://user@login.acme.example' }, /PUBLIC_URL must be an origin/],
    [{ PORT: 'http' }, /PORT must be a port number/],
    [{ PORT: '65536' }, /PORT /],
    [{ PORT: '-1' }, /PORT /],
    [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL must start with postgresql:\/\//],
    [{ VESTIBULE_SECRET: 'short' }, /VESTIBULE_SECRET must have at least 32 characters/],
    [{ API_KEYS: 'short' }, /API_KEYS each key must have at least 16 characters/],
    [{ API_KEYS: 'long-enough-key-0001,short' }, /API_KEYS each key must have at least 16 characters/],
    [{ ADMIN_EMAIL: 'owner' }, /ADMIN_EMAIL must be a mail address/],
    [{ ADMIN_PASSWORD: 'short' }, /ADMIN_PASSWORD must have at least 12 characters/],
    [{ DEMO: 'yes' }, /DEMO /],
    [{ TRUST_PROXY: 'true' }, /TRUST_PROXY must be the number of proxies/],
    [{ TRUST_PROXY: '-1' }, /TRUST_PROXY /],
    [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL /],
    [{ OUTBOUND_ALLOW: '10.0.0.0/99' }, /OUTBOUND_ALLOW must be a list of host names/],
    [{ OUTBOUND_ALLOW: 'idp.internal,https://idp.internal' }, /OUTBOUND_ALLOW must be/],
    [{ SMTP_URL: 'http://mail.acme.example' }, /SMTP_URL must be smtp:\/\/user:password@host:587/],
    [{ SMTP_URL: 'mail.acme.example:25' }, /SMTP_URL must be/],
    [{ SMTP_URL: 'smtp://' }, /SMTP_URL must be/],
    [{ SMTP_URL: 'smtp://user@mail.acme.example' }, /SMTP_URL must be/],
    [{ SMTP_URL: 'smtp://user:100%@mail.acme.example' }, /SMTP_URL must be/],
    [{ SMTP_URL: 'smtp://mail.acme.example/path' }, /SMTP_URL must be/],
    [{ SMTP_URL: 'smtp://mail.acme.example?tls=no' }, /SMTP_URL must be/],
    [{ MAIL_FROM: 'Acme' }, /MAIL_FROM must be a mail address/],
    [{ MAIL_FROM: 'a@acme.example\r\nBcc: b@acme.example' }, /MAIL_FROM must be/],
    [{ MAIL_FROM: 'a@acme.example, b@acme.example' }, /MAIL_FROM must be/],
    [{ ...production, PUBLIC_URL: '' }, /these are needed as well: PUBLIC_URL/],
    [{ ...production, VESTIBULE_SECRET: '' }, /these are needed as well: VESTIBULE_SECRET/],
    [{ DATABASE_URL: production.DATABASE_URL }, /PUBLIC_URL .* and VESTIBULE_SECRET/],
    [{ ...production, PUBLIC_URL: 'http://login.acme.example' }, /PUBLIC_URL must be https/],
  ])('%j', (env, sentence) => {
    expect(() => parseConfig(env)).toThrow(sentence)
    expect(() => parseConfig(env)).toThrow(/^The configuration is not usable: .+\.$/)
  })

  test('all of it at once', () => {
    expect(() => parseConfig({ PORT: 'x', API_KEYS: 'y' })).toThrow(/PORT .*; API_KEYS /)
  })

  test('never repeating a secret', () => {
    for (const name of ['VESTIBULE_SECRET', 'API_KEYS', 'ADMIN_PASSWORD', 'DATABASE_URL', 'SMTP_URL']) {
      const failure = (() => {
        try {
          parseConfig({ [name]: 'canary' })
        } catch (thrown) {
          return String(thrown)
        }
      })()
      expect(failure).toContain(name)
      expect(failure).not.toContain('canary')
    }
  })
})
