import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { House } from '../house.ts'
import type { Json } from '../store/db.ts'
import type { AccountUser } from '../store/user-accounts.ts'
import { personActor } from './entry-actor.ts'

/** Writes down what somebody did to their own account. */
export function recordOwnChange(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  user: Pick<AccountUser, 'id' | 'email' | 'organizationId' | 'tenant'>,
  origin: { address: string; requestId: string },
  entry: { action: string; after?: Json },
): Promise<void> {
  return recordAuditEvent(house, personActor(user.organizationId, user, origin), {
    ...entry,
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
  })
}
