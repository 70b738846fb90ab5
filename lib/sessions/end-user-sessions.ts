import { z } from 'zod'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { endSessions, findSessionOwner, type SessionOwner, type WhichSessions } from '../store/sessions.ts'
import { findTenant } from '../store/tenants.ts'
import { endEverythingOf, findUser } from '../store/users.ts'
import { tellApplicationsSoon } from './tell-applications.ts'

/** Whose sessions end: a tenant's (slug or id), or a user's (id). One of them. */
export const endSessionsSchema = z
  .object({ tenant: z.string().min(1).max(200).optional(), user: z.string().min(1).max(100).optional() })
  .refine(
    ({ tenant, user }) => (tenant === undefined) !== (user === undefined),
    'must name either tenant or user',
  )

/**
 * Ends one session at once, with everything that was granted in it, offline access included; its applications hear of
 * it. Throws `not_found` when there is none, or it has ended.
 */
export async function endUserSession(house: House, actor: Actor, input: { id: string }): Promise<void> {
  checkRole(actor, 'admin')
  const owner = await loadOwner(house, actor, input.id)
  const ended = await end(house, actor, { ids: [owner.id] })
  if (ended === 0) throw missing()
  await recordAuditEvent(house, actor, {
    action: 'session.ended',
    target: { type: 'session', id: owner.id, name: nameOf(owner) },
    tenant: owner.tenant,
  })
}

/** Ends all sessions of a tenant, or of a user with the offline access that outlived earlier ones. Returns how many ended. Throws `not_found`. */
export async function endUserSessions(
  house: House,
  actor: Actor,
  input: z.output<typeof endSessionsSchema>,
): Promise<number> {
  checkRole(actor, 'admin')
  return input.tenant === undefined
    ? endOfUser(house, actor, input.user ?? '')
    : endOfTenant(house, actor, input.tenant)
}

/**
 * Ends all sessions of the person who holds this one: of the user, or of the same person at the same identity provider
 * where they are not in the directory. Returns how many ended. Throws `not_found`.
 */
export async function endSessionsOfPerson(
  house: House,
  actor: Actor,
  input: { session: string },
): Promise<number> {
  checkRole(actor, 'admin')
  const owner = await loadOwner(house, actor, input.session)
  const { userId } = owner
  const count = await (userId === null ? end(house, actor, allOf(owner)) : endOf(house, actor, userId))
  if (count === 0) throw missing()
  const target = { type: 'person', id: owner.userId ?? owner.subject, name: nameOf(owner) }
  await recordAuditEvent(house, actor, {
    action: 'sessions.ended',
    target,
    tenant: owner.tenant,
    after: { sessions: count },
  })
  return count
}

async function endOfTenant(house: House, actor: Actor, slugOrId: string): Promise<number> {
  const tenant = await findTenant(house.db, actor.organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  const count = await end(house, actor, { tenantId: tenant.id })
  await recordAuditEvent(house, actor, {
    action: 'sessions.ended',
    target: { type: 'tenant', id: tenant.id, name: tenant.name },
    tenant: tenant.slug,
    after: { sessions: count },
  })
  return count
}

async function endOfUser(house: House, actor: Actor, id: string): Promise<number> {
  const user = await findUser(house.db, actor.organizationId, id)
  if (!user) throw new VestibuleError('not_found', `There is no user "${id}".`)
  const count = await endOf(house, actor, user.id)
  await recordAuditEvent(house, actor, {
    action: 'sessions.ended',
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
    after: { sessions: count },
  })
  return count
}

async function end(house: House, actor: Actor, which: WhichSessions): Promise<number> {
  const ended = await endSessions(house.db, actor.organizationId, which, house.clock.now())
  if (ended.length > 0) tellApplicationsSoon(house)
  return ended.length
}

/** A user's sessions, and what was granted for times without them. */
async function endOf(house: House, actor: Actor, userId: string): Promise<number> {
  const ended = await endEverythingOf(house.db, actor.organizationId, userId, house.clock.now())
  if (ended.length > 0) tellApplicationsSoon(house)
  return ended.length
}

function allOf({ id, connectionId, upstreamSubject }: SessionOwner): WhichSessions {
  return connectionId !== null && upstreamSubject !== null ? { connectionId, upstreamSubject } : { ids: [id] }
}

async function loadOwner(house: House, actor: Actor, id: string): Promise<SessionOwner> {
  const owner = await findSessionOwner(house.db, actor.organizationId, id)
  if (!owner) throw missing()
  return owner
}

function missing(): VestibuleError {
  return new VestibuleError('not_found', 'There is no such session; it may have ended.')
}

function nameOf(owner: SessionOwner): string {
  return owner.email ?? owner.subject
}
