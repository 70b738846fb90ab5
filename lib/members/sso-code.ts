import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { findAccountToken, insertAccountToken, takeAccountToken } from '../store/account-tokens.ts'

/**
 * What the login flow hands to the portal when somebody comes back from the company's sign-in: a code that is used
 * once, in the browser that began, and soon. Whoever reads it in an address can do nothing with it.
 */

/** Signing in follows at once; for the other two the person reads a page first. In seconds. */
const handOverSeconds = 60
const confirmSeconds = 600

/** What a member wanted at the company's sign-in. */
export type SsoIntent =
  /** `from`: the page they came for. */
  | { kind: 'sign-in'; from: string }
  | { kind: 'link'; memberId: string }
  | { kind: 'invitation'; invitationHash: string }

/** Who they are there. `shownAs` is what people recognise themselves by: nothing is decided by it. */
export type SsoIdentity = { connectionId: string; subject: string; shownAs: string }

export type HandOver = { intent: SsoIntent; identity: SsoIdentity }

export async function mintSsoCode(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  organizationId: string,
  { intent, identity, browserHash }: HandOver & { browserHash: string },
): Promise<string> {
  const code = mintToken(house.random)
  const now = house.clock.now()
  await insertAccountToken(house.db, {
    tokenHash: sha256(code),
    organizationId,
    purpose: 'member-sso',
    subjectId: intent.kind === 'link' ? intent.memberId : null,
    email: null,
    data: { handOver: { intent, identity }, browserHash },
    createdAt: now,
    expiresAt: secondsAfter(now, intent.kind === 'sign-in' ? handOverSeconds : confirmSeconds),
  })
  return code
}

export type SsoCodeInput = { organizationId: string; code: string; browserHash: string | null }

/** What a code stands for, to show it; null when there is none (any more), or it was another browser's. */
export async function findSsoCode(
  house: Pick<House, 'db' | 'clock'>,
  input: SsoCodeInput,
): Promise<HandOver | null> {
  return handOverOf(input, await findAccountToken(house.db, whichOf(input), house.clock.now()))
}

/** Uses a code up, in whichever browser; null as above. */
export async function takeSsoCode(
  house: Pick<House, 'db' | 'clock'>,
  input: SsoCodeInput,
): Promise<HandOver | null> {
  return handOverOf(input, await takeAccountToken(house.db, whichOf(input), house.clock.now()))
}

function whichOf({ organizationId, code }: SsoCodeInput) {
  return { organizationId, purpose: 'member-sso' as const, tokenHash: sha256(code) }
}

function handOverOf({ browserHash }: SsoCodeInput, row: { data: unknown } | null): HandOver | null {
  const data = row?.data as { handOver?: HandOver; browserHash?: string } | undefined
  return browserHash !== null && data?.browserHash === browserHash ? (data.handOver ?? null) : null
}

/**
 * A ticket with which a member who is signed in sends their browser to the company's sign-in to be linked: the login
 * flow does not read portal sessions.
 */
export async function mintLinkTicket(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  organizationId: string,
  memberId: string,
): Promise<string> {
  const ticket = mintToken(house.random)
  const now = house.clock.now()
  await insertAccountToken(house.db, {
    tokenHash: sha256(ticket),
    organizationId,
    purpose: 'member-sso',
    subjectId: memberId,
    email: null,
    data: { ticket: true },
    createdAt: now,
    expiresAt: secondsAfter(now, handOverSeconds),
  })
  return ticket
}

/** Whose ticket it was; it is used up. Null when there is none (any more). */
export async function takeLinkTicket(
  house: Pick<House, 'db' | 'clock'>,
  { organizationId, ticket }: { organizationId: string; ticket: string },
): Promise<string | null> {
  const which = { organizationId, purpose: 'member-sso' as const, tokenHash: sha256(ticket) }
  const row = await takeAccountToken(house.db, which, house.clock.now())
  return (row?.data as { ticket?: boolean } | undefined)?.ticket ? row!.subjectId : null
}
