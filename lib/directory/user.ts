import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findUser, type UserRecord, type UserStatus } from '../store/users.ts'
import type { Attributes } from './attributes.ts'

/**
 * The directory room: end users of tenants, who they are and how a password signs them in. Must not know protocols,
 * sessions of browsers, nor how an upstream's person becomes a user (that is matching).
 */

/** A user as the API answers it; instants in RFC 3339. */
export type UserView = {
  id: string
  /** Slug. */
  tenant: string
  email: string
  emailVerified: boolean
  /** The address came from an identity provider that is not trusted for it: nobody is recognised by it. */
  emailUnproven: boolean
  username: string | null
  firstName: string | null
  lastName: string | null
  ssoUsername: string | null
  status: UserStatus
  hasPassword: boolean
  tags: Record<string, string | string[]>
  attributes: Attributes
  /** Names, in their order. */
  namespaces: string[]
  lastSignInAt: string | null
  createdAt: string
  updatedAt: string
}

export function viewUser(row: UserRecord): UserView {
  return {
    id: row.id,
    tenant: row.tenant,
    email: row.email,
    emailVerified: row.emailVerifiedAt !== null,
    emailUnproven: row.emailUnproven,
    username: row.username,
    firstName: row.firstName,
    lastName: row.lastName,
    ssoUsername: row.ssoUsername,
    status: row.status,
    hasPassword: row.hasPassword,
    tags: row.tags as UserView['tags'],
    attributes: attributesOf(row),
    namespaces: row.namespaces,
    lastSignInAt: row.lastSignInAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** With `email_verified` where it is so: what the API takes under that name, it shows there. */
function attributesOf(row: UserRecord): Attributes {
  return { ...(row.attributes as Attributes), ...(row.emailVerifiedAt && { email_verified: true }) }
}

/**
 * What an audit event says of a user: of attributes the names alone, because they hold what is personal and the log
 * keeps everything for ever.
 */
export function auditableUser(row: UserRecord) {
  const { id: _, tenant: __, lastSignInAt: ___, createdAt: ____, updatedAt: _____, ...said } = viewUser(row)
  return { ...said, attributes: Object.keys(row.attributes as Attributes).sort() }
}

/** The user of that id in the organization; throws `not_found`. */
export async function loadUserRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  id: string,
): Promise<UserRecord> {
  const user = await findUser(house.db, organizationId, id)
  if (!user) throw new VestibuleError('not_found', `There is no user "${id}".`)
  return user
}
