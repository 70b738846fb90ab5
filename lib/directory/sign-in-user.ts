import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { checkSignInLimits, forgiveSignIn, type SignInAttempt } from '../passwords/sign-in-limits.ts'
import {
  findSignInCandidates,
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

/** Who it was; or, when the password fits in several tenants, which: the person has to say. */
export type UserSignIn =
  | { user: UserRecord; tenant: SignInTenant; ambiguous?: undefined }
  | { ambiguous: SignInTenant[] }

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
  return enter(house, input, fitting[0]!)
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

async function enter(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: UserSignInInput,
  candidate: SignInCandidate,
): Promise<UserSignIn> {
  const now = house.clock.now()
  const { passwordHash: _, tenantName: __, ...user } = candidate
  if (!(await recordUserSignIn(house.db, candidate, now)))
    throw await refuse(house, input, candidate.email, 'disabled or changed at that moment')
  await recordAuditEvent(house, toActor(input, candidate), {
    action: 'user.signed-in',
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
  })
  return { user: { ...user, lastSignInAt: now }, tenant: toTenant(candidate) }
}

async function refuse(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: UserSignInInput,
  email: string,
  reason: string,
): Promise<VestibuleError> {
  await recordFailure(house, input, email, reason)
  return new VestibuleError('unauthorized', 'This e-mail address and password do not belong together.')
}

function recordFailure(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: UserSignInInput,
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

function toTenant({ tenantId, tenant, tenantName }: SignInCandidate): SignInTenant {
  return { tenantId, slug: tenant, name: tenantName }
}

function toActor(input: UserSignInInput, user: { id: string; email: string }): Actor {
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
