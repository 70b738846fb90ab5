import type { FinishOutcome } from '../connections/contract.ts'
import type { TraceEntry } from '../traces/record-trace.ts'
import type { TraceOfPerson } from './admit-person.ts'
import { replayCheckOf } from './login-causes.ts'
import type { TakenLogin } from './take-login.ts'

export type Accepted = Extract<FinishOutcome, { ok: true }>

/** What every trace of this login says. */
export function describeLogin({ site, connection, pending, traceId, origin }: TakenLogin) {
  return {
    id: traceId,
    organizationId: site.id,
    tenant: connection.tenant,
    product: connection.product,
    connection: { id: connection.id, name: connection.name ?? connection.upstreamId, kind: connection.kind },
    purpose: pending.purpose,
    origin,
  }
}

/** The trace of somebody who was recognised, with what the directory adds to it. */
export function describeSuccess(
  taken: TakenLogin,
  { checks, profile }: Accepted,
  sentence: string,
  { checks: more, ...kept }: TraceOfPerson = { checks: [] },
): TraceEntry & { outcome: 'success' } {
  return {
    ...describeLogin(taken),
    ...kept,
    outcome: 'success',
    sentence,
    checks: [...checks, { name: replayCheckOf(taken.connection), ok: true }, ...more],
    subject: profile.id,
    email: profile.email,
  }
}
