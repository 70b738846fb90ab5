import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isVestibuleError } from '../../base/errors.ts'
import { systemRandom } from '../../base/ids.ts'
import { mintSelfSignedCertificate } from '../../signing/self-signed-certificate.ts'
import { readProviderSettings } from './provider-settings.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const certificate = mintSelfSignedCertificate({
  key: rsa.privateKey,
  commonName: 'IdP',
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2030-01-01T00:00:00Z'),
  random: systemRandom,
})
const armoured = (lineBreak: string) =>
  ['-----BEGIN CERTIFICATE-----', ...certificate.match(/.{1,64}/g)!, '-----END CERTIFICATE-----'].join(
    lineBreak,
  )

const loginUrl = 'https://sso.jumpcloud.com/saml2/crm'
const settings = {
  Enabled: true,
  SPEntityId: 'https://crm.example/saml',
  X509SigningCertificate: certificate,
  LoginUrl: loginUrl,
  UserPolicies: {
    MatchingFields: ['Username', 'Email'],
    FieldsToUpdatesWhenDifferent: ['FirstName', 'LastName'],
  },
}
const understood = {
  enabled: true,
  spEntityId: 'https://crm.example/saml',
  certificates: [certificate],
  loginUrl,
  userPolicies: {
    matchingFields: ['Username', 'Email'],
    fieldsToUpdateWhenDifferent: ['FirstName', 'LastName'],
  },
}
const json = JSON.stringify(settings, null, 2)
const wrap = (inner: unknown) => ({
  Logging: { LogLevel: { Default: 'Warning' } },
  LoginSettings: {
    LocalLogin: true,
    IdentityProvidersSettings: { Google: { Enabled: false, ClientId: 'x' }, JumpCloud: inner },
  },
  ConnectionStrings: { Default: 'Server=db;Password=secret' },
})

const refusalsOf = (config: unknown) => {
  try {
    readProviderSettings(config)
  } catch (thrown) {
    if (isVestibuleError(thrown))
      return (thrown.fields ?? []).map(({ path, message }) => `${path} ${message}`)
    throw thrown
  }
  return []
}

describe('where the settings stand', () => {
  test.each<[string, unknown]>([
    ['by themselves', settings],
    ['under JumpCloud', { JumpCloud: settings }],
    ['under IdentityProvidersSettings', wrap(settings).LoginSettings],
    ['in the whole file', wrap(settings)],
    ['in names of another case', { loginsettings: { identityProvidersSettings: { jumpcloud: settings } } }],
  ])('%s, as an object and as text', (_name, config) => {
    expect(readProviderSettings(config)).toEqual(understood)
    expect(readProviderSettings(JSON.stringify(config, null, 2))).toEqual(understood)
  })

  test('members in another case, as the file itself takes them', () => {
    const { UserPolicies: policies, ...others } = settings
    const lower = (object: object) =>
      Object.fromEntries(Object.entries(object).map(([name, value]) => [name.toLowerCase(), value]))
    expect(readProviderSettings({ ...lower(others), userpolicies: lower(policies) })).toEqual(understood)
  })
})

