import { secondsAfter } from '../base/clock.ts'
import type { FinishOutcome } from '../connections/contract.ts'
import { refusalOf } from './conclude-refused.ts'
import type { PendingLogin } from './start-login.ts'
import type { TakenLogin } from './take-login.ts'

/** How far the identity provider's clock may be behind ours. */
const skewSeconds = 120

/**
 * Why a sign-in is too old for an application that asked for a new one (`prompt=login`) or a recent one (`max_age`); null
 * when it is not. Asking the identity provider is not enough (OpenID Connect Core §3.1.2.1): not every one heeds
 * ForceAuthn, and whoever sits at the browser may leave it out where requests are not verified.
 */
export function staleSignIn(
  { pending, begunAt, connection }: TakenLogin,
  { authenticatedAt, checks }: Extract<FinishOutcome, { ok: true }>,
): Extract<FinishOutcome, { ok: false }> | null {
  const earliest = begunAt && earliestSignIn(pending, begunAt)
  if (earliest === null || authenticatedAt >= secondsAfter(earliest, -skewSeconds)) return null
  const refusal = refusalOf('login_not_fresh', connection)
  const [failed] = refusal.checks
  const seen = { expected: earliest.toISOString(), received: authenticatedAt.toISOString() }
  return { ...refusal, checks: [...checks, { ...failed!, ...seen }] }
}

/** A connection that is its own client was never promised more than that ForceAuthn is sent. */
function earliestSignIn(pending: PendingLogin, begunAt: Date): Date | null {
  if (pending.purpose !== 'sign-in' || pending.application === null) return null
  const { authorize } = pending
  if (authorize.forceAuthn || authorize.prompt.includes('login')) return begunAt
  return authorize.maxAge === null ? null : secondsAfter(begunAt, -Number(authorize.maxAge))
}
