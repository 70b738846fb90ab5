import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import { beginTotp, finishTotp, type TotpEnrolment } from '../second-factor/enrol-totp.ts'
import { regenerateRecoveryCodes } from '../second-factor/recovery-codes.ts'
import { beginPasskeyRegistration, finishPasskeyRegistration } from '../second-factor/register-passkey.ts'
import {
  type FactorSite,
  type FactorSummary,
  listFactors,
  removeAllFactors,
  removeAuthenticator,
} from '../second-factor/second-factor.ts'
import { checkOwnPassword } from './check-own-password.ts'
import { loadListedMember, targetOf } from './member.ts'

/**
 * What a member proves themselves with beyond the password: their own, from their account page. Whoever has one must show
 * the password before anything changes.
 */

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer'>
/** A member who is signed in, with the session it happens in. */
export type SignedIn = Actor & { sessionId: string; email: string }

/** `recoveryCodes`: those that were made with the first authenticator, to be shown once. */
export type AddedFactor = { name: string; recoveryCodes: string[] | null }

export function listOwnFactors(house: Pick<House, 'db'>, actor: SignedIn): Promise<FactorSummary> {
  return listFactors(house, ownerOf(actor))
}

/**
 * A secret for the actor's app; without it no code finishes, so that the password is asked for here. Throws
 * `validation_failed`, `conflict`.
 */
export async function beginOwnTotp(
  house: Parts,
  site: FactorSite,
  actor: SignedIn,
  { password }: { password: string },
): Promise<TotpEnrolment> {
  await checkOwnPassword(house, actor, password, 'password')
  return beginTotp(house, site, ownerOf(actor), { account: actor.email })
}

/** From now on the app is asked for a code. Throws `validation_failed` for a wrong one, `not_found`, `rate_limited`. */
export async function finishOwnTotp(
  house: Parts,
  actor: SignedIn,
  input: { id: string; code: string },
): Promise<AddedFactor> {
  const { address } = actor
  const { name } = await finishTotp(house, ownerOf(actor), { ...input, address })
  return added(house, actor, name)
}

/** What the actor's browser needs to make a passkey; the password as above. Throws `validation_failed`. */
export async function beginOwnPasskey(
  house: Parts,
  site: FactorSite,
  actor: SignedIn,
  { password }: { password: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  await checkOwnPassword(house, actor, password, 'password')
  const input = { account: actor.email, displayName: actor.name, bearer: actor.sessionId }
  return beginPasskeyRegistration(house, site, ownerOf(actor), input)
}

/** Keeps the passkey. Throws `validation_failed`, `conflict`. */
export async function finishOwnPasskey(
  house: Parts,
  site: FactorSite,
  actor: SignedIn,
  input: { answer: string; name: string },
): Promise<AddedFactor> {
  const given = { ...input, bearer: actor.sessionId }
  const { name } = await finishPasskeyRegistration(house, site, ownerOf(actor), given)
  return added(house, actor, name)
}

/** Removes one of them. Throws `validation_failed`, `not_found`. */
export async function removeOwnFactor(
  house: Parts,
  actor: SignedIn,
  input: { id: string; password: string },
): Promise<void> {
  await checkOwnPassword(house, actor, input.password, 'password')
  const { name } = await removeAuthenticator(house, ownerOf(actor), input.id)
  await recordAuditEvent(house, actor, {
    action: 'member.second-factor-removed',
    target: targetOf(actor),
    before: { name },
  })
  await tell(house, actor, `The second factor “${name}” was removed.`)
}

/** New recovery codes in the place of the old. Throws `validation_failed`, `conflict` for who has no authenticator. */
export async function renewRecoveryCodes(
  house: Parts,
  actor: SignedIn,
  input: { password: string },
): Promise<string[]> {
  await checkOwnPassword(house, actor, input.password, 'password')
  const { authenticators } = await listFactors(house, ownerOf(actor))
  if (authenticators.length === 0)
    throw new VestibuleError('conflict', 'Recovery codes stand in for a second factor. Set one up first.')
  const codes = await regenerateRecoveryCodes(house, ownerOf(actor))
  await recordAuditEvent(house, actor, { action: 'member.recovery-codes-made', target: targetOf(actor) })
  await tell(house, actor, 'New recovery codes were made; those from before do not work any more.')
  return codes
}

/**
 * Removes everything another member proves themselves with beyond the password, for one who has lost it. The member is
 * told. Throws `forbidden`, `not_found`, and `conflict` for one's own: those take the password.
 */
export async function removeFactorsOfMember(
  house: Parts,
  actor: Actor,
  input: { member: string },
): Promise<void> {
  checkRole(actor, 'owner')
  const { organizationId } = actor
  const member = await loadListedMember(house, organizationId, input.member)
  if (member.id === actor.id)
    throw new VestibuleError('conflict', 'Remove your own under “Your account”: that takes your password.')
  const count = await removeAllFactors(house, { organizationId, memberId: member.id })
  await recordAuditEvent(house, actor, {
    action: 'member.second-factors-removed',
    target: targetOf(member),
    before: { secondFactors: count },
  })
  await tell(house, { ...member, organizationId }, `${actor.name} removed your second factors.`)
}

async function added(house: Parts, actor: SignedIn, name: string): Promise<AddedFactor> {
  const { recoveryCodesLeft } = await listFactors(house, ownerOf(actor))
  const recoveryCodes = recoveryCodesLeft === 0 ? await regenerateRecoveryCodes(house, ownerOf(actor)) : null
  await recordAuditEvent(house, actor, {
    action: 'member.second-factor-added',
    target: targetOf(actor),
    after: { name },
  })
  await tell(house, actor, `“${name}” was added as a second factor.`)
  return { name, recoveryCodes }
}

function ownerOf({ organizationId, id }: Actor) {
  return { organizationId, memberId: id }
}

/** Whoever has a member's session must not be able to change this unnoticed. */
async function tell(
  house: Parts,
  { organizationId, email }: { organizationId: string; email: string },
  sentence: string,
): Promise<void> {
  await queueMail(house, organizationId, {
    to: email,
    subject: 'Your second factors for the portal were changed',
    body: {
      title: 'Your second factors were changed',
      paragraphs: [sentence, 'If this was not agreed, change your password and tell an owner.'],
      because: 'You get this as a member of the organization.',
    },
  })
}
