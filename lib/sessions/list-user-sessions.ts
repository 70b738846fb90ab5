import { z } from 'zod'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { listQuery } from '../base/list-query.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { type ListedSession, listLiveSessions } from '../store/sessions.ts'
import { findTenant } from '../store/tenants.ts'

/** `tenant`: slug or id; `user`: id. */
export const sessionQuerySchema = listQuery.extend({
  tenant: z.string().max(200).optional(),
  user: z.string().max(100).optional(),
})

/** An end user's session as the API answers it; instants in RFC 3339. */
export type SessionView = {
  id: string
  tenant: string
  /** Id of the user; null for people who are not in the directory. */
  user: string | null
  /** `sub` towards applications. */
  subject: string
  email: string | null
  /** clientID of the connection; null when a password was used. */
  connection: string | null
  /** clientIds of the applications that were opened with it, newest first. */
  applications: string[]
  amr: string[]
  createdAt: string
  lastSeenAt: string
  expiresAt: string
  address: string
  userAgent: string
}

/** Live sessions of end users as rows, newest first. Throws `not_found` for a tenant that is none. */
export async function listUserSessionRows(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: Partial<z.output<typeof sessionQuerySchema>>,
): Promise<Page<ListedSession>> {
  checkRole(actor, 'viewer')
  const { tenant, user, limit, ...rest } = input
  const found = tenant === undefined ? null : await findTenant(house.db, actor.organizationId, tenant)
  if (tenant !== undefined && !found) throw new VestibuleError('not_found', `There is no tenant "${tenant}".`)
  return listLiveSessions(house.db, actor.organizationId, {
    ...rest,
    now: house.clock.now(),
    tenantId: found?.id,
    userId: user,
    limit: limit ?? 50,
  })
}

/** Live sessions of end users as the API answers them. Throws `not_found` for a tenant that is none. */
export async function listUserSessions(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: Partial<z.output<typeof sessionQuerySchema>>,
): Promise<Page<SessionView>> {
  const page = await listUserSessionRows(house, actor, input)
  return { data: page.data.map(viewSession), nextCursor: page.nextCursor }
}

function viewSession(row: ListedSession): SessionView {
  return {
    id: row.id,
    tenant: row.tenant,
    user: row.userId,
    subject: row.subject,
    email: row.email,
    connection: row.connection,
    applications: row.applications.map(({ clientId }) => clientId),
    amr: row.amr,
    createdAt: row.createdAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    address: row.address,
    userAgent: row.userAgent,
  }
}
