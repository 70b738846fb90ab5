import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import { checkNamespaces } from '../directory/namespace.ts'
import type { House } from '../house.ts'
import { findUserByAddress, type InvitationRecord, insertInvitation } from '../store/invitations.ts'
import { loadOrganization } from '../store/organizations.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'
import type { UserStatus } from '../store/users.ts'
import {
  auditableInvitation,
  type InvitationView,
  invitationSeconds,
  loadInvitationRecord,
  viewInvitation,
} from './invitation.ts'
import type { NewInvitationInput } from './invitation-input.ts'
import { sendInvitationMail } from './invitation-mail.ts'

/**
 * Invites somebody into a tenant, named by slug or id: their user is made, `invited`, and a link that is good for seven
 * days goes out by mail. Throws `not_found` for the tenant, `validation_failed` for a namespace that is not there, and
 * `conflict` when the address belongs to a user already, or is invited.
 */
export async function inviteUser(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>,
  actor: Actor,
  input: NewInvitationInput,
): Promise<InvitationView> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const tenant = await findTenant(house.db, organizationId, input.tenant)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${input.tenant}".`)
  await checkNamespaces(house, organizationId, input.namespaces)
  const token = mintToken(house.random)
  const invitation = await insert(house, actor, tenant, input, token)
  await sendInvitationMail(house, invitation, token)
  await recordAuditEvent(house, actor, {
    action: 'invitation.sent',
    target: { type: 'invitation', id: invitation.id, name: invitation.email },
    tenant: tenant.slug,
    after: auditableInvitation(invitation),
  })
  return viewInvitation(house, invitation)
}

async function insert(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  tenant: TenantRecord,
  { email, firstName = null, lastName = null, namespaces }: NewInvitationInput,
  token: string,
): Promise<InvitationRecord> {
  const { organizationId } = actor
  const now = house.clock.now()
  const id = await insertInvitation(house.db, {
    id: mintId('inv', now, house.random),
    organizationId,
    tenantId: tenant.id,
    userId: mintId('usr', now, house.random),
    email,
    emailKey: emailKey(email),
    firstName,
    lastName,
    namespaces,
    tokenHash: sha256(token),
    invitedBy: await nameOfInviter(house, actor),
    sentAt: now,
    expiresAt: secondsAfter(now, invitationSeconds),
  })
  if (id === null) throw await refuse(house, tenant, email)
  return loadInvitationRecord(house, organizationId, id)
}

/** A member by name; a key says nothing to the person who reads it, so there the organization invites. */
async function nameOfInviter(house: Pick<House, 'db'>, actor: Actor): Promise<string> {
  return actor.type === 'member' ? actor.name : (await loadOrganization(house.db, actor.organizationId)).name
}

/** Why somebody cannot be invited, by what they are. */
const standing: Record<UserStatus, (email: string, tenant: string) => string> = {
  active: (email, tenant) => `${email} is a user of "${tenant}" already.`,
  disabled: (email, tenant) => `${email} is a user of "${tenant}" who is disabled. Enable them instead.`,
  pending: (email, tenant) => `${email} has asked to join "${tenant}". Approve the request instead.`,
  invited: (email, tenant) =>
    `${email} is invited to "${tenant}" already. Send that invitation again instead.`,
}

async function refuse(
  house: Pick<House, 'db'>,
  tenant: TenantRecord,
  email: string,
): Promise<VestibuleError> {
  const user = await findUserByAddress(house.db, tenant.id, emailKey(email))
  const sentence = standing[user?.status ?? 'invited'](email, tenant.slug)
  return new VestibuleError('conflict', sentence, { fields: [{ path: 'email', message: sentence }] })
}
