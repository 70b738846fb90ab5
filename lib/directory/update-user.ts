import { isDeepStrictEqual } from 'node:util'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { setNamespacesOfUser } from '../store/namespaces.ts'
import { endEverythingOf, updateUserRecord } from '../store/users.ts'
import { checkNamespaces } from './namespace.ts'
import { auditableUser, loadUserRecord, type UserView, viewUser } from './user.ts'
import { toUserColumns, withoutCollisions } from './user-columns.ts'
import type { UserChangeInput } from './user-input.ts'

/**
 * Changes a user. Who is disabled, or given another password or none, is signed out everywhere at once: sessions, grants
 * and tokens end. Throws `not_found`, `validation_failed` for a namespace there is not, `conflict`.
 */
export async function updateUser(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { user: string; change: UserChangeInput },
): Promise<UserView> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const now = house.clock.now()
  const { namespaces } = input.change
  const before = await loadUserRecord(house, organizationId, input.user)
  if (namespaces) await checkNamespaces(house, organizationId, namespaces)
  const columns = await toUserColumns(input.change, now, {
    emailKey: emailKey(before.email),
    emailVerifiedAt: before.emailVerifiedAt,
  })
  const found = await withoutCollisions(house, { tenantId: before.tenantId, id: before.id, columns }, () =>
    updateUserRecord(house.db, organizationId, before.id, { ...columns, updatedAt: now }),
  )
  if (!found) throw new VestibuleError('not_found', `There is no user "${input.user}".`)
  if (namespaces) await setNamespacesOfUser(house.db, organizationId, before.id, namespaces)
  const passwordChanged = columns.passwordHash !== undefined
  if (passwordChanged || columns.status === 'disabled')
    await endEverythingOf(house.db, organizationId, before.id, now)
  const after = await loadUserRecord(house, organizationId, before.id)
  await recordAuditEvent(house, actor, {
    action: 'user.updated',
    target: { type: 'user', id: after.id, name: after.email },
    tenant: after.tenant,
    before: auditableUser(before),
    after: {
      ...auditableUser(after),
      ...(passwordChanged && { passwordChanged }),
      ...(!isDeepStrictEqual(before.attributes, after.attributes) && { attributesChanged: true }),
    },
  })
  return viewUser(after)
}
