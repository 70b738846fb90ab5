import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { hashPassword } from '../passwords/password.ts'
import { isUniqueViolation, type Json } from '../store/db.ts'
import { findTakenKeys, type UserChange, type UserKeys } from '../store/users.ts'
import type { UserChangeInput } from './user-input.ts'

/**
 * What callers said, as the columns that change: keys beside names, a hash for the password, `email_verified` as the
 * instant it became so. An address that changes is not verified any more, unless the same call says so. One that an admin
 * gives or confirms is not unproven. Namespaces are no columns.
 */
export async function toUserColumns(
  change: UserChangeInput,
  now: Date,
  before: { emailKey: string; emailVerifiedAt: Date | null } | null,
): Promise<UserChange> {
  const { email, username, ssoUsername, password, attributes, tags, namespaces: _, ...plain } = change
  const { email_verified: verified, ...otherAttributes } = attributes ?? {}
  const moved = email !== undefined && emailKey(email) !== before?.emailKey
  const emailVerifiedAt = toVerifiedAt(verified as boolean | undefined, moved, now, before?.emailVerifiedAt)
  return {
    ...plain,
    ...(email !== undefined && { email, emailKey: emailKey(email) }),
    ...(username !== undefined && { username, usernameKey: username && emailKey(username) }),
    ...(ssoUsername !== undefined && { ssoUsername, ssoUsernameKey: ssoUsername && emailKey(ssoUsername) }),
    ...(password !== undefined && { passwordHash: password === null ? null : await hashPassword(password) }),
    ...(tags && { tags }),
    ...(attributes && { attributes: otherAttributes as Json }),
    ...(emailVerifiedAt !== undefined && { emailVerifiedAt }),
    ...((moved || verified === true) && { emailUnproven: false }),
  }
}

/** Undefined: as it is. */
function toVerifiedAt(
  said: boolean | undefined,
  moved: boolean,
  now: Date,
  before: Date | null | undefined,
): Date | null | undefined {
  if (said === undefined) return moved ? null : undefined
  if (!said) return null
  return moved ? now : (before ?? now)
}

/** What callers call the columns that are a user's own. */
const pathOf: Record<keyof UserKeys, string> = {
  emailKey: 'email',
  usernameKey: 'username',
  ssoUsernameKey: 'ssoUsername',
}

/** A user whose columns are written, for telling which of them are others'. */
export type WrittenUser = { tenantId: string; id: string; columns: UserChange }

/** Runs a write; throws `conflict`, with the path of each, when other users of the tenant have what must be a user's own. */
export async function withoutCollisions<Result>(
  house: Pick<House, 'db'>,
  user: WrittenUser,
  write: () => Promise<Result>,
): Promise<Result> {
  try {
    return await write()
  } catch (thrown) {
    throw isUniqueViolation(thrown) ? await collisionOf(house, user) : thrown
  }
}

/** The `conflict` to throw for a user who could not be written. */
export async function collisionOf(house: Pick<House, 'db'>, user: WrittenUser): Promise<VestibuleError> {
  const { emailKey, usernameKey, ssoUsernameKey } = user.columns
  const keys = { emailKey, usernameKey, ssoUsernameKey }
  const taken = await findTakenKeys(house.db, user.tenantId, keys, user.id)
  const fields = taken.map((key) => ({ path: pathOf[key], message: 'belongs to another user of the tenant' }))
  const names = fields.map(({ path }) => path).join(' and ') || 'it'
  return new VestibuleError('conflict', `There is already a user with this ${names} in the tenant.`, {
    fields,
  })
}
