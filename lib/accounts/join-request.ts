import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { Json } from '../store/db.ts'
import { findJoinRequest, type JoinRequestRecord, type JoinRequestStatus } from '../store/join-requests.ts'

/** A request to join as the API answers it; instants in RFC 3339. */
export type JoinRequestView = {
  id: string
  /** Slug. */
  tenant: string
  email: string
  firstName: string | null
  lastName: string | null
  username: string | null
  /** What the person wrote. */
  note: string | null
  status: JoinRequestStatus
  /** At a sign-in through a connection, or at our page for it. */
  source: 'sign-in' | 'page'
  /** Whose identity provider described them, and as whom. */
  connection: { clientId: string; name: string } | null
  subject: string | null
  /** Their user, while there is one. */
  userId: string | null
  decidedBy: string | null
  decidedAt: string | null
  /** What the admin who decided wrote to them. */
  decisionNote: string | null
  createdAt: string
}

export function viewJoinRequest(row: JoinRequestRecord): JoinRequestView {
  return {
    id: row.id,
    tenant: row.tenant,
    email: row.email,
    firstName: row.firstName,
    lastName: row.lastName,
    username: row.username,
    note: row.note,
    status: row.status,
    source: row.source,
    connection: row.connection,
    subject: row.subject,
    userId: row.userId,
    decidedBy: row.decidedBy,
    decidedAt: row.decidedAt?.toISOString() ?? null,
    decisionNote: row.decisionNote,
    createdAt: row.createdAt.toISOString(),
  }
}

/** A request as the audit log shows it. */
export function auditableJoinRequest({ email, source, status, decisionNote }: JoinRequestRecord): Json {
  return { email, source, status, ...(decisionNote !== null && { note: decisionNote }) }
}

/** The request of that id in the organization; throws `not_found`. */
export async function loadJoinRequestRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  id: string,
): Promise<JoinRequestRecord> {
  const row = await findJoinRequest(house.db, organizationId, id)
  if (!row) throw new VestibuleError('not_found', `There is no request to join "${id}".`)
  return row
}
