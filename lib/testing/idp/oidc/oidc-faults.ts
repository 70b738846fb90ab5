import type { TokenPlan } from './token-plan.ts'

/** The ways in which the answer of the test OpenID provider can be made wrong on purpose. */
export type OidcFault =
  | 'access-denied'
  | 'server-error'
  | 'no-code'
  | 'wrong-answer-issuer'
  | 'no-answer-issuer'
  | 'client-refused'
  | 'no-id-token'
  | 'encrypted'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'no-azp'
  | 'wrong-azp'
  | 'alg-none'
  | 'hs256'
  | 'unannounced-alg'
  | 'unknown-kid'
  | 'bad-signature'
  | 'altered'
  | 'no-exp'
  | 'expired'
  | 'skew+600'
  | 'not-yet-valid'
  | 'wrong-nonce'
  | 'no-nonce'
  | 'no-sub'
  | 'wrong-at-hash'
  | 'userinfo-sub'
  | 'userinfo-refused'
  | 'replay'
  | 'no-email'

export type OidcFaultDescription = {
  /** A few words for a list. */
  title: string
  /** The cause code the trace must show; null when the answer is good and passes its checks. */
  expectedCause: string | null
  /** What is done and what comes of it. */
  sentence: string
}

type Spoiled = OidcFaultDescription & {
  /** Changes what the tokens say and how they are signed. */
  spoil?: (plan: TokenPlan) => TokenPlan
}

const otherClient = 'another-application'

