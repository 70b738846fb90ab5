import { createHmac } from 'node:crypto'
import type { FaultDescription } from '../faults.ts'

/** The ways in which the token of the test page, or where it sends people with it, can be made wrong on purpose. */
export type JwtFault =
  | 'hs256'
  | 'alg-none'
  | 'rs256'
  | 'wrong-secret'
  | 'altered'
  | 'wrong-audience'
  | 'expired'
  | 'not-yet-valid'
  | 'milliseconds'
  | 'long-lived'
  | 'no-email'
  | 'unknown-tag'
  | 'replay'
  | 'path-scheme'
  | 'path-slashes'
  | 'path-backslash'
  | 'path-line-end'

/** A token before it is signed, and the path it is taken to. Times in seconds since the epoch. */
export type JwtPlan = {
  alg: string
  /** Makes the third part from the first two. */
  sign: (signed: string, secret: string) => string
  claims: {
    data: Record<string, unknown> & { tags: Record<string, string> }
    iat: number
    nbf: number
    exp: number
    aud: string
    jti: string
  }
  path: string
}

export const hmac = (hash: string) => (signed: string, secret: string) =>
  createHmac(hash, secret).update(signed).digest('base64url')

const shifted = (plan: JwtPlan, seconds: number): JwtPlan => {
  const { iat, nbf, exp } = plan.claims
  return {
    ...plan,
    claims: { ...plan.claims, iat: iat + seconds, nbf: nbf + seconds, exp: exp + seconds },
  }
}

/** What each fault does to a good token. A new fault is a name above and an entry here. */
export const jwtFaults: Record<JwtFault, FaultDescription & { spoil: (plan: JwtPlan) => JwtPlan }> = {
  hs256: {
    title: 'Weaker algorithm',
    expectedCause: 'jwt_weaker_hmac',
    sentence: 'Signed with HS256, which libraries take when nothing is said. HS512 alone is accepted.',
    spoil: (plan) => ({ ...plan, alg: 'HS256', sign: hmac('sha256') }),
  },
  'alg-none': {
    title: 'Not signed',
    expectedCause: 'jwt_unsigned',
    sentence: 'The header says alg none and there is no signature. Anyone could have written this token.',
    spoil: (plan) => ({ ...plan, alg: 'none', sign: () => '' }),
  },
  rs256: {
    title: 'Algorithm of key pairs',
    expectedCause: 'jwt_public_key_algorithm',
    sentence: 'The header says RS256, and the secret is used as if it were a public key.',
    spoil: (plan) => ({ ...plan, alg: 'RS256', sign: hmac('sha256') }),
  },
  'wrong-secret': {
    title: 'Another secret',
    expectedCause: 'jwt_signature_invalid',
    sentence: 'Signed with a secret of another connection.',
    spoil: (plan) => ({ ...plan, sign: (signed, secret) => plan.sign(signed, `${secret}x`) }),
  },
  altered: {
    title: 'Changed after signing',
    expectedCause: 'jwt_signature_invalid',
    sentence: 'The address of the person was changed after the token was signed.',
    spoil: (plan) => ({
      ...plan,
      sign: (signed, secret) =>
        plan.sign(
          signed.replace(/\.(.)/, (_, first) => `.${first === 'e' ? 'f' : 'e'}`),
          secret,
        ),
    }),
  },
  'wrong-audience': {
    title: 'For somebody else',
    expectedCause: 'jwt_wrong_audience',
    sentence: 'The audience is another service.',
    spoil: (plan) => ({ ...plan, claims: { ...plan.claims, aud: 'www.other.example' } }),
  },
  expired: {
    title: 'Expired',
    expectedCause: 'jwt_expired',
    sentence: 'The token ended ten minutes ago, as when a clock is slow or a token is kept.',
    spoil: (plan) => shifted(plan, -900),
  },
  'not-yet-valid': {
    title: 'Not valid yet',
    expectedCause: 'jwt_not_yet_valid',
    sentence: 'The token is valid from seven minutes on, as when a clock is fast.',
    spoil: (plan) => shifted(plan, 600),
  },
  milliseconds: {
    title: 'Milliseconds',
    expectedCause: 'jwt_time_in_milliseconds',
    sentence: 'Its times are milliseconds since 1970 instead of seconds.',
    spoil: (plan) => {
      const { iat, nbf, exp } = plan.claims
      return { ...plan, claims: { ...plan.claims, iat: iat * 1000, nbf: nbf * 1000, exp: exp * 1000 } }
    },
  },
  'long-lived': {
    title: 'Valid for a day',
    expectedCause: 'jwt_lifetime_too_long',
    sentence: 'The token is valid for a day. Eight minutes are the most.',
    spoil: (plan) => ({ ...plan, claims: { ...plan.claims, exp: plan.claims.nbf + 86_400 } }),
  },
  'no-email': {
    title: 'No e-mail address',
    expectedCause: 'jwt_email_missing',
    sentence: 'The token does not say the address of the person.',
    spoil: (plan) => {
      const { email: _, ...data } = plan.claims.data
      return { ...plan, claims: { ...plan.claims, data: { ...data, tags: plan.claims.data.tags } } }
    },
  },
  'unknown-tag': {
    title: 'Unknown tag',
    expectedCause: null,
    sentence: 'A tag of a category the tenant does not have. The person gets in without it.',
    spoil: (plan) => {
      const { data } = plan.claims
      const tags = { ...data.tags, 'Unheard-of category': 'x' }
      return { ...plan, claims: { ...plan.claims, data: { ...data, tags } } }
    },
  },
  replay: {
    title: 'The same token again',
    expectedCause: 'jwt_replayed',
    sentence: 'The token is the same for everyone who signs in as this person within four minutes.',
    spoil: (plan) => {
      const shared = shifted(plan, -(plan.claims.iat % 240))
      return { ...shared, claims: { ...shared.claims, jti: 'the same' } }
    },
  },
  'path-scheme': {
    title: 'Sent to an address with a scheme',
    expectedCause: 'login_unsolicited',
    sentence: 'The place to return to is https://evil.example. Nobody is sent there.',
    spoil: (plan) => ({ ...plan, path: `i/${encodeURIComponent('https://evil.example')}` }),
  },
  'path-slashes': {
    title: 'Sent to an address with two slashes',
    expectedCause: 'login_unsolicited',
    sentence: 'The place to return to is //evil.example. Nobody is sent there.',
    spoil: (plan) => ({ ...plan, path: `i/${encodeURIComponent('//evil.example')}` }),
  },
  'path-backslash': {
    title: 'Sent to an address with backslashes',
    expectedCause: 'login_unsolicited',
    sentence: 'The place to return to is \\\\evil.example. Nobody is sent there.',
    spoil: (plan) => ({ ...plan, path: `i/${encodeURIComponent('\\\\evil.example')}` }),
  },
  'path-line-end': {
    title: 'Sent to an address with a line end',
    expectedCause: 'login_unsolicited',
    sentence: 'The place to return to holds a line end and a header. No header comes of it.',
    spoil: (plan) => ({ ...plan, path: `${plan.path}%0D%0ASet-Cookie:%20evil=1` }),
  },
}

export function isJwtFault(name: string): name is JwtFault {
  return Object.hasOwn(jwtFaults, name)
}
