import type { MatchCause } from '#lib/matching/decide.ts'
import type { MatchingField, SyncField, UserPolicies } from '#lib/matching/user-policies.ts'

/** What the portal calls what matching says. */

export const fieldNames: Record<SyncField, string> = {
  Username: 'User name',
  Email: 'E-mail address',
  FirstName: 'First name',
  LastName: 'Last name',
  SsoUsername: 'SSO user name',
}

export const matchingHints: Record<MatchingField, string> = {
  Username: 'The name people have in your product.',
  Email:
    'Counts only where the tenant has proven the domain of the address, or the addresses of this connection are trusted.',
  SsoUsername: 'What the identity provider calls a person, where that is another name than in your product.',
}

/** How people are recognised, and what a sign-in updates, as facts to look at. */
export function policyFacts(policies: UserPolicies): { label: string; value: string }[] {
  return [
    {
      label: 'Recognised by',
      value: policies.matchingFields.map((field) => fieldNames[field]).join(', then '),
    },
    { label: 'Updated when empty', value: namesOf(policies.fieldsToUpdateWhenNull) },
    { label: 'Updated when different', value: namesOf(policies.fieldsToUpdateWhenDifferent) },
  ]
}

function namesOf(fields: SyncField[]): string {
  return fields.length === 0 ? 'Nothing' : fields.map((field) => fieldNames[field]).join(', ')
}

export const modes = {
  passthrough: {
    title: 'Pass everybody through',
    text: 'Whoever the identity provider vouches for gets in, as it describes them. No users are kept here, and nothing below matters.',
  },
  existing: {
    title: 'Only people who are users already',
    text: 'A person must match a user you have added, imported or invited. Anybody else is told whom to ask.',
  },
  auto: {
    title: 'Make users by themselves',
    text: 'Whoever matches no user becomes one at their first sign-in, and gets in at once.',
  },
  approval: {
    title: 'Make users, once you approve',
    text: 'Whoever matches no user sees a waiting page. You decide, they get a mail, and then they can go on.',
  },
} as const

/** How a person was found, in words. */
export function foundBy(by: string | null): string {
  if (by === null) return '–'
  return by === 'identity' ? 'Earlier sign-in' : (fieldNames[by as SyncField] ?? by)
}

const causes: Record<MatchCause | 'provision_waiting', string> = {
  match_none: 'No user is this person.',
  match_email_untrusted: 'There is a user with this address, but the address is not trusted.',
  match_email_unproven: 'There is a user with this address, but nobody has proven that it is theirs.',
  match_ambiguous: 'Several users could be meant.',
  match_protected: 'The user has access to this portal and is never linked this way.',
  match_user_disabled: 'The user is disabled.',
  match_invitation_over: 'The user was invited, and has not accepted in time.',
  provision_email_missing: 'No e-mail address came, so no user can be made.',
  provision_email_taken: 'The address belongs to a user already, and is not trusted.',
  provision_rejected: 'The request of this person was rejected.',
  provision_waiting: 'Somebody has to approve them first.',
}

export function causeInWords(cause: string | null): string | null {
  return cause && ((causes as Record<string, string>)[cause] ?? cause)
}

/** `Tags: department` for a field beyond those of the policy. */
export function fieldInWords(field: string): string {
  const name = fieldNames[field as SyncField]
  if (name) return name
  const dot = field.indexOf('.')
  return `${field.startsWith('tags') ? 'Tag' : 'Attribute'} ${field.slice(dot + 1)}`
}
