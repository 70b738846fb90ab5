import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { findMember, findMemberBySso, setMemberSso } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import type { MemberVisit } from './member-visit.ts'
import { type MemberSession, openMemberSession } from './open-member-session.ts'
import { findSsoCode, mintLinkTicket, takeSsoCode } from './sso-code.ts'

/**
 * Who a member is at the connection through which members sign in to the portal. Only they themselves say so, signed in
 * or with the link of their invitation; never an e-mail address.
 */

type Parts = Pick<House, 'db' | 'clock' | 'random'>
type BrowserCode = { code: string; browserHash: string | null }

/**
 * The session of whoever came back from the company's sign-in and is a member there. Throws `unauthorized` for a code
 * that was used, is too old or another browser's, and for somebody who is no member (any more).
 */
export async function signInMemberBySso(
  house: Parts,
  input: MemberVisit & BrowserCode,
): Promise<{ session: MemberSession; from: string }> {
  const taken = await takeSsoCode(house, input)
  if (taken?.intent.kind !== 'sign-in') throw handOverLost()
  const { identity, intent } = taken
  await checkPortalConnection(house, input.organizationId, identity.connectionId)
  const member = await findMemberBySso(house.db, input.organizationId, identity)
  if (!member) throw handOverLost()
  return { session: await openMemberSession(house, input, member, { by: 'company' }), from: intent.from }
}

/** The ticket with which the actor's browser begins to be linked. Throws `conflict` where there is no such sign-in. */
export async function beginLink(house: Parts, actor: Actor): Promise<string> {
  const { portalConnectionId } = await loadOrganization(house.db, actor.organizationId)
  if (portalConnectionId === null) throw noPortalSignIn()
  return mintLinkTicket(house, actor.organizationId, actor.id)
}

/** What the actor is asked to confirm: as whom they came back. Null when it is too late, another browser or member. */
export async function findLink(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: BrowserCode,
): Promise<{ identity: string } | null> {
  const seen = await findSsoCode(house, { organizationId: actor.organizationId, ...input })
  const isTheirs = seen?.intent.kind === 'link' && seen.intent.memberId === actor.id
  return isTheirs ? { identity: seen.identity.shownAs } : null
}

/** Links the actor to whom they came back as. Throws `unauthorized` as above, `conflict` for another member's identity. */
export async function finishLink(house: Parts, actor: Actor, input: BrowserCode): Promise<void> {
  const { organizationId } = actor
  const taken = await takeSsoCode(house, { organizationId, ...input })
  if (taken?.intent.kind !== 'link' || taken.intent.memberId !== actor.id) throw handOverLost()
  const { connectionId, subject, shownAs } = taken.identity
  await checkPortalConnection(house, organizationId, connectionId)
  try {
    if (!(await setMemberSso(house.db, organizationId, actor.id, { connectionId, subject })))
      throw handOverLost()
  } catch (thrown) {
    if (isUniqueViolation(thrown)) throw alreadySomebody()
    throw thrown
  }
  await recordAuditEvent(house, actor, {
    action: 'member.sso-linked',
    target: { type: 'member', id: actor.id, name: actor.name },
    after: { as: shownAs },
  })
}

/** Forgets who the actor is there. Throws `conflict` where members must sign in that way. */
export async function unlink(house: Parts, actor: Actor): Promise<void> {
  const { requirePortalSso } = await loadOrganization(house.db, actor.organizationId)
  if (requirePortalSso)
    throw new VestibuleError(
      'conflict',
      'Members must sign in through the company: you would lock yourself out.',
    )
  await setMemberSso(house.db, actor.organizationId, actor.id, null)
  await recordAuditEvent(house, actor, {
    action: 'member.sso-unlinked',
    target: { type: 'member', id: actor.id, name: actor.name },
  })
}

/** Whether the actor is linked to the connection members sign in through now; null where there is none. */
export async function loadLink(
  house: Pick<House, 'db'>,
  actor: Actor,
): Promise<{ linked: boolean; required: boolean } | null> {
  const { portalConnectionId, requirePortalSso } = await loadOrganization(house.db, actor.organizationId)
  if (portalConnectionId === null) return null
  const member = await findMember(house.db, actor.organizationId, actor.id)
  return { linked: member?.ssoConnectionId === portalConnectionId, required: requirePortalSso }
}

/** Throws `unauthorized` when it is not, or not any more, the connection members sign in through. */
export async function checkPortalConnection(
  house: Pick<House, 'db'>,
  organizationId: string,
  connectionId: string,
): Promise<void> {
  const { portalConnectionId } = await loadOrganization(house.db, organizationId)
  if (portalConnectionId !== connectionId) throw handOverLost()
}

export function alreadySomebody(): VestibuleError {
  return new VestibuleError(
    'conflict',
    'Another member is linked to this person of the company’s sign-in already.',
  )
}

function noPortalSignIn(): VestibuleError {
  return new VestibuleError('conflict', 'Members do not sign in through a connection here.')
}

function handOverLost(): VestibuleError {
  return new VestibuleError(
    'unauthorized',
    'This sign-in took too long, was finished before, or was begun in another browser. Start again.',
  )
}