describe('as it is pasted', () => {
  const body = json.slice(1, -1)
  const fragment = `"JumpCloud": ${json}`
  test.each<[string, string]>([
    ['with a byte order mark', `\ufeff${json}`],
    ['with zero-width and unbreakable spaces', json.replaceAll('  ', '\u00a0\u200b')],
    ['with line breaks of Windows', json.replaceAll('\n', '\r\n')],
    ['as a member, the way the document shows it', `${fragment},`],
    ['as a member, with the next one begun', `${fragment},\n`],
    ['as a member, with the brackets around it', `${fragment}\n    }\n  }\n}`],
    ['as members alone', body],
    ['with trailing commas', json.replaceAll(/([\]}"])\n(\s*)([\]}])/g, '$1,\n$2$3')],
    [
      'with comments',
      json
        .replace('"Enabled"', '// whether it is used\n  "Enabled"')
        .replace('"LoginUrl"', '/* from the admin\n   console */ "LoginUrl"'),
    ],
    ['with addresses that look like comments', json.replace('"https://crm', '/* // */ "https://crm')],
    ['with typographic quotes', json.replaceAll(/"([^"]*)"/g, '“$1”')],
    ['with quotes of two languages', json.replaceAll(/"([^"]*)"/g, '„$1“')],
    ['with single quotes', json.replaceAll('"', "'")],
    ['in a fence of Markdown', `\`\`\`json\n${json}\n\`\`\`\n`],
    ['with escaped slashes', json.replaceAll('/', '\\/')],
    ['with Enabled as text', json.replace('true', '"True"')],
    ['with TRUE', json.replace('true', 'TRUE')],
    ['with blanks around values', json.replace(loginUrl, ` ${loginUrl} `)],
    ['with the certificate broken by real lines', json.replace(certificate, armoured('\n'))],
    ['with the certificate broken by lines written out', json.replace(certificate, armoured('\\n'))],
    ['with lines written out twice', json.replace(certificate, armoured('\\\\n'))],
    ['with lines of Windows written out', json.replace(certificate, armoured('\\r\\n'))],
    ['with a certificate without its own lines', json.replace(certificate, armoured(''))],
    ['with base64 in columns', json.replace(certificate, certificate.match(/.{1,76}/g)!.join('\\n  '))],
  ])('%s', (_name, pasted) => {
    expect(readProviderSettings(pasted)).toEqual(understood)
  })

  test.each<[string, string, string]>([
    ['nothing', '', 'config cannot be read: line 1 holds nothing'],
    ['a text that does not end', json.replace('crm",', 'crm,'), 'a comma is expected'],
    [
      'cut off in the middle',
      json.slice(0, json.indexOf('LoginUrl') + 14),
      'ends inside a text: a quote is missing',
    ],
    ['a bracket missing at its end', json.slice(0, -1), 'ends before'],
    ['a comma missing', json.replace('true,', 'true'), 'line 3 has “"SPEntityId"” where a comma is expected'],
    ['a name twice', json.replace('{', '{"Enabled": false,'), 'names Enabled twice'],
    ['a value without quotes', json.replace('true', 'yes'), 'line 2 has yes without quotes'],
    ['something behind it', `${json} {}`, 'goes on with “{}” after its end'],
    ['brackets upon brackets', '['.repeat(50), 'is nested too deeply'],
    ['a book', `{"Enabled": "${'x'.repeat(70_000)}"}`, 'is longer than 64 KB'],
    ['XML', '<EntityDescriptor/>', 'for a value'],
    ['a list', '[1]', 'config holds no settings'],
  ])('%s is refused with what is wrong', (_name, pasted, said) => {
    expect(refusalsOf(pasted).join()).toContain(said)
  })

  test('no more than a few characters of it are repeated: it may hold secrets', () => {
    expect(refusalsOf(`{"a": 1 hunter2-is-the-password-of-everything}`).join()).not.toContain('password')
  })

  test('names that mean something to JavaScript are names', () => {
    expect(refusalsOf('{"__proto__": {"Enabled": true}}').join()).toContain('holds no settings')
    expect(({} as Record<string, unknown>).Enabled).toBeUndefined()
  })
})

describe('what the settings say', () => {
  test.each<[string, object, object]>([
    ['no Enabled', { Enabled: undefined }, { enabled: true }],
    ['not enabled', { Enabled: false }, { enabled: false }],
    ['no entity ID of ours', { SPEntityId: undefined }, { spEntityId: null }],
    ['an empty one', { SPEntityId: ' ' }, { spEntityId: null }],
    ['no policies', { UserPolicies: undefined }, { userPolicies: null }],
    ['null for policies', { UserPolicies: null }, { userPolicies: null }],
    ['empty policies', { UserPolicies: {} }, { userPolicies: {} }],
    [
      'a sign-on address on this machine',
      { LoginUrl: 'http://localhost:8080/sso' },
      { loginUrl: 'http://localhost:8080/sso' },
    ],
    [
      'two certificates, one of them twice',
      { X509SigningCertificate: `${armoured('\n')}\n${armoured('\n')}` },
      { certificates: [certificate] },
    ],
  ])('%s', (_name, said, expected) => {
    expect(readProviderSettings({ ...settings, ...said })).toMatchObject(expected)
  })

  const privateKey = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  test.each<[string, object, string]>([
    ['no address', { LoginUrl: undefined }, 'config.LoginUrl is missing'],
    ['an empty address', { LoginUrl: '' }, 'config.LoginUrl is missing'],
    [
      'the placeholder',
      { LoginUrl: '_loginUrl_' },
      'config.LoginUrl is still the placeholder of the document',
    ],
    ['http', { LoginUrl: 'http://sso.example/saml' }, 'config.LoginUrl must begin with https://'],
    [
      'no address at all',
      { LoginUrl: 'sso.jumpcloud.com/saml2/crm' },
      'config.LoginUrl must be an https address',
    ],
    ['script', { LoginUrl: 'javascript:alert(1)' }, 'config.LoginUrl must be an https address'],
    [
      'a password in it',
      { LoginUrl: 'https://me:pw@sso.example/' },
      'config.LoginUrl must not hold a user name or password',
    ],
    [
      'a fragment',
      { LoginUrl: 'https://sso.example/#/saml' },
      'config.LoginUrl must not have a part after #',
    ],
    ['a number', { LoginUrl: 7 }, 'config.LoginUrl must be text'],
    ['no certificate', { X509SigningCertificate: undefined }, 'config.X509SigningCertificate is missing'],
    [
      'the placeholder of one',
      { X509SigningCertificate: '_signingCertificate_' },
      'config.X509SigningCertificate is still the placeholder of the document',
    ],
    [
      'half of one',
      { X509SigningCertificate: certificate.slice(0, 400) },
      'config.X509SigningCertificate cannot be read as a certificate: it may have been cut off',
    ],
    [
      'one without its end',
      { X509SigningCertificate: armoured('\n').slice(0, -20) },
      'config.X509SigningCertificate begins or ends in the middle of a certificate',
    ],
    [
      'the name of a file',
      { X509SigningCertificate: 'certs/jumpcloud.pem' },
      'config.X509SigningCertificate is the name of a file: enter what the file holds',
    ],
    [
      'a fingerprint',
      { X509SigningCertificate: 'AB:CD:EF:01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:01' },
      'config.X509SigningCertificate is a fingerprint: enter the certificate itself',
    ],
    [
      'a private key',
      { X509SigningCertificate: privateKey },
      'config.X509SigningCertificate must be a certificate, and holds a private key, which should have stayed with its owner',
    ],
    [
      'a private key beside it',
      { X509SigningCertificate: `${armoured('\n')}\n${privateKey}` },
      'config.X509SigningCertificate must be a certificate, and holds a private key, which should have stayed with its owner',
    ],
    [
      'a public key',
      { X509SigningCertificate: publicKey },
      'config.X509SigningCertificate must be a certificate, and holds public key',
    ],
    ['Enabled as a number', { Enabled: 1 }, 'config.Enabled must be true or false'],
    [
      'a field nobody knows',
      { UserPolicies: { MatchingFields: ['Phone'] } },
      'config.UserPolicies.matchingFields.0 must be one of Username, Email, SsoUsername',
    ],
    ['a policy nobody knows', { UserPolicies: { Match: [] } }, 'config.UserPolicies.Match is not known here'],
    ['a member nobody knows', { LogoutUrl: 'https://x.example' }, 'config.LogoutUrl is not known here'],
  ])('%s is refused', (_name, said, refusal) => {
    expect(refusalsOf({ ...settings, ...said })).toEqual([refusal])
  })

  test('all that is wrong is said at once', () => {
    expect(refusalsOf({ Enabled: 'perhaps', LoginUrl: 'x' }).map((one) => one.split(' ')[0])).toEqual([
      'config.Enabled',
      'config.X509SigningCertificate',
      'config.LoginUrl',
    ])
  })
})
