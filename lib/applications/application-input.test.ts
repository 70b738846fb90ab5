import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isVestibuleError } from '../base/errors.ts'
import { applicationChangeSchema, newApplicationSchema } from './application-input.ts'
import { checkApplication } from './check-application.ts'

const web = {
  name: 'CRM',
  product: 'crm',
  type: 'confidential',
  redirectUrls: ['https://crm.example/cb'],
}
const spa = { ...web, type: 'public' }
const native = { ...web, type: 'native', redirectUrls: ['com.example.crm:/cb', 'http://127.0.0.1/cb'] }

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' })
const ed = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
const byKey = { tokenEndpointAuthMethod: 'private_key_jwt' }
const keys = (...list: object[]) => ({ ...web, ...byKey, jwks: { keys: list } })

/** The paths that are refused, by the schema or by the check behind it. */
function pathsOf(input: unknown): string[] {
  const parsed = newApplicationSchema.safeParse(input)
  if (!parsed.success)
    return parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? issue.keys : [issue.path.join('.')],
    )
  try {
    checkApplication(parsed.data)
    return []
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    return thrown.fields!.map(({ path }) => path)
  }
}

describe('defaults', () => {
  test.each([
    ['confidential', web, 'client_secret_basic'],
    ['public', spa, 'none'],
    ['native', native, 'none'],
  ])('a %s application', (_type, input, tokenEndpointAuthMethod) => {
    expect(newApplicationSchema.parse(input)).toEqual({
      ...input,
      postLogoutRedirectUrls: [],
      backchannelLogoutUrl: null,
      backchannelLogoutSessionRequired: false,
      initiateLoginUrl: null,
      requirePkce: true,
      tokenEndpointAuthMethod,
      jwks: null,
      jwksUrl: null,
      accessTokenFormat: 'opaque',
      requireDpop: false,
      requirePar: false,
    })
  })

  test('an address named twice counts once', () => {
    const { redirectUrls } = newApplicationSchema.parse({
      ...web,
      redirectUrls: [...web.redirectUrls, ...web.redirectUrls],
    })
    expect(redirectUrls).toEqual(web.redirectUrls)
  })
})

describe('what can be', () => {
  test.each<[string, object]>([
    ['PKCE left to a confidential application', { ...web, requirePkce: false }],
    ['secrets in the body', { ...web, tokenEndpointAuthMethod: 'client_secret_post' }],
    ['one key', keys(ec)],
    ['keys of every type', keys(rsa, ec, ed)],
    ['members that say what a key is for', keys({ ...ec, kid: '1', use: 'sig', alg: 'ES256' })],
    ['an address of keys', { ...web, ...byKey, jwksUrl: 'https://crm.example/jwks' }],
    ['a sign-out address', { ...web, backchannelLogoutUrl: 'https://crm.example/logout?x=y' }],
    [
      'a sign-out address of the machine itself',
      { ...web, backchannelLogoutUrl: 'http://localhost:3000/logout' },
    ],
    ['an application that only speaks for itself', { ...web, redirectUrls: [] }],
    ['wildcards of a web application', { ...web, redirectUrls: ['https://*.crm.example/*'] }],
    ['schemes and loopback of a native one', { ...native, postLogoutRedirectUrls: ['com.example.crm:/out'] }],
  ])('%s', (_name, input) => expect(pathsOf(input)).toEqual([]))
})

