import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { findTenant } from '../store/tenants.ts'
import { insertUsers } from '../store/users.ts'
import { checkNamespaces } from './namespace.ts'
import { auditableUser, loadUserRecord, type UserView, viewUser } from './user.ts'
import { collisionOf, toUserColumns } from './user-columns.ts'
import type { NewUserInput } from './user-input.ts'

/**
 * Makes a user of a tenant, named by slug or id. Throws `not_found` for the tenant, `validation_failed`
 * for a namespace there is not, and `conflict` when e-mail address,
 * user name or SSO user name belong to another of its users, whatever their case.
 */
export async function createUser(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: NewUserInput,
): Promise<UserView> {
  checkRole(actor, 'admin')
  const { tenant: slugOrId, ...said } = input
  const { organizationId } = actor
  const tenant = await findTenant(house.db, organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  await checkNamespaces(house, organizationId, said.namespaces)
  const now = house.clock.now()
  const id = mintId('usr', now, house.random)
  const columns = { ...nothingSaid, ...(await toUserColumns(said, now, null)) }
  const { email, namespaces } = said
  const row = { ...columns, id, tenantId: tenant.id, email, emailKey: emailKey(email), namespaces }
  const inserted = await insertUsers(house.db, organizationId, [row], now)
  if (!inserted.has(id)) throw await collisionOf(house, { tenantId: tenant.id, id, columns })
  const user = await loadUserRecord(house, organizationId, id)
  await recordAuditEvent(house, actor, {
    action: 'user.created',
    target: { type: 'user', id, name: user.email },
    tenant: tenant.slug,
    after: auditableUser(user),
  })
  return viewUser(user)
}

/** A user of whom only the address is known. */
export const nothingSaid = {
  username: null,
  usernameKey: null,
  ssoUsername: null,
  ssoUsernameKey: null,
  firstName: null,
  lastName: null,
  status: 'active',
  passwordHash: null,
  tags: {},
  attributes: {},
  emailVerifiedAt: null,
} as const
