import type { Check } from '../base/check.ts'
import type { Decision, MatchCause, MatchedBy } from './decide.ts'
import type { ExternalPerson } from './external-person.ts'
import type { MatchingField, UserPolicies } from './user-policies.ts'

/** What a decision says in a trace: checks in order, and for a refusal the sentence an admin acts on. */

const fieldNames: Record<MatchedBy, string> = {
  identity: 'an earlier sign-in',
  Username: 'user name',
  Email: 'e-mail address',
  SsoUsername: 'SSO user name',
}

export const matchCheck = 'Person is known'

/** `connection` is what people call it. */
export function explainDecision(
  decision: Decision,
  person: ExternalPerson,
  { policies, connection }: { policies: UserPolicies; connection: string },
): { checks: Check[]; cause: MatchCause | null; sentence: string } {
  const check: Check = {
    name: matchCheck,
    ok: decision.kind !== 'refuse' && decision.kind !== 'wait',
    expected: describeFields(policies.matchingFields),
    received: describeFound(decision, person),
  }
  const unusable = person.unusable.map(({ claim, reason }) => ({
    name: `Claim for ${claim}`,
    ok: false,
    received: `${reason}; it was left out`,
  }))
  const skipped = ('skipped' in decision ? decision.skipped : []).map(({ field, to }) => ({
    name: `${field} is free`,
    ok: false,
    expected: 'a value no other user of the tenant has',
    received: `${to} belongs to another user; it was not written`,
  }))
  const checks = [...unusable, check, ...skipped]
  if (decision.kind !== 'refuse') return { checks, cause: null, sentence: '' }
  const who = person.email ?? person.username ?? person.subject ?? 'Somebody'
  return { checks, cause: decision.cause, sentence: sentences[decision.cause]({ who, connection, decision }) }
}

function describeFields(fields: MatchingField[]): string {
  return ['an earlier sign-in', ...fields.map((field) => `the same ${fieldNames[field]}`)].join(', else ')
}

function describeFound(decision: Decision, person: ExternalPerson): string {
  switch (decision.kind) {
    case 'sign-in':
      return `${decision.user.email}, by ${fieldNames[decision.by]}${decision.user.linkedToAnother && decision.by !== 'identity' ? '; this user has signed in here as somebody else before' : ''}`
    case 'create':
      return decision.status === 'active' ? 'nobody; a user was made' : 'nobody; a request was filed'
    case 'wait':
      return 'a user who waits for approval'
    case 'refuse':
      return decision.user ? describeRefused(decision) : describeClaims(person)
  }
}

function describeRefused({ user, field }: Extract<Decision, { kind: 'refuse' }>): string {
  return `${user!.email}${field ? `, by ${fieldNames[field]}` : ''}`
}

function describeClaims({ username, email, ssoUsername }: ExternalPerson): string {
  const came = [
    username && `user name ${username}`,
    email && `e-mail address ${email}`,
    ssoUsername && ssoUsername !== email && `SSO user name ${ssoUsername}`,
  ].filter(Boolean)
  return came.length > 0 ? `nobody with ${came.join(' or ')}` : 'neither a user name nor an e-mail address'
}

type Said = { who: string; connection: string; decision: Extract<Decision, { kind: 'refuse' }> }

const sentences: Record<MatchCause, (said: Said) => string> = {
  match_none: ({ who, connection }) =>
    `${connection} vouched for ${who}, and nobody in the directory of the tenant is that person. Add them as a user, or let the connection make users by itself.`,
  match_email_untrusted: ({ who, connection }) =>
    `There is a user ${who}, but an e-mail address from ${connection} is not enough to be recognised by: verify its domain for the tenant, trust the addresses of this connection, or match by another field.`,
  match_email_unproven: ({ who }) =>
    `There is a user ${who} whose address nobody has proven: it came from an identity provider that is not trusted for it. Confirm the address in the user’s page if it is theirs.`,
  match_ambiguous: ({ who, decision }) =>
    `${who} could be more than one user: the ${fieldNames[decision.field ?? 'Email']} came with several values that belong to different users. Send one value, or merge the users.`,
  match_protected: ({ who }) =>
    `${who} has access to this portal. Such people are never linked to a sign-in by what an identity provider says of them; give the user another address, or link them by hand.`,
  match_user_disabled: ({ decision }) =>
    `The user ${decision.user?.email ?? ''} is disabled. Enable them if they may sign in again.`,
  match_invitation_over: ({ decision }) =>
    `The invitation of ${decision.user?.email ?? ''} has expired. Send it again if they may still come in.`,
  provision_email_missing: ({ connection }) =>
    `${connection} did not say an e-mail address, and a user cannot be made without one. Send it, or map the claim it comes in.`,
  provision_email_taken: ({ who, connection }) =>
    `There is a user ${who} already, and ${connection} is not trusted to say whose address that is: verify its domain for the tenant, or trust the addresses of this connection.`,
  provision_rejected: ({ who }) =>
    `${who} asked to come in and was rejected. Delete the request if they may ask again.`,
}

/** What the person is told: no more than they may know of others. */
export const refusalForPerson: Record<MatchCause, string> = {
  match_none:
    'You are signed in at your company, but there is no account for you here yet. Ask whoever looks after this product at your company to add you.',
  match_email_untrusted:
    'Your account could not be found by your company’s sign-in. Ask whoever looks after this product at your company.',
  match_email_unproven:
    'Your account could not be found by your company’s sign-in. Ask whoever looks after this product at your company.',
  match_ambiguous:
    'Your company’s sign-in could mean more than one account. Ask whoever looks after this product at your company.',
  match_protected:
    'This account cannot be used through your company’s sign-in. Ask whoever looks after this product.',
  match_user_disabled: 'Your account is disabled. Ask whoever looks after this product at your company.',
  match_invitation_over:
    'Your invitation has expired. Ask whoever looks after this product at your company for a new one.',
  provision_email_missing:
    'Your company’s sign-in did not tell us your e-mail address, so no account could be made. Ask whoever looks after it.',
  provision_email_taken:
    'No account could be made: the address is in use. Ask whoever looks after this product at your company.',
  provision_rejected:
    'Your request for access was turned down. Ask whoever looks after this product at your company.',
}
