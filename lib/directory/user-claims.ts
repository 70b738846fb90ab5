import type { UserRecord } from '../store/users.ts'
import type { Attributes } from './attributes.ts'

/** What claims about a user are made of (OpenID Connect Core §5.1); `attributes` hold those without a member of their own. */
export type UserProfile = {
  id: string
  email: string
  emailVerified: boolean
  firstName: string | null
  lastName: string | null
  username: string | null
  attributes: Attributes
  updatedAt: Date
}

export function userProfile(user: UserRecord): UserProfile {
  return {
    id: user.id,
    email: user.email,
    emailVerified: user.emailVerifiedAt !== null,
    firstName: user.firstName,
    lastName: user.lastName,
    username: user.username,
    attributes: user.attributes as Attributes,
    updatedAt: user.updatedAt,
  }
}
