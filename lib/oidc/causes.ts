/**
 * Why a sign-in at an OpenID provider was refused: one code for each reason, and the sentence an IT admin reads in the
 * trace. The sentence says what is wrong, what to change and where. It is never shown to the person who signs in.
 */

/** The closed list of reasons. Grouped by the step that finds them. */
export type OidcCause =
  // nobody asked
  | 'oidc_unsolicited'
  // the answer at the redirect URI (OpenID Connect Core §3.1.2.6, RFC 6749 §4.1.2.1)
  | 'oidc_access_denied'
  | 'oidc_login_required'
  | 'oidc_interaction_required'
  | 'oidc_consent_required'
  | 'oidc_account_selection_required'
  | 'oidc_request_refused'
  | 'oidc_client_not_allowed'
  | 'oidc_scope_refused'
  | 'oidc_provider_failed'
  | 'oidc_other_error'
  | 'oidc_code_missing'
  // who sent it (RFC 9207)
  | 'oidc_answer_issuer_missing'
  | 'oidc_answer_issuer_wrong'
  // what we know of the provider (OpenID Connect Discovery §4.3)
  | 'oidc_provider_changed'
  // the token request (RFC 6749 §5, OpenID Connect Core §3.1.3)
  | 'oidc_token_unreachable'
  | 'oidc_client_refused'
  | 'oidc_code_refused'
  | 'oidc_token_refused'
  | 'oidc_token_malformed'
  | 'oidc_id_token_missing'
  | 'oidc_id_token_malformed'
  | 'oidc_id_token_encrypted'
  // the ID token (OpenID Connect Core §3.1.3.7)
  | 'oidc_wrong_issuer'
  | 'oidc_wrong_audience'
  | 'oidc_azp_missing'
  | 'oidc_wrong_azp'
  | 'oidc_unsigned'
  | 'oidc_shared_secret_algorithm'
  | 'oidc_algorithm_not_announced'
  | 'oidc_keys_unreachable'
  | 'oidc_keys_malformed'
  | 'oidc_unknown_key'
  | 'oidc_ambiguous_key'
  | 'oidc_unusable_key'
  | 'oidc_signature_invalid'
  | 'oidc_expiry_missing'
  | 'oidc_expired'
  | 'oidc_issue_time_missing'
  | 'oidc_issued_in_future'
  | 'oidc_not_yet_valid'
  | 'oidc_wrong_nonce'
  | 'oidc_auth_time_missing'
  | 'oidc_not_signed_in_again'
  | 'oidc_subject_missing'
  | 'oidc_wrong_access_token'
  | 'oidc_token_answer_refused'
  // userinfo (OpenID Connect Core §5.3)
  | 'oidc_userinfo_unreachable'
  | 'oidc_userinfo_refused'
  | 'oidc_userinfo_malformed'
  | 'oidc_userinfo_other_subject'

/** `provider` is the name people know the provider by, such as "Okta". */
export type CauseFacts = { provider: string; expected?: string; received?: string }

/** One plain sentence, or two, about what is wrong, what to change and where. Plain text, not HTML. */
export function explainOidcCause(cause: OidcCause, facts: CauseFacts): string {
  return sentences[cause]({
    ...facts,
    expected: facts.expected ?? '?',
    received: facts.received ?? 'nothing',
  })
}

/** Refusal of an answer, thrown inside this room and turned into a verdict at its edge. */
export class OidcRefusal extends Error {
  readonly oidcCause: OidcCause
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(cause: OidcCause, seen: { expected?: string; received?: string } = {}) {
    super(cause)
    this.name = 'OidcRefusal'
    this.oidcCause = cause
    this.expected = seen.expected
    this.received = seen.received
  }
}

export function refuse(cause: OidcCause, seen: { expected?: string; received?: string } = {}): never {
  throw new OidcRefusal(cause, seen)
}

/** `error` of an answer to the authorization request, by its code. */
export const answerErrors: Readonly<Record<string, OidcCause>> = {
  access_denied: 'oidc_access_denied',
  login_required: 'oidc_login_required',
  interaction_required: 'oidc_interaction_required',
  consent_required: 'oidc_consent_required',
  account_selection_required: 'oidc_account_selection_required',
  invalid_request: 'oidc_request_refused',
  unsupported_response_type: 'oidc_request_refused',
  request_not_supported: 'oidc_request_refused',
  unauthorized_client: 'oidc_client_not_allowed',
  invalid_client: 'oidc_client_not_allowed',
  invalid_scope: 'oidc_scope_refused',
  server_error: 'oidc_provider_failed',
  temporarily_unavailable: 'oidc_provider_failed',
}

