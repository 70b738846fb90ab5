import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { explainAuthorizeCause } from '../oauth/authorize-checks.ts'
import type { JwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import { noteJwtSsoFailure } from '../store/jwt-sso-targets.ts'
import { type Origin, recordTrace, type TraceEntry } from '../traces/record-trace.ts'
import { answerRefusal, type LoginOutcome, type Refusal, type Site } from './attempt.ts'
import type { PartyAttempt } from './begin-application-login.ts'
import type { TakenLogin } from './take-login.ts'
import { explainTargetCause, type TargetCause } from './target-causes.ts'

/** An application is told at its redirect URL. A product that takes JWT SSO has no word for it: the person is, by a page. */
export async function answerPartyRefusal(attempt: PartyAttempt, refusal: Refusal): Promise<LoginOutcome> {
  const { house, site, party, passed, origin } = attempt
  if (party.kind === 'application') return answerRefusal(attempt, refusal)
  const { expected, received } = refusal
  const cause = targetCauses[refusal.cause]
  if (cause)
    return refuseTarget(house, site, { target: party.target, cause, passed, origin, expected, received })
  const sentence = explainAuthorizeCause(refusal.cause, refusal)
  const failed = { name: refusal.name, ok: false, expected, received }
  const entry = { ...describeOutbound(house, site, party.target, origin), checks: [...passed, failed] }
  return turnAway(
    house,
    party.target,
    { ...entry, outcome: 'failure', cause: refusal.cause, sentence },
    general,
  )
}

const targetCauses: Partial<Record<Refusal['cause'], TargetCause>> = {
  tenant_other: 'jwt_sso_tenant_other',
  tenant_unknown: 'jwt_sso_tenant_gone',
}

const general = 'You could not be signed in. Ask your administrator.'

export type TargetRefusal = {
  target: JwtSsoTargetRecord
  cause: TargetCause
  origin: Origin
  passed?: TraceEntry['checks']
  expected?: string | undefined
  received?: string | undefined
  /** Who is not let through, when that is known. */
  person?: Pick<TraceEntry, 'tenant' | 'subject' | 'email' | 'connection' | 'external' | 'shadow'>
}

/** Leaves a trace, notes it with the target, and throws `access_denied` or `invalid_request`, for a page. */
export async function refuseTarget(
  house: House,
  site: Site,
  { target, cause, origin, passed = [], expected, received, person }: TargetRefusal,
): Promise<never> {
  const names = { target: target.name, person: person?.email ?? person?.subject ?? 'somebody' }
  const { name, shown, sentence } = explainTargetCause(cause, names)
  const entry: TraceEntry = {
    ...describeOutbound(house, site, target, origin),
    ...person,
    checks: [...passed, { name, ok: false, expected, received }],
    outcome: 'failure',
    cause,
    sentence,
  }
  return turnAway(
    house,
    target,
    entry,
    shown,
    cause.startsWith('return_to') ? 'invalid_request' : 'access_denied',
  )
}

async function turnAway(
  house: House,
  target: JwtSsoTargetRecord,
  entry: TraceEntry,
  shown: string,
  code: 'access_denied' | 'invalid_request' = 'access_denied',
): Promise<never> {
  await recordTrace(house, entry)
  await noteJwtSsoFailure(house.db, target.id, entry.sentence, house.clock.now())
  throw new VestibuleError(code, shown, { traceId: entry.id, title: `You cannot go on to ${target.name}` })
}

/** What every trace of somebody on the way to a product says. */
export function describeOutbound(
  house: Pick<House, 'clock' | 'random'>,
  site: Site,
  target: Pick<JwtSsoTargetRecord, 'tenant' | 'product'>,
  origin: Origin,
) {
  return {
    id: mintId('trc', house.clock.now(), house.random),
    organizationId: site.id,
    tenant: target.tenant ?? '',
    product: target.product ?? '',
    connection: null as TraceEntry['connection'],
    purpose: 'jwt-sso' as const,
    origin,
  }
}

/** A sign-in was refused, with a trace; the person was to go on to a product. `shown`: why, where they may know. Throws, for a page. */
export async function refuseOnTheWayToTarget(
  { house, traceId }: TakenLogin,
  targetId: string,
  { sentence, shown = notAccepted }: { sentence: string; shown?: string | undefined },
): Promise<never> {
  await noteJwtSsoFailure(house.db, targetId, sentence, house.clock.now())
  throw new VestibuleError('access_denied', shown, { traceId })
}

const notAccepted =
  'Your company’s sign-in sent an answer that was not accepted. Try again, or ask your administrator.'
