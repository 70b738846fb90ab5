import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { SignedInUser } from '../directory/sign-in-user.ts'
import { userProfile } from '../directory/user-claims.ts'
import type { House } from '../house.ts'
import type { Profile } from '../oauth/profile.ts'
import type { UserRecord } from '../store/users.ts'
import type { Origin, TraceEntry } from '../traces/record-trace.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { type PendingInteraction, takeInteraction } from './interaction.ts'
import { type OpenedSession, openSession } from './open-session.ts'

/** Where somebody without an identity provider signs in: for an application that waits, or to look after their account. */
export type SignInPlace = {
  house: House
  site: Site
  origin: Origin
  cookies: ReadonlyMap<string, string>
  /** Null: the account page. */
  pending: PendingInteraction | null
}

/** How somebody has proven themselves (RFC 8176), and what a trace says of it. */
export type Proof = { amr: string[]; acr: string | null; words: string; checks: TraceEntry['checks'] }

/** `acr` of a password over TLS (saml-authn-context-2.0-os §3.4.10), whatever came on top. */
const passwordClass = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'

const password = { name: 'Password', ok: true }

export const proofs = {
  password: (): Proof => ({
    amr: ['pwd'],
    acr: passwordClass,
    words: 'with a password',
    checks: [password],
  }),
  passwordAndCode: (): Proof => secondStep('otp', 'with a password and a one-time code', 'one-time code'),
  passwordAndRecoveryCode: (): Proof =>
    secondStep(null, 'with a password and a recovery code', 'recovery code'),
  passwordAndPasskey: (method: 'hwk' | 'swk'): Proof =>
    secondStep(method, 'with a password and a passkey', 'passkey'),
  /** The device has seen to it that it was the person: two factors in one. */
  passkey: (method: 'hwk' | 'swk'): Proof => ({
    amr: [method, 'user', 'mfa'],
    acr: null,
    words: 'with a passkey',
    checks: [{ name: 'Passkey', ok: true }],
  }),
}

function secondStep(method: string | null, words: string, received: string): Proof {
  const amr = ['pwd', ...(method === null ? [] : [method]), 'mfa']
  return { amr, acr: passwordClass, words, checks: [password, { name: 'Second step', ok: true, received }] }
}

/** Opens the session, and goes on to where the person wanted: the application that waits, or their account. */
export async function enterPlace(
  place: SignInPlace,
  { user }: SignedInUser,
  proof: Proof,
): Promise<LoginOutcome> {
  const { house, site, origin, cookies } = place
  if (place.pending === null) {
    const opened = await open(place, user, proof)
    return { kind: 'redirect', url: '/account', cookies: [opened.cookie] }
  }
  const pending = await takeInteraction(house, site, { token: place.pending.token, cookies, origin })
  const opened = await open({ ...place, pending }, user, proof)
  const trace: TraceEntry & { outcome: 'success' } = {
    ...describeSignIn(pending, user.tenant),
    outcome: 'success',
    sentence: `${user.email} signed in to ${pending.party.name} ${proof.words}.`,
    checks: proof.checks,
    subject: user.id,
    email: user.email,
  }
  const outcome = await answerWithSession(pending, opened.session, cookies, trace)
  return { ...outcome, cookies: [opened.cookie, ...outcome.cookies] }
}

async function open(place: SignInPlace, user: UserRecord, { amr, acr }: Proof): Promise<OpenedSession> {
  const { house, site, origin, cookies, pending } = place
  const person = {
    organizationId: site.id,
    tenantId: user.tenantId,
    tenant: user.tenant,
    userId: user.id,
    subject: user.id,
    profile: toProfile(user),
    amr,
    acr,
    authenticatedAt: house.clock.now(),
    notAfter: null,
    upstream: null,
  }
  const priorSessionId = pending?.priorSessionId ?? null
  const opened = await openSession(house, person, { cookies, priorSessionId, ...origin })
  if (!opened) throw new VestibuleError('internal', 'Something went wrong on our side.')
  return opened
}

function toProfile(user: UserRecord): Profile {
  const { updatedAt, ...profile } = userProfile(user)
  return {
    ...profile,
    roles: null,
    groups: null,
    raw: {},
    updatedAt: Math.floor(updatedAt.getTime() / 1000),
  }
}

/** What every trace of a sign-in without an identity provider says. */
export function describeSignIn({ house, site, party, origin }: PendingInteraction, tenant: string) {
  return {
    id: mintId('trc', house.clock.now(), house.random),
    organizationId: site.id,
    tenant,
    product: party.product ?? '',
    connection: null,
    purpose: 'sign-in' as const,
    origin,
  }
}
