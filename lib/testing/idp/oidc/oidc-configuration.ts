import type { TestIdp } from '../test-idp-identity.ts'
import { publicJwk } from './statements.ts'
import { oidcIssuerOf } from './token-plan.ts'

/** The discovery document (OpenID Connect Discovery 1.0 §3). */
export function describeTestOidc(idp: TestIdp): Record<string, unknown> {
  const issuer = oidcIssuerOf(idp)
  return {
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: ['openid', 'email', 'profile'],
    claims_supported: [
      'sub',
      'iss',
      'aud',
      'exp',
      'iat',
      'auth_time',
      'nonce',
      'email',
      'given_name',
      'family_name',
      'groups',
      'roles',
    ],
    authorization_response_iss_parameter_supported: true,
  }
}

/** The keys that verify its ID tokens: its own, and never the stranger's. */
export function testOidcKeys(idp: TestIdp): { keys: Record<string, unknown>[] } {
  return { keys: [publicJwk(idp.key)] }
}
