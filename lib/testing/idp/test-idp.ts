/**
 * The built-in test identity provider, one for each tenant at `{issuer}/test-idp/{tenant}/…`.
 *
 * Owns: SAML responses, OpenID Connect tokens and JWTs of a customer's page as a real provider would send them, and the same with one named fault,
 * for the demo, for test connections and for scripts of people who have no identity provider at hand.
 * Must not know: lib/saml, lib/oidc and lib/jwt-sso, nor any SAML, XML or OpenID library. Other code signs here than verifies there,
 * so that one cannot hide the mistakes of the other.
 *
 * OpenID Connect Core 1.0 §3.1, §5.3; SAML 2.0 core, bindings §3.4 and §3.5, profiles §4.1; XML Signature 1.1; XML Encryption 1.1.
 */
export { type Fault, type FaultDescription, faults, isFault } from './faults.ts'
export { renderTestIdpMetadata } from './idp-metadata.ts'
export { type JwtFault, jwtFaults } from './jwt/jwt-faults.ts'
export type { SsoTerms } from './jwt/mint-jwt.ts'
export { ssoUrlOf } from './jwt/respond-jwt.ts'
export { type MintInput, mintTestResponse } from './mint-test-response.ts'
export { type OidcFault, oidcFaults } from './oidc/oidc-faults.ts'
export { oidcIssuerOf } from './oidc/token-plan.ts'
export { findPerson, type Person, people } from './people.ts'
export { type Binding, guessBinding, type ReadRequest, readAuthnRequest } from './read-authn-request.ts'
export { type RespondOptions, respondTestIdp } from './respond.ts'
export type { AnsweredRequest, Signing } from './response-plan.ts'
export { composeTestIdp, type TestIdp, type TestIdpKeys } from './test-idp-identity.ts'
