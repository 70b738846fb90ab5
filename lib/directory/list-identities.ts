import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { type IdentityRecord, listIdentitiesOfUser } from '../store/identities.ts'
import { loadUserRecord } from './user.ts'

/** An identity as the API answers it; instants in RFC 3339. */
export type IdentityView = {
  id: string
  /** clientID. */
  connection: string
  connectionName: string
  /** `saml`, `oidc` or `jwt`. */
  kind: string
  /** NameID or `sub`, as the connection names them. */
  subject: string
  lastSignInAt: string | null
  createdAt: string
}

/** By what connections know a user, newest first. Throws `not_found` for the user. */
export async function listIdentities(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { user: string; cursor?: string; limit?: number },
): Promise<Page<IdentityView>> {
  checkRole(actor, 'viewer')
  const { cursor, limit = 50 } = input
  const user = await loadUserRecord(house, actor.organizationId, input.user)
  const page = await listIdentitiesOfUser(house.db, actor.organizationId, user.id, { cursor, limit })
  return { data: page.data.map(viewIdentity), nextCursor: page.nextCursor }
}

function viewIdentity(row: IdentityRecord): IdentityView {
  return {
    id: row.id,
    connection: row.connection,
    connectionName: row.connectionName,
    kind: row.kind,
    subject: row.subject,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
