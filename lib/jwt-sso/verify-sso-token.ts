/**
 * JWT SSO: a page signs in somebody by a token it hands over in an address. Takes a token and what was expected of it,
 * and gives a verdict; writes such tokens and such addresses. Values in, values out: no store and no clock of its own,
 * and nothing but what browsers have as well, so that the same checks run in the portal's inspector.
 * Owns the form of the token (HS512, RFC 7515 and 7519), the order of the checks and the sentences about them. Must not
 * know connections, users or targets; that a token is used once is remembered by whoever keeps a store.
 */
import type { Check } from '../base/check.ts'
import { explainJwtCause, type JwtCause, JwtRefusal } from './causes.ts'
import {
  checkAudience,
  checkExpiry,
  checkIssueTime,
  checkLifetime,
  checkNotBefore,
  checkPerson,
  checkTags,
  checkTimes,
} from './claim-checks.ts'
import { checkAlgorithm, checkContent, checkForm, checkHeader, checkSignature } from './form-checks.ts'
import type { Expectation, Members, Reading, SsoPayload, TokenCheck } from './token-reading.ts'

/** The last of `checks` is the one that failed; `claims` is what a token said whose signature held, for the trace. */
export type SsoVerdict =
  | { ok: true; payload: SsoPayload; secretId: string; checks: Check[] }
  | { ok: false; cause: JwtCause; sentence: string; checks: Check[]; claims: Members | null }

/** Judges a token. A bad one gives a verdict, it never throws. */
export async function verifySsoToken(token: string, expect: Expectation): Promise<SsoVerdict> {
  const reading = { token, expect } as Reading
  const checks: Check[] = []
  for (const { name, run } of tokenChecks) {
    try {
      const { expected, received } = await run(reading)
      checks.push({ name, ok: true, expected, received })
    } catch (thrown) {
      if (!(thrown instanceof JwtRefusal)) throw thrown
      const { jwtCause: cause, seen } = thrown
      checks.push({ name, ok: false, expected: seen.expected, received: seen.received })
      return {
        ok: false,
        cause,
        sentence: explainJwtCause(cause, seen),
        checks,
        claims: reading.payload ?? null,
      }
    }
  }
  return { ok: true, payload: conclude(reading), secretId: reading.secretId, checks }
}

/** The checks in the order they run: the token as a JWS, then its claims; the algorithm before any secret. */
export const tokenChecks: readonly TokenCheck[] = [
  { name: 'Token', run: checkForm },
  { name: 'Algorithm', run: checkAlgorithm },
  { name: 'Header', run: checkHeader },
  { name: 'Signature', run: checkSignature },
  { name: 'Claims', run: checkContent },
  { name: 'Audience', run: checkAudience },
  { name: 'Times', run: checkTimes },
  { name: 'Lifetime', run: checkLifetime },
  { name: 'Expiry', run: checkExpiry },
  { name: 'Not before', run: checkNotBefore },
  { name: 'Time of issue', run: checkIssueTime },
  { name: 'Person', run: checkPerson },
  { name: 'Tags', run: checkTags },
]

function conclude({ payload, audiences, person, tags }: Reading): SsoPayload {
  const { iat, nbf, exp } = payload as Record<'iat' | 'nbf' | 'exp', number>
  return { data: { ...person, tags }, aud: audiences, iat, nbf, exp }
}
