import { assertionAlgorithms } from './authenticate-application.ts'
import { knownClaims, knownScopes } from './claims.ts'
import { proofAlgorithms } from './dpop.ts'
import { grantTypes } from './exchange-token.ts'

const authMethods = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none']

/** Claims of tokens and the members of the Polis dialect, beside those about a person. */
const otherClaims = ['iss', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'at_hash', 'acr', 'amr', 'sid']
const dialectClaims = ['id', 'firstName', 'lastName']

/** What clients discover about us (OpenID Connect Discovery §3, RFC 8414 §2). `issuer` is the organization's origin. */
export function renderProviderMetadata(issuer: string): Record<string, unknown> {
  return {
    issuer,
    authorization_endpoint: `${issuer}/api/oauth/authorize`,
    token_endpoint: `${issuer}/api/oauth/token`,
    userinfo_endpoint: `${issuer}/api/oauth/userinfo`,
    jwks_uri: `${issuer}/api/oauth/jwks`,
    revocation_endpoint: `${issuer}/api/oauth/revoke`,
    introspection_endpoint: `${issuer}/api/oauth/introspect`,
    pushed_authorization_request_endpoint: `${issuer}/api/oauth/par`,
    end_session_endpoint: `${issuer}/api/oauth/logout`,
    response_types_supported: ['code'],
    response_modes_supported: ['query', 'form_post'],
    grant_types_supported: grantTypes,
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: authMethods,
    token_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    revocation_endpoint_auth_methods_supported: authMethods,
    revocation_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    introspection_endpoint_auth_methods_supported: authMethods.filter((method) => method !== 'none'),
    introspection_endpoint_auth_signing_alg_values_supported: assertionAlgorithms,
    code_challenge_methods_supported: ['S256'],
    dpop_signing_alg_values_supported: proofAlgorithms,
    prompt_values_supported: ['none', 'login', 'consent', 'select_account'],
    display_values_supported: ['page'],
    scopes_supported: knownScopes,
    claim_types_supported: ['normal'],
    claims_supported: [...new Set([...knownClaims, ...otherClaims, ...dialectClaims])],
    claims_parameter_supported: true,
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    require_request_uri_registration: false,
    require_pushed_authorization_requests: false,
    authorization_response_iss_parameter_supported: true,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  }
}
