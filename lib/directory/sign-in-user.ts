import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { checkSignInLimits, forgiveSignIn, type SignInAttempt } from '../passwords/sign-in-limits.ts'
import {
  findSignInCandidates,
  findSignInUser,
  recordUserSignIn,
  type SignInCandidate,
  type UserRecord,
} from '../store/users.ts'

export type UserSignInInput = {
  organizationId: string
  /** Null: not known yet; the password decides among the tenants that have the address. */
  tenantId: string | null
  email: string
  password: string
  address: string
  requestId: string
}

export type SignInTenant = { tenantId: string; slug: string; name: string }

export type SignedInUser = { user: UserRecord; tenant: SignInTenant }

/** Whose password fitted, before their second step. `passwordMark` follows from the password they have. */
export type WaitingUser = { userId: string; email: string; tenant: string; passwordMark: string }

/**
 * Who it was; or, when the password fits in several tenants, which: the person has to say; or, where the password is
 * not enough, who waits for `completeSignIn`: then nothing is written down yet.
 */
export type UserSignIn =
  | (SignedInUser & { ambiguous?: undefined; waiting?: undefined })
  | { ambiguous: SignInTenant[]; waiting?: undefined }
  | { waiting: WaitingUser; ambiguous?: undefined }

/** So many tenants are tried when none is named. An address that more have needs the tenant. */
const triedTenants = 5

/**
 * Checks an end user's e-mail address and password; opens no session. Throws `unauthorized` with one text for every
 * cause (unknown, wrong, disabled, no password, tenant without password sign-in) and `rate_limited`; both are audited.
 * It works as long for an address nobody has: one verification where the tenant is named, five where it is not.
 */
export async function signInUser(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: UserSignInInput,
): Promise<UserSignIn> {
  const { organizationId, address } = input
  const email = emailKey(input.email.toWellFormed().replaceAll('\u0000', '')).slice(0, 320)
  const attempt: SignInAttempt = { door: 'user-sign-in', organizationId, account: email, address }
  await checkSignInLimits(house, attempt, () => recordFailure(house, input, email, 'too many tries'))

  const known = await findSignInCandidates(house.db, organizationId, email, {
    tenantId: input.tenantId,
    limit: triedTenants,
  })
  const candidates =
    input.tenantId === null ? known : known.filter((user) => user.tenantId === input.tenantId)
  const fitting = await findFitting(candidates, input)
  if (fitting.length === 0) throw await refuse(house, input, email, 'wrong e-mail or password')

  // Where several have the address, one of them must not wipe out the tries against the others.
  await forgiveSignIn(house, attempt, { forgetFailures: known.length === 1 })
  if (fitting.length > 1) {
    await recordFailure(house, input, email, 'the password fits in several tenants, and none was named')
    return { ambiguous: fitting.map(toTenant) }
  }
  const [candidate] = fitting as [SignInCandidate]
  return candidate.hasSecondFactor
    ? { waiting: toWaiting(candidate) }
    : enter(house, input, candidate, ['pwd'])
}

/**
 * Lets in who has taken the second step, or came by a passkey alone (`passwordMark` null). Throws `unauthorized` when
 * they may not any more: disabled, another password, a tenant without its own sign-in. `amr`: how they proved themselves
 * (RFC 8176).
 */
export async function completeSignIn(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: Omit<UserSignInInput, 'tenantId' | 'email' | 'password'>,
  { userId, passwordMark }: { userId: string; passwordMark: string | null },
  amr: string[],
): Promise<SignedInUser> {
  const user = await findSignInUser(house.db, input.organizationId, userId)
  if (user && (passwordMark === null || passwordMark === markOf(user.passwordHash)))
    return enter(house, input, user, amr)
  await recordFailure(house, input, user?.email ?? userId, 'disabled or changed at that moment')
  throw new VestibuleError('unauthorized', 'This account cannot sign in here any more.')
}

/** Follows from the hash of a password, and tells nothing of it. */
function markOf(passwordHash: string | null): string {
  return sha256(`password of\n${passwordHash ?? ''}`)
}

function toWaiting({ id, email, tenant, passwordHash }: SignInCandidate): WaitingUser {
  return { userId: id, email, tenant, passwordMark: markOf(passwordHash) }
}

/** Those whose password it is. The number of verifications says nothing of how many there are. */
async function findFitting(
  candidates: SignInCandidate[],
  input: UserSignInInput,
): Promise<SignInCandidate[]> {
  const verifications = input.tenantId === null ? triedTenants : 1
  const fits = await Promise.all(
    Array.from({ length: verifications }, (_, index) =>
      verifyPassword(candidates[index]?.passwordHash ?? null, input.password),
    ),
  )
  return candidates.filter((_, index) => fits[index])
}

type Where = Pick<UserSignInInput, 'organizationId' | 'address' | 'requestId'>

async function enter(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: Where,
  candidate: Omit<SignInCandidate, 'passwordHash'> & { passwordHash: string | null },
  amr: string[],
): Promise<SignedInUser> {
  const now = house.clock.now()
  const { passwordHash: _, tenantName: __, hasSecondFactor: ___, ...user } = candidate
  if (!(await recordUserSignIn(house.db, candidate, now)))
    throw await refuse(house, input, candidate.email, 'disabled or changed at that moment')
  await recordAuditEvent(house, toActor(input, candidate), {
    action: 'user.signed-in',
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
    after: { amr },
  })
  return { user: { ...user, lastSignInAt: now }, tenant: toTenant(candidate) }
}

async function refuse(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: Where,
  email: string,
  reason: string,
): Promise<VestibuleError> {
  await recordFailure(house, input, email, reason)
  return new VestibuleError('unauthorized', 'This e-mail address and password do not belong together.')
}

function recordFailure(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: Where,
  email: string,
  reason: string,
): Promise<void> {
  return recordAuditEvent(house, toActor(input, { id: '', email }), {
    action: 'user.signed-in',
    target: { type: 'user', id: '', name: email },
    result: 'failure',
    reason,
  })
}

function toTenant({
  tenantId,
  tenant,
  tenantName,
}: Pick<SignInCandidate, 'tenantId' | 'tenant' | 'tenantName'>): SignInTenant {
  return { tenantId, slug: tenant, name: tenantName }
}

function toActor(input: Where, user: { id: string; email: string }): Actor {
  return {
    type: 'user',
    id: user.id,
    name: user.email,
    role: 'viewer',
    organizationId: input.organizationId,
    address: input.address,
    requestId: input.requestId,
  }
}
