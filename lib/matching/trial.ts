import type { Decision, DirectoryMode, MatchCause, MatchedBy, MatchFacts } from './decide.ts'
import { decide } from './decide.ts'
import type { ExternalPerson } from './external-person.ts'
import type { FieldChange, SkippedChange } from './plan-sync.ts'
import type { UserPolicies } from './user-policies.ts'

/** What a connection goes by, or would go by: all that `decide` is told beside the person and the facts. */
export type Terms = { mode: DirectoryMode; policies: UserPolicies; trustEmail: boolean }

/**
 * What becomes of a person:
 * `matched` an existing user signs in · `created` a user is made · `requested` a request is filed, or waits already ·
 * `none` nobody is found · `ambiguous` several are · `refused` somebody is found who may not, or nobody can be made.
 */
export const outcomes = ['matched', 'created', 'requested', 'none', 'ambiguous', 'refused'] as const
export type Outcome = (typeof outcomes)[number]

/** What terms do to a person; `userId` is who they would sign in as, or whom they were kept from. */
export type Tried = {
  outcome: Outcome
  cause: MatchCause | null
  by: MatchedBy | null
  userId: string | null
  userEmail: string | null
  changes: FieldChange[]
  /** Values that belong to others and would not be written. */
  skipped: SkippedChange[]
}

/** What `decide` says of a person under other terms than those the facts were read under. Nothing is written. */
export function tryTerms(person: ExternalPerson, terms: Terms, facts: MatchFacts): Tried {
  return describeDecision(decide(person, terms, { ...facts, trustEmail: terms.trustEmail }))
}

const unknown: readonly MatchCause[] = ['match_none', 'match_email_untrusted', 'match_email_unproven']

/** A decision in the words in which people read what it does. */
export function describeDecision(decision: Decision): Tried {
  const nothing = { cause: null, by: null, userId: null, userEmail: null, changes: [], skipped: [] }
  switch (decision.kind) {
    case 'sign-in': {
      const { user, by, changes, skipped } = decision
      return { outcome: 'matched', cause: null, by, userId: user.id, userEmail: user.email, changes, skipped }
    }
    case 'create': {
      const outcome = decision.status === 'active' ? 'created' : 'requested'
      return { ...nothing, outcome, skipped: decision.skipped }
    }
    case 'wait':
      return { ...nothing, outcome: 'requested' }
    case 'refuse': {
      const { cause, user, field } = decision
      const outcome = cause === 'match_ambiguous' ? 'ambiguous' : unknown.includes(cause) ? 'none' : 'refused'
      return {
        ...nothing,
        outcome,
        cause,
        by: field,
        userId: user?.id ?? null,
        userEmail: user?.email ?? null,
      }
    }
  }
}

/** Whether people would notice: another outcome, another user, another reason, or other fields written. By what they were found does not count. */
export function isDifferent(one: Tried, other: Tried): boolean {
  const told = ({ outcome, cause, userId, changes }: Tried) =>
    JSON.stringify([outcome, cause, userId, changes])
  return told(one) !== told(other)
}

/**
 * Takeover risk: the person would be given, for the first time, an account that is somebody's already, on the word of the
 * identity provider alone. That is, they are matched by a field and not by an earlier sign-in, and
 * – the user has signed in through this connection as somebody else; or
 * – the person is known to be another user (in a dry run over the directory, where people come with their own fields); or
 * – the account is in use (a password, an earlier sign-in by whatever way), and the field is one the identity provider can
 *   fill in as it likes: a user name, or an address whose domain the tenant has not proven.
 * An account nobody has used yet is no risk: to be found this way is what it waits for.
 */
export function isTakeoverRisk(
  tried: Tried,
  facts: MatchFacts,
  known: { ownUserId: string | null; isInUse(userId: string): boolean },
): boolean {
  const { outcome, by, userId } = tried
  if (outcome !== 'matched' || by === 'identity' || userId === null) return false
  const user = facts.candidates.find(({ id }) => id === userId)
  if (user?.linkedToAnother) return true
  if (known.ownUserId !== null) return known.ownUserId !== userId
  const isProven = by === 'Email' && facts.ownsEmailDomain
  return !isProven && known.isInUse(userId)
}
