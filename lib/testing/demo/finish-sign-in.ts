import type { Check } from '../../base/check.ts'
import { equalsConstantTime, sha256 } from '../../base/encoding.ts'
import { isVestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { Incoming } from '../../http/incoming.ts'
import { findGrantByCode } from '../../store/grants.ts'
import { findTrace, type TraceRecord } from '../../store/traces.ts'
import { type DemoSite, demoClientId, demoProduct, demoTenant } from './demo-application.ts'
import { findPendingSignIn, keepPendingSignIn, type PendingSignIn } from './pending-sign-in.ts'
import { discoverProvider, fetchKeys, fetchUserinfo, redeemCode } from './provider-client.ts'
import {
  explainUnreachable,
  failedCheck,
  noCode,
  noSignInWaiting,
  type Refusal,
  refusedByEndpoint,
  refusedByProvider,
  reloaded,
  wrongIssuer,
  wrongState,
} from './refusals.ts'
import { verifyIdToken } from './verify-id-token.ts'

/** Everything the demo application learned of a sign-in, for its page. */
export type SignedIn = {
  kind: 'signed-in'
  claims: Record<string, unknown>
  userinfo: { members: Record<string, unknown>; text: string }
  /** What the application checked itself, in order. */
  checks: Check[]
  jwksUri: string
  trace: TraceRecord | null
}

export type DemoOutcome = SignedIn | Refusal

type Waiting = Extract<PendingSignIn, { over: false }>

/**
 * Takes the answer at the redirect URL (RFC 6749 §4.1.2): does it belong to a sign-in of this browser, is it an
 * error, and if not, what is behind its code. `cookies` are to be set with whatever page shows the outcome.
 */
export async function finishSignIn(
  house: House,
  site: DemoSite,
  incoming: Pick<Incoming, 'url' | 'cookies'>,
): Promise<{ outcome: DemoOutcome; cookies: string[] }> {
  const parameters = incoming.url.searchParams
  const pending = findPendingSignIn(house, site, incoming.cookies)
  if (!pending) return { outcome: noSignInWaiting, cookies: [] }
  const iss = parameters.get('iss')
  if (!equalsConstantTime(parameters.get('state') ?? '', pending.state))
    return { outcome: wrongState, cookies: [] }
  if (iss !== site.issuer) return { outcome: wrongIssuer(site.issuer, iss), cookies: [] }
  const error = parameters.get('error')
  if (error) return { outcome: await explainError(house, site, pending, error, parameters), cookies: [] }
  if (pending.over) return { outcome: reloaded, cookies: [] }
  const code = parameters.get('code')
  return code ? redeem(house, site, pending, code) : { outcome: noCode, cookies: [] }
}

async function explainError(
  house: House,
  site: DemoSite,
  pending: PendingSignIn,
  error: string,
  parameters: URLSearchParams,
): Promise<Refusal> {
  const description = parameters.get('error_description')
  const id = /\(trace (trc_[0-9a-z]{26})\)/.exec(description ?? '')?.[1]
  const trace = id ? await findTrace(house.db, site.id, id) : null
  return refusedByProvider({ error, description }, trace && isOfThisSignIn(trace, pending) ? trace : null)
}

/** Anybody can write an id into an address: only a trace of the demo, made since this browser began, is shown. */
function isOfThisSignIn(trace: TraceRecord, pending: PendingSignIn): boolean {
  return (
    trace.tenant === demoTenant && trace.product === demoProduct && trace.at.getTime() >= pending.startedAt
  )
}

/** The code is used up as soon as the token endpoint has answered; while it is out of reach a reload may try again. */
async function redeem(
  house: House,
  site: DemoSite,
  pending: Waiting,
  code: string,
): Promise<{ outcome: DemoOutcome; cookies: string[] }> {
  const { state, startedAt } = pending
  const over = [keepPendingSignIn(house, site, { over: true, state, startedAt })]
  try {
    return { outcome: await fetchSignIn(house, site, pending, code), cookies: over }
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    return thrown.code === 'temporarily_unavailable'
      ? { outcome: explainUnreachable(site, thrown), cookies: [] }
      : { outcome: refusedByEndpoint(thrown), cookies: over }
  }
}

async function fetchSignIn(
  house: House,
  site: DemoSite,
  pending: Waiting,
  code: string,
): Promise<DemoOutcome> {
  const provider = await discoverProvider(house, site.issuer)
  const keys = await fetchKeys(house, provider)
  const { accessToken, idToken } = await redeemCode(house, provider, site, {
    code,
    verifier: pending.verifier,
  })
  const trace = await findTraceOfCode(house, site, pending, code)
  const verified = await verifyIdToken(idToken, keys, {
    issuer: provider.issuer,
    clientId: demoClientId,
    nonce: pending.nonce,
    accessToken,
    now: house.clock.now(),
  })
  const answered: Check[] = [
    { name: 'State', ok: true, received: pending.state },
    { name: 'Issuer of the answer', ok: true, received: site.issuer },
    { name: 'Code redeemed with PKCE', ok: true, received: 'an access token and an ID token' },
  ]
  const checks = [...answered, ...verified.checks]
  if (!checks.at(-1)!.ok) return failedCheck(checks, trace)
  const { claims } = verified
  const userinfo = await fetchUserinfo(house, provider, accessToken)
  checks.push(checkSubject(claims, userinfo.members))
  if (!checks.at(-1)!.ok) return failedCheck(checks, trace)
  return { kind: 'signed-in', claims, userinfo, checks, jwksUri: provider.jwksUri, trace }
}

/** OpenID Connect Core §5.3.2: userinfo must be about whom the ID token is about. */
function checkSubject(claims: Record<string, unknown>, userinfo: Record<string, unknown>): Check {
  const [expected, received] = [claims.sub, userinfo.sub].map((sub) => String(sub))
  const ok = typeof claims.sub === 'string' && claims.sub === userinfo.sub
  return { name: 'Userinfo is about the same person', ok, expected, received }
}

/** The nonce, which nobody else knows, proves that the code is one of this sign-in. */
async function findTraceOfCode(
  house: House,
  site: DemoSite,
  pending: Waiting,
  code: string,
): Promise<TraceRecord | null> {
  const grant = await findGrantByCode(house.db, site.id, sha256(code))
  return grant?.nonce === pending.nonce ? findTrace(house.db, site.id, grant.traceId) : null
}
