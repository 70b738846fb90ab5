import { describe, expect, test } from 'vitest'
import { checkDiscoveredIssuer, discoveryAddress, parseProviderMetadata } from './provider-metadata.ts'

const minimal = {
  issuer: 'https://idp.example',
  authorization_endpoint: 'https://idp.example/authorize',
  token_endpoint: 'https://idp.example/token',
  jwks_uri: 'https://idp.example/keys',
}

function refusalOf(change: Record<string, unknown>): string {
  try {
    parseProviderMetadata({ ...minimal, ...change })
    return ''
  } catch (thrown) {
    return (thrown as Error).message
  }
}

describe('the metadata of a provider', () => {
  test('what is not said has the defaults of the specification; what we do not use is left out', () => {
    expect(parseProviderMetadata({ ...minimal, response_types_supported: ['code'], 'x-more': 1 })).toEqual({
      ...minimal,
      id_token_signing_alg_values_supported: ['RS256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic'],
    })
  })

  test('of the announced algorithms those made with a key pair are kept', () => {
    const announced = ['none', 'HS256', 'RS256', 'PS384', 'ES512', 'EdDSA', 'Ed25519', 'ES256K', 'RS1']
    const { id_token_signing_alg_values_supported: kept } = parseProviderMetadata({
      ...minimal,
      id_token_signing_alg_values_supported: announced,
    })
    expect(kept).toEqual(['RS256', 'PS384', 'ES512', 'EdDSA', 'Ed25519'])
  })

  test.each([
    [{ id_token_signing_alg_values_supported: ['HS256', 'none'] }, /HS256, none only/],
    [{ id_token_signing_alg_values_supported: [] }, /with nothing only/],
    [{ token_endpoint_auth_methods_supported: ['private_key_jwt'] }, /neither by client_secret_basic/],
    [{ issuer: undefined }, /lacks issuer/],
    [{ jwks_uri: undefined }, /lacks jwks_uri/],
    [{ token_endpoint: 'http://idp.example/token' }, /token_endpoint .* is not an https URL/],
    [{ authorization_endpoint: 'javascript:alert(1)' }, /authorization_endpoint .* is not an https URL/],
    [{ userinfo_endpoint: 'https://user:pass@idp.example/' }, /userinfo_endpoint .* is not an https URL/],
    [{ jwks_uri: 12 }, /jwks_uri .* has a form that is not expected/],
    [{ issuer: 'http://idp.example' }, /must be an https URL/],
    [{ issuer: 'https://idp.example?tenant=1' }, /must be an https URL without query/],
    [{ issuer: 'https://idp.example#here' }, /must be an https URL without query/],
    [{ issuer: 'idp.example' }, /must be an https URL/],
  ])('refuses %j', (change, sentence) => expect(refusalOf(change)).toMatch(sentence))

  test.each([null, [], 'text', 12])('refuses %j', (document) => {
    expect(() => parseProviderMetadata(document)).toThrow('must be a JSON object')
  })

  test('a directory for everybody is refused: anyone anywhere could sign in', () => {
    const issuer = 'https://login.microsoftonline.com/{tenantid}/v2.0'
    expect(refusalOf({ issuer })).toMatch(/accounts of any directory.*address of your own directory/s)
  })

  test('http is enough on the machine itself', () => {
    const local = Object.fromEntries(
      Object.entries(minimal).map(([name, url]) => [
        name,
        url.replace('https://idp.example', 'http://localhost:4000'),
      ]),
    )
    expect(parseProviderMetadata(local).issuer).toBe('http://localhost:4000')
  })
})

test.each([
  ['https://idp.example', 'https://idp.example/.well-known/openid-configuration'],
  ['https://idp.example/', 'https://idp.example/.well-known/openid-configuration'],
  ['https://idp.example/realms/a', 'https://idp.example/realms/a/.well-known/openid-configuration'],
  [
    'https://idp.example/a/.well-known/openid-configuration?appid=1',
    'https://idp.example/a/.well-known/openid-configuration?appid=1',
  ],
])('the discovery document of %s', (given, address) => expect(discoveryAddress(given)).toBe(address))

test.each([
  ['https://idp.example', 'https://idp.example/.well-known/openid-configuration', true],
  ['https://acme.auth0.com/', 'https://acme.auth0.com/.well-known/openid-configuration', true],
  ['https://idp.example/v2.0', 'https://idp.example/v2.0/.well-known/openid-configuration?appid=1', true],
  ['https://idp.example/a', 'https://idp.example/.well-known/oauth-authorization-server/a', true],
  ['https://idp.example', 'https://other.example/.well-known/openid-configuration', false],
  ['https://sts.example/1', 'https://login.example/1/.well-known/openid-configuration', false],
  ['https://idp.example/a', 'https://idp.example/b/.well-known/openid-configuration', false],
])('the issuer %s at %s', (issuer, address, fits) => {
  const check = () => checkDiscoveredIssuer(issuer, address)
  if (fits) expect(check).not.toThrow()
  else expect(check).toThrow(`describes the issuer ${issuer}`)
})
