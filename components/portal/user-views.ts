import type { Tone } from '../ui/badge.tsx'

export type UserStatus = 'active' | 'invited' | 'pending' | 'disabled'

/** A user as a row of a list. */
export type UserSummary = {
  id: string
  /** Slug. */
  tenant: string
  email: string
  emailUnproven: boolean
  username: string | null
  firstName: string | null
  lastName: string | null
  status: UserStatus
  lastSignInAt: Date | string | null
}

/** By what connections know somebody. */
export type IdentitySummary = {
  id: string
  /** clientID. */
  connection: string
  connectionName: string
  subject: string
  lastSignInAt: Date | string | null
  createdAt: Date | string
}

/** First and last name, or null for somebody of whom neither is known. */
export function fullName(user: Pick<UserSummary, 'firstName' | 'lastName'>): string | null {
  return [user.firstName, user.lastName].filter(Boolean).join(' ') || null
}

/** What the portal calls somebody. */
export function userTitle(user: Pick<UserSummary, 'firstName' | 'lastName' | 'email'>): string {
  return fullName(user) ?? user.email
}

/** The states in words: on a badge, in a filter, and what they mean. */
export const userStatusWords: Record<UserStatus, { label: string; tone: Tone; text: string }> = {
  active: { label: 'Active', tone: 'good', text: 'Can sign in.' },
  invited: {
    label: 'Invited',
    tone: 'accent',
    text: 'Has not accepted the invitation yet, and becomes active by doing so.',
  },
  pending: {
    label: 'Waits for approval',
    tone: 'warn',
    text: 'Asked to come in, and cannot sign in until somebody approves it.',
  },
  disabled: { label: 'Disabled', tone: 'neutral', text: 'Cannot sign in until enabled again.' },
}
