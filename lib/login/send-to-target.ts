import {
  describePerson,
  findEmailFault,
  mintTargetToken,
  type TargetPerson,
} from '../jwt-sso-targets/describe-person.ts'
import { withToken } from '../jwt-sso-targets/return-address.ts'
import type { Profile } from '../oauth/profile.ts'
import { type JwtSsoTargetRecord, touchJwtSsoTarget } from '../store/jwt-sso-targets.ts'
import { findUser, type UserRecord } from '../store/users.ts'
import { recordTrace, type TraceEntry } from '../traces/record-trace.ts'
import type { AnsweringSession, PendingAnswer } from './answer-with-session.ts'
import type { LoginOutcome } from './attempt.ts'
import { describeOutbound, refuseTarget, type TargetRefusal } from './refuse-target.ts'
import type { TargetCause } from './target-causes.ts'

/**
 * Sends the person of a session to a product that takes JWT SSO, with a token that says who they are. `signIn` describes
 * the sign-in that has just happened; without one the session was there before. Throws, for a page, where the product
 * must not be told.
 */
export async function sendToTarget(
  { house, site, request, origin, passed }: PendingAnswer,
  target: JwtSsoTargetRecord,
  session: AnsweringSession,
  signIn?: TraceEntry & { outcome: 'success' },
): Promise<LoginOutcome> {
  const user = session.userId === null ? null : await findUser(house.db, site.id, session.userId)
  const person = user ? personOfUser(user, session) : personOfSession(session)
  const connection = signIn?.connection ?? (session.connectionId ? unnamed(session.connectionId) : null)
  const trace = {
    ...describeOutbound(house, site, target, origin),
    tenant: session.tenant,
    connection,
    subject: session.subject,
    email: person.email,
  }
  const checks = signIn?.checks ?? [
    ...passed,
    { name: 'Session', ok: true, received: session.authenticatedAt.toISOString() },
  ]
  const cause = findFault(target, session, user, person)
  if (cause) {
    const { tenant, subject, email } = trace
    const named = { tenant, subject, email, connection } satisfies TargetRefusal['person']
    const refusal = {
      target,
      cause,
      origin,
      passed: checks,
      received: person.email ?? undefined,
      person: named,
    }
    return refuseTarget(house, site, refusal)
  }
  const token = await mintTargetToken(house, target, person)
  const told = Object.keys(describePerson(target, person)).join(', ')
  const name = person.email ?? session.subject
  await recordTrace(house, {
    ...trace,
    outcome: 'success',
    checks: [...checks, { name: 'Token', ok: true, expected: target.audience, received: told }],
    sentence: signIn
      ? `${name} signed in and went on to ${target.name} by JWT SSO.`
      : `${name} was signed in already and went on to ${target.name} by JWT SSO.`,
  })
  await touchJwtSsoTarget(house.db, target.id, house.clock.now())
  return { kind: 'redirect', url: withToken(target.baseUrl, request.redirectUri, token), cookies: [] }
}

function findFault(
  target: JwtSsoTargetRecord,
  session: AnsweringSession,
  user: UserRecord | null,
  person: TargetPerson,
): TargetCause | null {
  if (session.userId !== null && user?.status !== 'active') return 'jwt_sso_user_inactive'
  return findEmailFault(target, person)
}

/** Of people in the directory, what it says now. */
function personOfUser(user: UserRecord, { profile }: AnsweringSession): TargetPerson {
  const { id, email, emailUnproven, tenant, firstName, lastName, username } = user
  return {
    id,
    email,
    emailVerified: !emailUnproven,
    emailDisowned: emailUnproven && isDisowned(profile as Profile),
    tenant,
    firstName,
    lastName,
    username,
    roles: null,
    groups: null,
    tags: user.tags as Record<string, unknown>,
    attributes: user.attributes as Record<string, unknown>,
  }
}

/** Anything but `true` is no: providers write it in more than one way. */
function isDisowned({ raw }: Profile): boolean {
  return raw.email_verified !== undefined && raw.email_verified !== 'true'
}

/** Of anybody else, what their identity provider said when they signed in. */
function personOfSession({ profile, tenant, subject }: AnsweringSession): TargetPerson {
  const { email, emailVerified, firstName, lastName, username, roles, groups, tags, raw, attributes } =
    profile as Profile
  return {
    id: subject,
    email,
    emailVerified: emailVerified === true,
    emailDisowned: isDisowned(profile as Profile),
    tenant,
    firstName,
    lastName,
    username: username ?? null,
    roles,
    groups,
    tags: tags ?? {},
    attributes: { ...raw, ...attributes },
  }
}

function unnamed(id: string): TraceEntry['connection'] {
  return { id, name: '', kind: '' }
}
