import { emailDomain, emailKey } from '../base/email.ts'
import type { ExternalPerson } from './external-person.ts'
import { type AddressState, type FieldChange, planSync, type SkippedChange } from './plan-sync.ts'
import type { MatchingField, UserPolicies } from './user-policies.ts'

/** How a connection's people come into the directory, where they come into it at all. */
export type DirectoryMode = 'existing' | 'auto' | 'approval'

/** A user who may be the person. */
export type Candidate = {
  id: string
  status: 'active' | 'invited' | 'pending' | 'disabled'
  email: string
  username: string | null
  ssoUsername: string | null
  firstName: string | null
  lastName: string | null
  tags: Record<string, string | string[]>
  attributes: Record<string, unknown>
  /** Nobody proved that the address is theirs: they are not recognised by it. */
  emailUnproven: boolean
  emailVerified: boolean
  hasPassword: boolean
  /** Whether it is this very person, by an earlier sign-in through this connection. */
  byIdentity: boolean
  /** Whether the user has signed in through this connection as somebody else. */
  linkedToAnother: boolean
  /** Whether a member of the organization has the address: somebody with access to the portal. */
  isMember: boolean
  /** Of somebody who is invited: whether the invitation still holds. */
  invitationOpen: boolean
}

/** What there is to know of a person before it is decided. */
export type MatchFacts = {
  candidates: Candidate[]
  /** Whether the tenant has proven the domain of the address, or it was vouched for. */
  ownsEmailDomain: boolean
  /** Whether the connection's addresses are trusted. */
  trustEmail: boolean
  /** The request the person made under `approval`. */
  request: 'pending' | 'approved' | 'rejected' | null
}

/** By what somebody was recognised. */
export type MatchedBy = 'identity' | MatchingField

export type NewPerson = {
  email: string
  username: string | null
  ssoUsername: string | null
  firstName: string | null
  lastName: string | null
  tags: Record<string, string | string[]>
  attributes: Record<string, string | string[]>
  emailUnproven: boolean
  emailVerified: boolean
}

/** Why somebody does not get in. A closed list; sentences are in explain-decision.ts. */
export type MatchCause =
  | 'match_none'
  | 'match_email_untrusted'
  | 'match_email_unproven'
  | 'match_ambiguous'
  | 'match_protected'
  | 'match_user_disabled'
  | 'match_invitation_over'
  | 'provision_email_missing'
  | 'provision_email_taken'
  | 'provision_rejected'

export type Decision =
  | {
      kind: 'sign-in'
      by: MatchedBy
      user: Candidate
      changes: FieldChange[]
      skipped: SkippedChange[]
      address: AddressState
      /** The user was invited, and is active from now on. */
      activates: boolean
    }
  /** Not known yet, and made: at once, or `pending` until somebody approves. */
  | { kind: 'create'; status: 'active' | 'pending'; person: NewPerson; skipped: SkippedChange[] }
  /** Asked before, and not decided. */
  | { kind: 'wait' }
  | { kind: 'refuse'; cause: MatchCause; user: Candidate | null; field: MatchingField | null }

/**
 * Whether, and as whom, a person gets in. First the lasting identity decides, then the fields of the policy in their
 * order: the first by which exactly one user is found. The same function decides in the login, in the dry run and in the
 * shadow.
 */
export function decide(
  person: ExternalPerson,
  { mode, policies }: { mode: DirectoryMode; policies: UserPolicies },
  facts: MatchFacts,
): Decision {
  const known = facts.candidates.find(({ byIdentity }) => byIdentity)
  if (known) return admit(known, 'identity', person, policies, facts)
  for (const field of policies.matchingFields) {
    const found = findByField(person, field, facts)
    if (found.length > 1) return { kind: 'refuse', cause: 'match_ambiguous', user: null, field }
    if (found.length === 1) return link(found[0]!, field, person, policies, facts)
  }
  return mode === 'existing' ? refuseUnknown(person, policies, facts) : provision(person, mode, facts)
}

/** Whether the address of a person says who they are: its domain is the tenant's, or the connection is trusted. */
export function isEmailTrusted(
  person: ExternalPerson,
  facts: Pick<MatchFacts, 'ownsEmailDomain' | 'trustEmail'>,
) {
  return person.email !== null && !person.emailDenied && (facts.trustEmail || facts.ownsEmailDomain)
}

/** Whether applications may be told that it is verified: trusted, and asserted where the protocol has a word for it. */
export function isEmailVerified(
  person: ExternalPerson,
  facts: Pick<MatchFacts, 'ownsEmailDomain' | 'trustEmail'>,
) {
  return isEmailTrusted(person, facts) && person.emailAsserted
}

