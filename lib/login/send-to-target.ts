import { maxTokenLength } from '../jwt-sso/token-reading.ts'
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
  const named = {
    tenant: session.tenant,
    subject: session.subject,
    email: person.email,
    connection,
    external: signIn?.external,
    shadow: signIn?.shadow,
  }
  const checks = signIn?.checks ?? [
    ...passed,
    { name: 'Session', ok: true, received: session.authenticatedAt.toISOString() },
  ]
  const refuse = (cause: TargetCause, seen: Pick<TargetRefusal, 'expected' | 'received'>) =>
    refuseTarget(house, site, { target, cause, origin, passed: checks, person: named, ...seen })
  const cause = findFault(target, session, user, person)
  if (cause) return refuse(cause, { received: person.email ?? undefined })
  const data = describePerson(target, person)
  const token = await mintTargetToken(house, target, data)
  if (token.length > maxTokenLength)
    return refuse('jwt_sso_token_too_long', {
      expected: `${maxTokenLength} characters`,
      received: `${token.length} characters`,
    })
  const told = Object.keys(data).join(', ')
  const how = signIn ? 'signed in' : 'was signed in already'
  await recordTrace(house, {
    ...describeOutbound(house, site, target, origin),
    ...named,
    outcome: 'success',
    checks: [...checks, { name: 'Token', ok: true, expected: target.audience, received: told }],
    sentence: `${data.email} ${how} and went on to ${target.name} by JWT SSO.`,
  })
  await touchJwtSsoTarget(house.db, target, house.clock.now())
  return { kind: 'redirect', url: withToken(target.baseUrl, request.redirectUri, token), cookies: [] }
}

function findFault(
  target: JwtSsoTargetRecord,
  session: AnsweringSession,
  user: UserRecord | null,
  person: TargetPerson,
): TargetCause | null {
  // The target may have become another tenant's while this person was on the way.
  if (target.tenantId !== null && target.tenantId !== session.tenantId) return 'jwt_sso_tenant_other'
  if (session.userId !== null && user?.status !== 'active') return 'jwt_sso_user_inactive'
  return findEmailFault(target, person)
}

/**
 * Of people in the directory, what it says now. Their address counts unless it came from an identity provider that is not
 * trusted for it (`emailUnproven`). One that an admin gave or imported counts although nobody confirmed it: the admins of
 * the organization, whose target this is, answer for it, and no company writes addresses into the directory by itself.
 * `emailVerifiedAt` asks for more, and is null for people of a provider that says nothing of `email_verified`, whose
 * domain may be proven all the same.
 */
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
