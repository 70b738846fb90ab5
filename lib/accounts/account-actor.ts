import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { House } from '../house.ts'
import type { Json } from '../store/db.ts'
import type { AccountUser } from '../store/user-accounts.ts'

/** Writes down what somebody did to their own account. */
export function recordOwnChange(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  user: Pick<AccountUser, 'id' | 'email' | 'organizationId' | 'tenant'>,
  origin: { address: string; requestId: string },
  entry: { action: string; after?: Json },
): Promise<void> {
  const { address, requestId } = origin
  const actor = {
    type: 'user' as const,
    id: user.id,
    name: user.email,
    role: 'viewer' as const,
    organizationId: user.organizationId,
    address,
    requestId,
  }
  return recordAuditEvent(house, actor, {
    ...entry,
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
  })
}
