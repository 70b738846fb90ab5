import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findMailStates, type MailState } from '../mail/find-mail-states.ts'
import type { Json } from '../store/db.ts'
import { findInvitation, type InvitationRecord, type InvitationState } from '../store/invitations.ts'

/**
 * The accounts room: how people come to an account of ours (by invitation, by registering, by asking to join) and look
 * after it. Admins act as themselves; who holds a link from a mail acts by its token alone, who is signed in by the
 * session of their browser. Pages are plain HTML forms. Must not know how a sign-in goes on, nor what an identity provider
 * says of anybody.
 */

/** An invitation as the API answers it; instants in RFC 3339. */
export type InvitationView = {
  id: string
  /** Slug. */
  tenant: string
  /** The invited user; null once they are deleted. */
  userId: string | null
  email: string
  namespaces: string[]
  status: InvitationState
  invitedBy: string
  /** What became of the mail; null when that is so long ago that nobody knows. */
  mail: { state: MailState; lastError: string | null } | null
  sentAt: string
  expiresAt: string
  acceptedAt: string | null
  revokedAt: string | null
  createdAt: string
}

/** Seven days. */
export const invitationSeconds = 7 * 86_400

/** Invitations with what became of their mails. */
export async function viewInvitations(
  house: Pick<House, 'db' | 'clock' | 'config'>,
  organizationId: string,
  rows: InvitationRecord[],
): Promise<InvitationView[]> {
  const mails = await findMailStates(house, organizationId, rows.map(mailKey))
  const now = house.clock.now()
  return rows.map((row) => ({
    id: row.id,
    tenant: row.tenant,
    userId: row.userId,
    email: row.email,
    namespaces: row.namespaces,
    status: stateOf(row, now),
    invitedBy: row.invitedBy,
    mail: mails.get(mailKey(row)) ?? null,
    sentAt: row.sentAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    acceptedAt: row.acceptedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }))
}

export async function viewInvitation(
  house: Pick<House, 'db' | 'clock' | 'config'>,
  row: InvitationRecord,
): Promise<InvitationView> {
  const [view] = await viewInvitations(house, row.organizationId, [row])
  return view!
}

function stateOf({ status, expiresAt }: InvitationRecord, now: Date): InvitationState {
  return status === 'pending' && expiresAt <= now ? 'expired' : status
}

/** What the mail of an invitation is found by: each one sent again is another. */
export function mailKey({ id, sentAt }: Pick<InvitationRecord, 'id' | 'sentAt'>): string {
  return `invitation ${id} ${sentAt.getTime()}`
}

/** An invitation as the audit log shows it. */
export function auditableInvitation({ email, namespaces, expiresAt }: InvitationRecord): Json {
  return { email, namespaces, expiresAt: expiresAt.toISOString() }
}

/** The invitation of that id in the organization; throws `not_found`. */
export async function loadInvitationRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  id: string,
): Promise<InvitationRecord> {
  const row = await findInvitation(house.db, organizationId, id)
  if (!row) throw new VestibuleError('not_found', `There is no invitation "${id}".`)
  return row
}
