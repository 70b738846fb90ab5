/**
 * OpenID Connect Core 1.0 as a relying party: takes the answer of a provider and what was expected of it, and gives a
 * verdict. Values in, values out: no store and no clock of its own; the network is an argument.
 * Owns the discovery document, the authorization request, the token and userinfo requests, the provider's keys, and the
 * order of the checks. Must not know connections, users or sessions; replay is remembered by whoever keeps a store.
 */
import type { Check } from '../base/check.ts'
import { secondsAfter } from '../base/clock.ts'
import type { AnswerCheck, Claims, Expectation, Reading } from './answer-reading.ts'
import { isNumericDate, skewSeconds } from './answer-reading.ts'
import { type OidcCause, OidcRefusal } from './causes.ts'
import {
  checkAnswer,
  checkAnswerIssuer,
  checkLibrary,
  checkTokenRequest,
  checkUserinfo,
  checkUserinfoSubject,
} from './exchange-checks.ts'
import {
  checkAccessTokenHash,
  checkAlgorithm,
  checkAudience,
  checkAuthorizedParty,
  checkAuthTime,
  checkExpiry,
  checkIdToken,
  checkIssuer,
  checkIssueTime,
  checkKey,
  checkNonce,
  checkSignature,
  checkSubject,
} from './id-token-checks.ts'

export type VerifiedAnswer = {
  subject: string
  /** Of the ID token, with those of userinfo over them. */
  claims: Claims
  /** `jti` of the ID token, else the code: what must not come twice. */
  onceId: string
  /** From this instant on the ID token is refused by itself, so it may be forgotten. */
  expiresAt: Date
  /** `auth_time`, when it was said. */
  authenticatedAt: Date | null
  amr: string[]
  acr: string | null
  /** `sid`: the session at the provider (OpenID Connect Front-Channel Logout §3). */
  sessionId: string | null
}

/** The last of `checks` is the one that failed; `claims` is what could be read of the ID token, for the trace. */
export type Verdict =
  | { ok: true; answer: VerifiedAnswer; checks: Check[] }
  | { ok: false; cause: OidcCause; checks: Check[]; claims: Claims | null }

/** Verifies the parameters with which the browser came back. A bad answer gives a verdict, it never throws. */
export async function verifyAnswer(parameters: URLSearchParams, expect: Expectation): Promise<Verdict> {
  const reading = { parameters, expect } as Reading
  const checks: Check[] = []
  for (const { name, run } of answerChecks) {
    try {
      checks.push({ name, ok: true, ...(await run(reading)) })
    } catch (thrown) {
      if (!(thrown instanceof OidcRefusal)) throw thrown
      const { oidcCause, expected, received } = thrown
      checks.push({ name, ok: false, expected, received })
      return { ok: false, cause: oidcCause, checks, claims: reading.claims ?? null }
    }
  }
  return { ok: true, answer: conclude(reading), checks }
}

/** The checks in the order they run: the answer, the exchange, the ID token in the order of §3.1.3.7, userinfo. */
export const answerChecks: readonly AnswerCheck[] = [
  { name: 'Answer of the provider', run: checkAnswer },
  { name: 'Issuer of the answer', run: checkAnswerIssuer },
  { name: 'Token request', run: checkTokenRequest },
  { name: 'ID token', run: checkIdToken },
  { name: 'Issuer', run: checkIssuer },
  { name: 'Audience', run: checkAudience },
  { name: 'Authorized party', run: checkAuthorizedParty },
  { name: 'Algorithm', run: checkAlgorithm },
  { name: 'Key', run: checkKey },
  { name: 'Signature', run: checkSignature },
  { name: 'Expiry', run: checkExpiry },
  { name: 'Time of issue', run: checkIssueTime },
  { name: 'Nonce', run: checkNonce },
  { name: 'Time of sign-in', run: checkAuthTime },
  { name: 'Subject', run: checkSubject },
  { name: 'Access token', run: checkAccessTokenHash },
  { name: 'Token answer as a whole', run: checkLibrary },
  { name: 'Userinfo', run: checkUserinfo },
  { name: 'Subject of userinfo', run: checkUserinfoSubject },
]

function conclude({ parameters, claims, userinfo, subject }: Reading): VerifiedAnswer {
  const { jti, exp, auth_time: at, amr, acr, sid } = claims
  return {
    subject,
    claims: { ...claims, ...userinfo },
    onceId: typeof jti === 'string' && jti !== '' ? `jti ${jti}` : `code ${parameters.get('code')}`,
    expiresAt: secondsAfter(new Date((exp as number) * 1000), skewSeconds),
    authenticatedAt: isNumericDate(at) ? new Date(at * 1000) : null,
    amr: Array.isArray(amr) ? amr.filter((one) => typeof one === 'string') : [],
    acr: typeof acr === 'string' ? acr : null,
    sessionId: typeof sid === 'string' ? sid : null,
  }
}
