import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { findTenant } from '../store/tenants.ts'
import { insertUser } from '../store/users.ts'
import { auditableUser, loadUserRecord, type UserView, viewUser } from './user.ts'
import { toUserColumns, withoutCollisions } from './user-columns.ts'
import type { NewUserInput } from './user-input.ts'

/**
 * Makes a user of a tenant, named by slug or id. Throws `not_found` for the tenant, and `conflict` when e-mail address,
 * user name or SSO user name belong to another of its users, whatever their case.
 */
export async function createUser(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: NewUserInput,
): Promise<UserView> {
  checkRole(actor, 'admin')
  const { tenant: slugOrId, ...said } = input
  const tenant = await findTenant(house.db, actor.organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  const now = house.clock.now()
  const id = mintId('usr', now, house.random)
  const columns = await toUserColumns(said, now, null)
  await withoutCollisions(house, { tenantId: tenant.id, id, columns }, () =>
    insertUser(house.db, {
      ...nothingSaid,
      ...columns,
      id,
      organizationId: actor.organizationId,
      tenantId: tenant.id,
      email: said.email,
      emailKey: emailKey(said.email),
    }),
  )
  const user = await loadUserRecord(house, actor.organizationId, id)
  await recordAuditEvent(house, actor, {
    action: 'user.created',
    target: { type: 'user', id, name: user.email },
    tenant: tenant.slug,
    after: auditableUser(user),
  })
  return viewUser(user)
}

/** A user of whom only the address is known. */
const nothingSaid = {
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