type Facts = { provider: string; expected: string; received: string }

const sentences: Record<OidcCause, (facts: Facts) => string> = {
  oidc_unsolicited: ({ provider }) =>
    `An answer of ${provider} came that nobody had asked for. OpenID Connect has none: let people start at the application.`,
  oidc_access_denied: ({ provider, received }) =>
    `${provider} did not let the person in, or the person declined (${received}). Look whether they are assigned to the application at ${provider}.`,
  oidc_login_required: ({ provider, received }) =>
    `${provider} wants the person to sign in and may not ask them now (${received}). Let them start again.`,
  oidc_interaction_required: ({ provider, received }) =>
    `${provider} has something to ask the person first (${received}). A policy there, such as a second factor or terms of use, was not fulfilled.`,
  oidc_consent_required: ({ provider, received }) =>
    `${provider} wants consent for this application (${received}). An administrator can give it there for everybody.`,
  oidc_account_selection_required: ({ provider, received }) =>
    `${provider} does not know which of several accounts is meant (${received}). Let the person sign out there and start again.`,
  oidc_request_refused: ({ provider, received }) =>
    `${provider} refused our request (${received}). Most often the redirect URI entered there is not, letter by letter, the one shown here.`,
  oidc_client_not_allowed: ({ provider, received }) =>
    `${provider} does not know this client, or does not allow it the authorization code flow (${received}). Compare the client ID, and look which grant types the application has there.`,
  oidc_scope_refused: ({ provider, received }) =>
    `${provider} does not grant the scopes openid, email and profile (${received}). Allow them for the application there.`,
  oidc_provider_failed: ({ provider, received }) =>
    `${provider} had a failure of its own (${received}). Try again, and look into its log if it stays.`,
  oidc_other_error: ({ provider, received }) =>
    `${provider} answered with an error: ${received}. Its log or documentation says what it means.`,
  oidc_code_missing: ({ provider }) =>
    `${provider} sent the browser back with neither a code nor an error. Set the application there up for the authorization code flow (response type "code").`,
  oidc_answer_issuer_missing: ({ provider, expected }) =>
    `${provider} announces that its answers say who sent them, and this one does not. It may come from elsewhere, so it was not followed; expected was iss=${expected}.`,
  oidc_answer_issuer_wrong: ({ provider, expected, received }) =>
    `The answer says it comes from ${received}, but this connection is with ${provider} (${expected}). Somebody may have mixed up two sign-ins; it was not followed.`,
  oidc_provider_changed: ({ provider, expected, received }) =>
    `The discovery document of ${provider} now names the issuer ${received} instead of ${expected}. If the provider really moved, give the connection its new discovery URL.`,
  oidc_token_unreachable: ({ provider, received }) =>
    `The token endpoint of ${provider} could not be asked: ${received}`,
  oidc_client_refused: ({ provider, received }) =>
    `${provider} did not accept our client ID and client secret (${received}). The secret may have expired or been replaced: make a new one there and enter it in the settings of this connection.`,
  oidc_code_refused: ({ provider, received }) =>
    `${provider} did not take its own code back (${received}). It may have expired on the way, or the redirect URI entered there differs from the one shown here.`,
  oidc_token_refused: ({ provider, received }) =>
    `The token endpoint of ${provider} refused our request (${received}). Its log says why.`,
  oidc_token_malformed: ({ provider, received }) =>
    `The token endpoint of ${provider} answered with something else than tokens (${received}). Look whether the token endpoint in its metadata is the right one.`,
  oidc_id_token_missing: ({ provider }) =>
    `${provider} answered without an ID token. Allow the application there the scope openid: it is set up for plain OAuth 2.0.`,
  oidc_id_token_malformed: ({ provider, received }) =>
    `${provider} sent an ID token that cannot be read (${received}).`,
  oidc_id_token_encrypted: ({ provider }) =>
    `${provider} encrypts its ID tokens. Turn encryption off for this application there; they travel over https.`,
  oidc_wrong_issuer: ({ provider, expected, received }) =>
    `The ID token was issued by ${received}, but this connection is with ${provider} as ${expected}. Use the discovery URL of the directory in which the application was made.`,
  oidc_wrong_audience: ({ provider, expected, received }) =>
    `${provider} issued the ID token for ${received} instead of ${expected}. Compare the client ID with the one of the application there.`,
  oidc_azp_missing: ({ provider, received }) =>
    `${provider} issued the ID token for several clients (${received}) without saying which one asked for it.`,
  oidc_wrong_azp: ({ provider, expected, received }) =>
    `The ID token of ${provider} was asked for by the client ${received}, not by ${expected}. It belongs to another application.`,
  oidc_unsigned: ({ provider }) =>
    `${provider} sent an ID token without a signature. Anyone could have written it; set the application there to sign with RS256 or ES256.`,
  oidc_shared_secret_algorithm: ({ provider, received }) =>
    `${provider} signed the ID token with ${received}, that is with the client secret. Only signatures made with a key of its own are accepted: set the application there to RS256 or ES256.`,
  oidc_algorithm_not_announced: ({ provider, expected, received }) =>
    `The ID token is signed with ${received}, but ${provider} announces ${expected}. Bring its settings and its metadata in line.`,
  oidc_keys_unreachable: ({ provider, received }) =>
    `The keys of ${provider} could not be fetched: ${received} Without them no signature can be judged.`,
  oidc_keys_malformed: ({ provider, received }) =>
    `What ${provider} publishes as its keys is not a JWK set (${received}). Look whether jwks_uri in its metadata is right.`,
  oidc_unknown_key: ({ provider, expected, received }) =>
    `The ID token is signed with the key ${received}, which ${provider} does not publish (${expected}). Either its key set lags behind its signing, or somebody else signed.`,
  oidc_ambiguous_key: ({ provider }) =>
    `${provider} publishes several keys, and its ID token does not say which of them signed it (kid).`,
  oidc_unusable_key: ({ provider, received }) =>
    `The key with which ${provider} signs cannot be used (${received}). RSA keys must have 2048 bits at least.`,
  oidc_signature_invalid: ({ provider }) =>
    `The signature of the ID token does not fit the key ${provider} publishes under that name. The token was altered, or signed by somebody else.`,
  oidc_expiry_missing: ({ provider, received }) =>
    `The ID token of ${provider} does not say until when it is valid (exp: ${received}).`,
  oidc_expired: ({ provider, expected, received }) =>
    `The ID token of ${provider} expired at ${received}, and it is ${expected} here. Compare the clocks of both sides.`,
  oidc_issue_time_missing: ({ provider, received }) =>
    `The ID token of ${provider} does not say when it was issued (iat: ${received}).`,
  oidc_issued_in_future: ({ provider, expected, received }) =>
    `The ID token of ${provider} was issued at ${received}, but it is ${expected} here. Compare the clocks of both sides.`,
  oidc_not_yet_valid: ({ provider, expected, received }) =>
    `The ID token of ${provider} is valid from ${received} on, but it is ${expected} here. Compare the clocks of both sides.`,
  oidc_wrong_nonce: ({ provider }) =>
    `The ID token of ${provider} belongs to another sign-in: its nonce is not the one of this request. Somebody may have tried to slip in a token of their own.`,
  oidc_auth_time_missing: ({ provider }) =>
    `A fresh sign-in was asked for, and ${provider} does not say when the person signed in (auth_time). Have it add auth_time to its ID tokens, or turn off "Ask for the password every time".`,
  oidc_not_signed_in_again: ({ provider, expected, received }) =>
    `A fresh sign-in was asked for at ${expected}, but ${provider} relied on one of ${received}.`,
  oidc_subject_missing: ({ provider, received }) =>
    `The ID token of ${provider} does not say whom it is about (sub: ${received}).`,
  oidc_wrong_access_token: ({ provider }) =>
    `The access token and the ID token of ${provider} do not belong together (at_hash). One of them was exchanged on the way.`,
  oidc_token_answer_refused: ({ provider, received }) =>
    `The token answer of ${provider} does not follow OpenID Connect: ${received}.`,
  oidc_userinfo_unreachable: ({ provider, received }) =>
    `The userinfo endpoint of ${provider} could not be asked: ${received}`,
  oidc_userinfo_refused: ({ provider, received }) =>
    `The userinfo endpoint of ${provider} refused the access token it had just issued (${received}). Allow the application the scopes openid, email and profile there.`,
  oidc_userinfo_malformed: ({ provider, received }) =>
    `The userinfo endpoint of ${provider} answered with something else than claims (${received}). Signed or encrypted userinfo has to be turned off for this application.`,
  oidc_userinfo_other_subject: ({ provider, expected, received }) =>
    `Userinfo of ${provider} is about ${received}, but the ID token is about ${expected}. They must be about the same person, so nobody was signed in.`,
}
