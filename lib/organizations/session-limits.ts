import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { loadOrganization, setSessionLimits } from '../store/organizations.ts'
import type { SessionLimits } from './session-limits-input.ts'

/** How long end users of the organization stay signed in. */
export async function loadSessionLimits(house: Pick<House, 'db'>, actor: Actor): Promise<SessionLimits> {
  checkRole(actor, 'viewer')
  return limitsOf(await loadOrganization(house.db, actor.organizationId))
}

/** Changes it, for the sessions there are as well: those past the new limits are over at once. */
export async function updateSessionLimits(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  limits: SessionLimits,
): Promise<void> {
  checkRole(actor, 'owner')
  const before = await loadOrganization(house.db, actor.organizationId)
  await setSessionLimits(house.db, actor.organizationId, limits)
  await recordAuditEvent(house, actor, {
    action: 'organization.session-limits-changed',
    target: { type: 'organization', id: before.id, name: before.name },
    before: limitsOf(before),
    after: limitsOf(limits),
  })
}

function limitsOf({ sessionIdleSeconds, sessionAbsoluteSeconds }: SessionLimits): SessionLimits {
  return { sessionIdleSeconds, sessionAbsoluteSeconds }
}
