import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import type { House } from '../house.ts'
import { type AccountTokenPurpose, insertAccountToken, takeAccountToken } from '../store/account-tokens.ts'

/** A challenge is answered within so many seconds, or not at all. */
const challengeSeconds = 300

/**
 * What a challenge is for. It is good for nothing else: not for another ceremony, person or browser.
 * `bearer` is what the browser holds besides it, a cookie, so that nobody can have theirs answered elsewhere.
 */
export type ChallengePurpose = {
  ceremony: 'register' | 'second-step' | 'sign-in'
  door: 'user' | 'member'
  /** Whose passkey; null where the passkey says who it is. */
  ownerId: string | null
  bearer: string
}

/** A new challenge of 256 bits. Only its hash is kept. */
export async function mintChallenge(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  organizationId: string,
  purpose: ChallengePurpose,
): Promise<Buffer<ArrayBuffer>> {
  const challenge = Buffer.from(house.random.bytes(32))
  const now = house.clock.now()
  await insertAccountToken(house.db, {
    tokenHash: sha256(challenge.toString('base64url')),
    organizationId,
    purpose: tokenPurpose(purpose),
    subjectId: purpose.ownerId,
    email: null,
    data: dataOf(purpose),
    createdAt: now,
    expiresAt: secondsAfter(now, challengeSeconds),
  })
  return challenge
}

/**
 * Uses up the challenge an answer names, whether or not it was meant for this. Of any number at once one gets it; null
 * when it was never made, is over, or was for something else.
 */
export async function takeChallenge(
  house: Pick<House, 'db' | 'clock'>,
  organizationId: string,
  purpose: ChallengePurpose,
  clientDataJSON: string,
): Promise<string | null> {
  const challenge = readChallenge(clientDataJSON)
  if (challenge === null) return null
  const which = { organizationId, purpose: tokenPurpose(purpose), tokenHash: sha256(challenge) }
  const token = await takeAccountToken(house.db, which, house.clock.now())
  const wanted = dataOf(purpose)
  const data = token?.data as typeof wanted | undefined
  const fits =
    token?.subjectId === purpose.ownerId &&
    data?.ceremony === wanted.ceremony &&
    data.bearerHash === wanted.bearerHash
  return fits ? challenge : null
}

function tokenPurpose({ door }: ChallengePurpose): AccountTokenPurpose {
  return door === 'user' ? 'passkey-challenge' : 'member-passkey-challenge'
}

function dataOf({ ceremony, bearer }: ChallengePurpose): { ceremony: string; bearerHash: string } {
  return { ceremony, bearerHash: sha256(bearer) }
}

/** Member `challenge` of the client data (Web Authentication §5.8.1). */
function readChallenge(clientDataJSON: string): string | null {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8')) as {
      challenge?: unknown
    }
    return typeof challenge === 'string' && /^[A-Za-z0-9_-]{43}$/.test(challenge) ? challenge : null
  } catch {
    return null
  }
}