describe('what cannot be, by path', () => {
  test.each<[string, object, string]>([
    ['no name', { ...web, name: ' ' }, 'name'],
    ['a name too long', { ...web, name: 'x'.repeat(129) }, 'name'],
    ['no product', { ...web, product: '' }, 'product'],
    ['a product no connection could have', { ...web, product: 'a:b' }, 'product'],
    ['another type', { ...web, type: 'machine' }, 'type'],
    ['no type', { ...web, type: undefined }, 'type'],
    ['no redirect URLs', { ...web, redirectUrls: undefined }, 'redirectUrls'],
    ['one redirect URL as text', { ...web, redirectUrls: 'https://crm.example/cb' }, 'redirectUrls'],
    [
      'too many redirect URLs',
      { ...web, redirectUrls: Array(101).fill('https://x.example/') },
      'redirectUrls',
    ],
    ['a number among them', { ...web, redirectUrls: [5] }, 'redirectUrls.0'],
    ['http', { ...web, redirectUrls: ['https://a.example/', 'http://b.example/'] }, 'redirectUrls.1'],
    ['a scheme of its own on the web', { ...spa, redirectUrls: ['com.example.crm:/cb'] }, 'redirectUrls.0'],
    [
      'a wildcard in a native application',
      { ...native, redirectUrls: ['http://127.0.0.1/*'] },
      'redirectUrls.0',
    ],
    ['a scheme without a domain', { ...native, redirectUrls: ['crm:/cb'] }, 'redirectUrls.0'],
    ['script as an address', { ...native, redirectUrls: ['javascript:alert(1)'] }, 'redirectUrls.0'],
    [
      'http after signing out',
      { ...web, postLogoutRedirectUrls: ['http://b.example/'] },
      'postLogoutRedirectUrls.0',
    ],
    [
      'a sign-out address with a fragment',
      { ...web, backchannelLogoutUrl: 'https://a.example/#x' },
      'backchannelLogoutUrl',
    ],
    [
      'a sign-out address over http',
      { ...web, backchannelLogoutUrl: 'http://a.example/' },
      'backchannelLogoutUrl',
    ],
    ['a start address over http', { ...web, initiateLoginUrl: 'http://a.example/' }, 'initiateLoginUrl'],
    ['a public application without PKCE', { ...spa, requirePkce: false }, 'requirePkce'],
    ['a native application without PKCE', { ...native, requirePkce: false }, 'requirePkce'],
    [
      'a confidential application that proves nothing',
      { ...web, tokenEndpointAuthMethod: 'none' },
      'tokenEndpointAuthMethod',
    ],
    [
      'a secret in a browser',
      { ...spa, tokenEndpointAuthMethod: 'client_secret_post' },
      'tokenEndpointAuthMethod',
    ],
    ['a key in an app', { ...native, ...byKey, jwks: { keys: [ec] } }, 'tokenEndpointAuthMethod'],
    ['another method', { ...web, tokenEndpointAuthMethod: 'client_secret_jwt' }, 'tokenEndpointAuthMethod'],
    ['private_key_jwt without keys', { ...web, ...byKey }, 'jwks'],
    ['keys in two places', { ...keys(ec), jwksUrl: 'https://a.example/jwks' }, 'jwksUrl'],
    ['keys over http', { ...web, ...byKey, jwksUrl: 'http://a.example/jwks' }, 'jwksUrl'],
    ['no keys in the set', keys(), 'jwks.keys'],
    ['too many keys', keys(...Array(21).fill(ec)), 'jwks.keys'],
    ['a set that is a list', { ...web, ...byKey, jwks: [ec] }, 'jwks'],
    ['a set that is text', { ...web, ...byKey, jwks: JSON.stringify({ keys: [ec] }) }, 'jwks'],
    ['a symmetric key', keys({ kty: 'oct', k: 'c2VjcmV0' }), 'jwks.keys.0.kty'],
    ['a type nobody knows', keys(ec, { kty: 'XX' }), 'jwks.keys.1.kty'],
    ['a curve of Bitcoin', keys({ ...ec, crv: 'secp256k1' }), 'jwks.keys.0.crv'],
    ['a key for agreement alone', keys({ ...ed, crv: 'X25519' }), 'jwks.keys.0.crv'],
    ['a weak key', keys({ ...rsa, n: rsa.n!.slice(0, 172) }), 'jwks.keys.0.n'],
    ['a point off its curve', keys({ ...ec, y: ec.x }), 'jwks.keys.0'],
    ['an unknown member', { ...web, organizationId: 'org_other' }, 'organizationId'],
    ['an id of their own', { ...web, id: 'app_mine' }, 'id'],
    ['a client id of their own', { ...web, clientId: 'vc_mine' }, 'clientId'],
    ['a secret of their own', { ...web, clientSecret: 'mine' }, 'clientSecret'],
    ['a token of another format', { ...web, accessTokenFormat: 'paseto' }, 'accessTokenFormat'],
    ['text for a yes', { ...web, requireDpop: 'true' }, 'requireDpop'],
  ])('%s', (_name, input, path) => expect(pathsOf(input)).toContain(path))

  test.each(['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'])('a key with the private member %s', (member) => {
    expect(pathsOf(keys(ec, { ...rsa, [member]: 'AQAB' }))).toEqual([`jwks.keys.1.${member}`])
  })

  test('a whole private key, of each type', () => {
    for (const pair of [
      generateKeyPairSync('ec', { namedCurve: 'P-384' }),
      generateKeyPairSync('rsa', { modulusLength: 2048 }),
      generateKeyPairSync('ed25519'),
    ])
      expect(pathsOf(keys(pair.privateKey.export({ format: 'jwk' })))).toContain('jwks.keys.0.d')
  })
})

describe('a change', () => {
  test('says something', () => {
    expect(applicationChangeSchema.safeParse({}).success).toBe(false)
    expect(applicationChangeSchema.safeParse({ name: 'x' }).data).toEqual({ name: 'x' })
  })

  test('clears what may be absent', () => {
    expect(applicationChangeSchema.safeParse({ backchannelLogoutUrl: null, jwks: null }).success).toBe(true)
    expect(applicationChangeSchema.safeParse({ redirectUrls: null }).success).toBe(false)
  })
})
