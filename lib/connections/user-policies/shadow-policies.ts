import { recordAuditEvent } from '../../audit/record-audit-event.ts'
import type { Actor } from '../../base/actor.ts'
import { VestibuleError } from '../../base/errors.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { isDirectoryMode } from '../../matching/enter-directory.ts'
import type { ExternalPerson } from '../../matching/external-person.ts'
import type { ShadowVerdict } from '../../matching/shadow.ts'
import { effectivePolicies, type SaidPolicies, type UserPolicies } from '../../matching/user-policies.ts'
import type { ConnectionRecord } from '../../store/connections.ts'
import type { Json } from '../../store/db.ts'
import {
  adoptShadowPolicies as adopt,
  clearShadowPolicies,
  countShadowedSignIns,
  listDifferingSignIns,
  type ShadowCounts,
  setShadowPolicies as set,
} from '../../store/shadow-policies.ts'
import { loadConnectionRecord } from '../load-connection.ts'

/**
 * Policies in the shadow: sign-ins go on under today's, and each records what the others would have done. Instants in
 * RFC 3339.
 */
export type ShadowTrial = {
  userPolicies: UserPolicies
  since: string
  counts: ShadowCounts
  /** Sign-ins to which something else would have happened, newest first. */
  data: DifferingSignIn[]
  nextCursor: string | null
}

export type DifferingSignIn = {
  traceId: string
  at: string
  person: { subject: string | null; email: string | null; username: string | null }
  /** What did happen. */
  outcome: 'success' | 'failure'
  cause: string | null
  /** What would have. */
  shadow: Omit<ShadowVerdict, 'differs'>
}

/** The trial and what it has shown so far; null when there is none. Throws `not_found` for the connection. */
export async function findShadowTrial(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { clientID: string; cursor?: string; limit?: number },
): Promise<ShadowTrial | null> {
  checkRole(actor, 'viewer')
  const { clientID, cursor, limit = 50 } = input
  const row = await loadConnectionRecord(house, actor.organizationId, clientID)
  if (row.shadowSinceAt === null) return null
  const since = row.shadowSinceAt
  const scope = { organizationId: actor.organizationId, connectionId: row.id }
  const [counts, page] = await Promise.all([
    countShadowedSignIns(house.db, scope, since),
    listDifferingSignIns(house.db, scope, { since, cursor, limit }),
  ])
  return {
    userPolicies: effectivePolicies(row.shadowPolicies),
    since: since.toISOString(),
    counts,
    data: page.data.map(({ id, at, outcome, cause, email, external, shadow }) => {
      const person = external as ExternalPerson | null
      const { differs: _, ...verdict } = shadow as ShadowVerdict
      return {
        traceId: id,
        at: at.toISOString(),
        person: { subject: person?.subject ?? null, email, username: person?.username ?? null },
        outcome,
        cause,
        shadow: verdict,
      }
    }),
    nextCursor: page.nextCursor,
  }
}

/** Like `findShadowTrial`, for the API: throws `not_found` when there is none. */
export async function loadShadowTrial(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { clientID: string; cursor?: string; limit?: number },
): Promise<ShadowTrial> {
  return (await findShadowTrial(house, actor, input)) ?? refuseMissing()
}

/**
 * Begins a trial, in place of one that may be under way. Throws `conflict` where people do not come into the directory:
 * there is nothing the policies could be tried on.
 */
export async function startShadowTrial(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { clientID: string; userPolicies: SaidPolicies },
): Promise<ShadowTrial> {
  checkRole(actor, 'admin')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  if (!isDirectoryMode(row.provisioning))
    throw new VestibuleError(
      'conflict',
      'People of this connection do not come into the directory, so there is nothing to try policies on. Choose a mode of provisioning first.',
    )
  await set(house.db, actor.organizationId, row.id, input.userPolicies as Json, house.clock.now())
  await audit(house, actor, row, 'connection.shadow-started', {
    before: effectivePolicies(row.userPolicies),
    after: effectivePolicies(input.userPolicies),
  })
  return loadShadowTrial(house, actor, input)
}

/** Ends a trial without consequence. Throws `not_found` when there is none. */
export async function endShadowTrial(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { clientID: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  if (!(await clearShadowPolicies(house.db, actor.organizationId, row.id))) return refuseMissing()
  await audit(house, actor, row, 'connection.shadow-ended')
}

/** What was tried holds from the next sign-in on. Throws `not_found` when nothing is, `conflict` when it was replaced meanwhile. */
export async function adoptShadowPolicies(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { clientID: string },
): Promise<UserPolicies> {
  checkRole(actor, 'admin')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  if (row.shadowSinceAt === null) return refuseMissing()
  if (!(await adopt(house.db, actor.organizationId, row.id, row.shadowSinceAt)))
    throw new VestibuleError('conflict', 'Meanwhile other policies are being tried. Look at them first.')
  const adopted = effectivePolicies(row.shadowPolicies)
  await audit(house, actor, row, 'connection.shadow-adopted', {
    before: effectivePolicies(row.userPolicies),
    after: adopted,
  })
  return adopted
}

function audit(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  row: ConnectionRecord,
  action: string,
  states: { before?: Json; after?: Json } = {},
): Promise<void> {
  const target = { type: 'connection', id: row.id, name: row.name ?? row.upstreamId }
  return recordAuditEvent(house, actor, { action, target, tenant: row.tenant, ...states })
}

function refuseMissing(): never {
  throw new VestibuleError('not_found', 'No policies are being tried on this connection.')
}