/** What each fault does to a good answer. A new fault is a name above and an entry here. */
export const oidcFaults: Record<OidcFault, Spoiled> = {
  'access-denied': {
    title: 'Person not let in',
    expectedCause: 'oidc_access_denied',
    sentence: 'The provider answers with error=access_denied, as for somebody who is not assigned.',
  },
  'server-error': {
    title: 'Provider fails',
    expectedCause: 'oidc_provider_failed',
    sentence: 'The provider answers with error=server_error.',
  },
  'no-code': {
    title: 'No code',
    expectedCause: 'oidc_code_missing',
    sentence: 'The browser comes back with neither a code nor an error.',
  },
  'wrong-answer-issuer': {
    title: 'Answer from another issuer',
    expectedCause: 'oidc_answer_issuer_wrong',
    sentence: 'The parameter iss of the answer names another provider: a mix-up attack (RFC 9207).',
  },
  'no-answer-issuer': {
    title: 'Answer without its issuer',
    expectedCause: 'oidc_answer_issuer_missing',
    sentence: 'The parameter iss is announced, and is missing from the answer.',
  },
  'client-refused': {
    title: 'Client secret not accepted',
    expectedCause: 'oidc_client_refused',
    sentence: 'The token endpoint does not accept the client secret, as after it has expired.',
  },
  'no-id-token': {
    title: 'No ID token',
    expectedCause: 'oidc_id_token_missing',
    sentence: 'The token endpoint answers as plain OAuth 2.0 does: with an access token only.',
    spoil: (plan) => ({ ...plan, form: 'absent' }),
  },
  encrypted: {
    title: 'Encrypted ID token',
    expectedCause: 'oidc_id_token_encrypted',
    sentence: 'The ID token has the five parts of an encrypted one, for which nobody has a key.',
    spoil: (plan) => ({ ...plan, form: 'encrypted' }),
  },
  'wrong-issuer': {
    title: 'From another issuer',
    expectedCause: 'oidc_wrong_issuer',
    sentence: 'The ID token names a provider that is not the one of the connection.',
    spoil: (plan) => spoilClaims(plan, { iss: `${plan.claims.iss}/another-issuer` }),
  },
  'wrong-audience': {
    title: 'For another audience',
    expectedCause: 'oidc_wrong_audience',
    sentence: 'The ID token was issued to a different client.',
    spoil: (plan) => spoilClaims(plan, { aud: otherClient }),
  },
  'no-azp': {
    title: 'Several audiences, none authorized',
    expectedCause: 'oidc_azp_missing',
    sentence: 'The ID token is for two clients and does not say which of them asked for it.',
    spoil: (plan) => spoilClaims(plan, { aud: [plan.claims.aud, otherClient] }),
  },
  'wrong-azp': {
    title: 'Asked for by another client',
    expectedCause: 'oidc_wrong_azp',
    sentence: 'The authorized party of the ID token is a different client.',
    spoil: (plan) => spoilClaims(plan, { azp: otherClient }),
  },
  'alg-none': {
    title: 'Not signed',
    expectedCause: 'oidc_unsigned',
    sentence: 'The header says "alg": "none". Anyone could have written this token.',
    spoil: (plan) => ({ ...plan, header: { alg: 'none' }, signer: 'nobody' }),
  },
  hs256: {
    title: 'Signed with the client secret',
    expectedCause: 'oidc_shared_secret_algorithm',
    sentence: 'A sound HS256 signature made with the client secret, which proves nothing about the provider.',
    spoil: (plan) => ({ ...plan, header: { alg: 'HS256' }, signer: 'secret' }),
  },
  'unannounced-alg': {
    title: 'Signed with another algorithm',
    expectedCause: 'oidc_algorithm_not_announced',
    sentence: 'A sound PS256 signature of the right key; the provider announces RS256 only.',
    spoil: (plan) => ({ ...plan, header: { ...plan.header, alg: 'PS256' } }),
  },
  'unknown-kid': {
    title: 'Signed with an unknown key',
    expectedCause: 'oidc_unknown_key',
    sentence: 'A sound signature of a key that the provider does not publish.',
    spoil: (plan) => ({ ...plan, header: { ...plan.header, kid: 'unknown-key' }, signer: 'stranger' }),
  },
  'bad-signature': {
    title: 'Signed by somebody else',
    expectedCause: 'oidc_signature_invalid',
    sentence: 'The header names the right key, and another one has signed.',
    spoil: (plan) => ({ ...plan, signer: 'stranger' }),
  },
  altered: {
    title: 'Altered after signing',
    expectedCause: 'oidc_signature_invalid',
    sentence: 'The subject is changed after the signature was made, so the signature no longer fits.',
    spoil: (plan) => ({ ...plan, form: 'altered' }),
  },
  'no-exp': {
    title: 'Valid for ever',
    expectedCause: 'oidc_expiry_missing',
    sentence: 'The ID token does not say when it expires.',
    spoil: (plan) => spoilClaims(plan, { exp: undefined }),
  },
  expired: {
    title: 'Expired',
    expectedCause: 'oidc_expired',
    sentence: 'The ID token expired ten minutes ago.',
    spoil: (plan) => spoilClaims(plan, { iat: plan.issuedAt - 900, exp: plan.issuedAt - 600 }),
  },
  'skew+600': {
    title: 'Clock ten minutes ahead',
    expectedCause: 'oidc_issued_in_future',
    sentence: 'The ID token was issued ten minutes from now, as by a server whose clock is wrong.',
    spoil: (plan) => spoilClaims(plan, { iat: plan.issuedAt + 600, exp: plan.issuedAt + 900 }),
  },
  'not-yet-valid': {
    title: 'Not yet valid',
    expectedCause: 'oidc_not_yet_valid',
    sentence: 'The ID token may be used only in ten minutes (nbf).',
    spoil: (plan) => spoilClaims(plan, { nbf: plan.issuedAt + 600, exp: plan.issuedAt + 900 }),
  },
  'wrong-nonce': {
    title: 'Of another sign-in',
    expectedCause: 'oidc_wrong_nonce',
    sentence: 'The nonce is not the one of this request: a token from elsewhere was slipped in.',
    spoil: (plan) => spoilClaims(plan, { nonce: 'the-nonce-of-another-request' }),
  },
  'no-nonce': {
    title: 'No nonce',
    expectedCause: 'oidc_wrong_nonce',
    sentence: 'The ID token does not say for which request it was issued.',
    spoil: (plan) => spoilClaims(plan, { nonce: undefined }),
  },
  'no-sub': {
    title: 'No subject',
    expectedCause: 'oidc_subject_missing',
    sentence: 'The ID token does not say whom it is about.',
    spoil: (plan) => spoilClaims(plan, { sub: undefined }),
  },
  'wrong-at-hash': {
    title: 'Other access token',
    expectedCause: 'oidc_wrong_access_token',
    sentence: 'The ID token belongs to a different access token than the one that came with it.',
    spoil: (plan) => spoilClaims(plan, { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  },
  'userinfo-sub': {
    title: 'Userinfo of somebody else',
    expectedCause: 'oidc_userinfo_other_subject',
    sentence: 'Userinfo is about a different person than the ID token.',
    spoil: (plan) => ({ ...plan, userinfo: { ...plan.userinfo, sub: 'somebody-else' } }),
  },
  'userinfo-refused': {
    title: 'Userinfo refuses',
    expectedCause: 'oidc_userinfo_refused',
    sentence: 'The userinfo endpoint does not accept the access token.',
    spoil: (plan) => ({ ...plan, userinfo: null }),
  },
  replay: {
    title: 'Replayed',
    expectedCause: 'saml_replayed',
    sentence:
      'Every ID token with this fault has the same id (jti). The first sign-in passes, the next one within its lifetime is refused as a replay.',
    spoil: (plan) => spoilClaims(plan, { jti: 'the-id-of-every-replayed-token' }),
  },
  'no-email': {
    title: 'No email address',
    expectedCause: 'profile_email_missing',
    sentence: 'Neither the ID token nor userinfo holds an email address.',
    spoil: (plan) => ({
      ...spoilClaims(plan, { email: undefined, email_verified: undefined }),
      userinfo: plan.userinfo && { ...plan.userinfo, email: undefined, email_verified: undefined },
    }),
  },
}

export function isOidcFault(name: string): name is OidcFault {
  return Object.hasOwn(oidcFaults, name)
}

function spoilClaims(plan: TokenPlan, claims: Record<string, unknown>): TokenPlan {
  return { ...plan, claims: { ...plan.claims, ...claims } }
}