/** Users the field names, of those who may be recognised by it. */
function findByField(person: ExternalPerson, field: MatchingField, facts: MatchFacts): Candidate[] {
  return candidatesWith(person, field, facts).filter((candidate) => {
    const key = emailKey(heldValue(candidate, field)!)
    // An SSO user name that was read from the address is one.
    if (field !== 'Email' && !(field === 'SsoUsername' && person.keys.Email.includes(key))) return true
    if (field === 'Email' && candidate.emailUnproven) return false
    return isEmailTrusted(person, facts) && isCovered(key, person, facts)
  })
}

/** Of several addresses the facts speak of the first one's domain; another is good for itself only where it shares that. */
function isCovered(key: string, { email }: ExternalPerson, { trustEmail }: MatchFacts): boolean {
  return trustEmail || emailDomain(key) === emailDomain(email!)
}

function candidatesWith(
  person: ExternalPerson,
  field: MatchingField,
  { candidates }: MatchFacts,
): Candidate[] {
  return candidates.filter((candidate) => {
    const value = heldValue(candidate, field)
    return value !== null && person.keys[field].includes(emailKey(value))
  })
}

function heldValue(candidate: Candidate, field: MatchingField): string | null {
  const values = { Username: candidate.username, Email: candidate.email, SsoUsername: candidate.ssoUsername }
  return values[field]
}

/** Somebody is linked for the first time; people with access to the portal never are by what an upstream says. */
function link(
  user: Candidate,
  field: MatchingField,
  person: ExternalPerson,
  policies: UserPolicies,
  facts: MatchFacts,
): Decision {
  if (user.isMember) return { kind: 'refuse', cause: 'match_protected', user, field }
  return admit(user, field, person, policies, facts)
}

function admit(
  user: Candidate,
  by: MatchedBy,
  person: ExternalPerson,
  policies: UserPolicies,
  facts: MatchFacts,
): Decision {
  const field = by === 'identity' ? null : by
  if (user.status === 'disabled') return { kind: 'refuse', cause: 'match_user_disabled', user, field }
  if (user.status === 'pending') return { kind: 'wait' }
  if (user.status === 'invited' && !user.invitationOpen)
    return { kind: 'refuse', cause: 'match_invitation_over', user, field }
  const email = { trusted: isEmailTrusted(person, facts), verified: isEmailVerified(person, facts) }
  const planned = planSync(person, user, policies, { others: facts.candidates, email })
  return { kind: 'sign-in', by, user, ...planned, activates: user.status === 'invited' }
}

/** `user` is who has the address that the person came with. */
function refuse(cause: MatchCause, user: Candidate | null = null): Decision {
  return { kind: 'refuse', cause, user, field: user && 'Email' }
}

/** Nobody was found; the cause says what came closest. */
function refuseUnknown(person: ExternalPerson, policies: UserPolicies, facts: MatchFacts): Decision {
  const [byEmail] = policies.matchingFields.includes('Email') ? candidatesWith(person, 'Email', facts) : []
  if (!byEmail) return refuse('match_none')
  return refuse(isEmailTrusted(person, facts) ? 'match_email_unproven' : 'match_email_untrusted', byEmail)
}

function provision(person: ExternalPerson, mode: 'auto' | 'approval', facts: MatchFacts): Decision {
  if (mode === 'approval' && facts.request === 'rejected') return refuse('provision_rejected')
  const { email } = person
  if (email === null) return refuse('provision_email_missing')
  const holder = facts.candidates.find((candidate) => emailKey(candidate.email) === emailKey(email))
  if (holder) return refuse('provision_email_taken', holder)
  const { username, ssoUsername, skipped } = freeNames(person, facts.candidates)
  const created: NewPerson = {
    email,
    username,
    ssoUsername,
    firstName: person.firstName,
    lastName: person.lastName,
    tags: person.tags ?? {},
    attributes: person.attributes ?? {},
    emailUnproven: !isEmailTrusted(person, facts),
    emailVerified: isEmailVerified(person, facts),
  }
  return { kind: 'create', status: mode === 'auto' ? 'active' : 'pending', person: created, skipped }
}

/** User names of a new person, without those that belong to others of the tenant. */
function freeNames(person: ExternalPerson, candidates: Candidate[]) {
  const skipped: SkippedChange[] = []
  const free = (field: 'Username' | 'SsoUsername', value: string | null) => {
    const key = value && emailKey(value)
    const isTaken = candidates.some((candidate) => {
      const held = heldValue(candidate, field)
      return held !== null && emailKey(held) === key
    })
    if (isTaken) skipped.push({ field, to: value! })
    return isTaken ? null : value
  }
  return {
    username: free('Username', person.username),
    ssoUsername: free('SsoUsername', person.ssoUsername),
    skipped,
  }
}
