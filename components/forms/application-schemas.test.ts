import { describe, expect, test } from 'vitest'
import { applicationChangeSchema } from '#lib/applications/application-input.ts'
import {
  type ApplicationValues,
  applicationSettingsForm,
  newApplicationForm,
  toSettings,
} from './application-schemas.ts'

const fresh = {
  type: 'confidential',
  name: 'CRM',
  product: 'crm',
  redirectUrls: 'https://crm.example/cb',
} as const
const settings: ApplicationValues = {
  ...fresh,
  postLogoutRedirectUrls: '',
  backchannelLogoutUrl: '',
  backchannelLogoutSessionRequired: false,
  initiateLoginUrl: '',
  requirePkce: true,
  tokenEndpointAuthMethod: 'client_secret_basic',
  jwks: '',
  jwksUrl: '',
  accessTokenFormat: 'opaque',
  requireDpop: false,
  requirePar: false,
}

const problemsOf = (schema: typeof newApplicationForm | typeof applicationSettingsForm, values: object) =>
  schema.safeParse(values).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('the form of a new application', () => {
  test('takes what the API takes', () => {
    expect(problemsOf(newApplicationForm, fresh)).toEqual([])
    expect(
      problemsOf(newApplicationForm, { ...fresh, type: 'native', redirectUrls: 'com.example.crm:/cb' }),
    ).toEqual([])
  })

  test.each<[string, object, RegExp]>([
    ['no name', { name: ' ' }, /^name: must not be empty$/],
    ['a product with a colon', { product: 'a:b' }, /^product: /],
    [
      'a wrong address',
      { redirectUrls: 'https://a.example/\n\n http://b.example/' },
      /^redirectUrls: line 2 must be a whole https/,
    ],
    ['a scheme in the wrong place', { redirectUrls: 'com.example.crm:/cb' }, /^redirectUrls: line 1 must be/],
  ])('says at the field: %s', (_name, change, expected) => {
    expect(problemsOf(newApplicationForm, { ...fresh, ...change })).toEqual([expect.stringMatching(expected)])
  })
})

describe('the form of settings', () => {
  test('holds what the API takes as a change', () => {
    expect(problemsOf(applicationSettingsForm, settings)).toEqual([])
    expect(applicationChangeSchema.safeParse(toSettings(settings)).success).toBe(true)
  })

  test.each<[string, Partial<ApplicationValues>, RegExp]>([
    ['http', { backchannelLogoutUrl: 'http://a.example' }, /^backchannelLogoutUrl: must be an https/],
    ['no keys', { tokenEndpointAuthMethod: 'private_key_jwt' }, /^jwks: or jwksUrl/],
    ['no JSON', { tokenEndpointAuthMethod: 'private_key_jwt', jwks: '{' }, /^jwks: must be a JWK set$/],
    [
      'a private key',
      {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: '{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}]}',
      },
      /^jwks: jwks.keys.0.d belongs to a private key/,
    ],
    [
      'no PKCE for an app',
      { type: 'native', tokenEndpointAuthMethod: 'none', redirectUrls: '', requirePkce: false },
      /^requirePkce: /,
    ],
  ])('says at the field: %s', (_name, change, expected) => {
    expect(problemsOf(applicationSettingsForm, { ...settings, ...change })).toEqual([
      expect.stringMatching(expected),
    ])
  })

  test('keys that are not needed are forgotten', () => {
    expect(toSettings({ ...settings, jwks: 'left over', jwksUrl: 'left over' })).toMatchObject({
      jwks: null,
      jwksUrl: null,
    })
  })
})
