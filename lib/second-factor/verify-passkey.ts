import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  type PublicKeyCredentialRequestOptionsJSON,
  verifyAuthenticationResponse,
} from '@simplewebauthn/server'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import {
  type AuthenticatorRecord,
  type FactorOwner,
  findPasskey,
  listConfirmedAuthenticators,
  recordPasskeyUse,
} from '../store/authenticators.ts'
import { parseAuthenticationAnswer } from './passkey-answer.ts'
import { type ChallengePurpose, mintChallenge, takeChallenge } from './passkey-challenge.ts'
import { idOf, relyingPartyId } from './register-passkey.ts'
import type { FactorSite } from './second-factor.ts'

/** Whose passkey is asked for: that of somebody who is known already, or of anybody who comes through a door. */
export type PasskeyAsked = { owner: FactorOwner } | { door: 'user' | 'member' }

export type VerifiedPasskey = {
  owner: FactorOwner
  authenticatorId: string
  /** How the key is kept (RFC 8176 §2): in one piece of hardware, or copied between devices by software. */
  method: 'hwk' | 'swk'
}

/**
 * What a browser needs to use a passkey (Web Authentication §5.5). `bearer`: what names the browser in which it is
 * asked; the answer must come from there.
 */
export async function beginPasskeyVerification(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: FactorSite,
  asked: PasskeyAsked,
  bearer: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const known = 'owner' in asked ? await listConfirmedAuthenticators(house.db, asked.owner) : []
  return generateAuthenticationOptions({
    rpID: relyingPartyId(site),
    challenge: await mintChallenge(house, site.id, purposeOf(asked, bearer)),
    userVerification: 'required',
    allowCredentials: known.flatMap(({ credentialId, transports }) =>
      credentialId === null ? [] : [{ id: credentialId, transports }],
    ),
  })
}

/**
 * Checks what the passkey signed (§7.2): the challenge of this browser, our origin, the person verified by their
 * device, a counter that grew; and that it is the passkey of who is asked for. Throws `unauthorized` with one text for
 * every cause. Whether the owner may sign in is for the caller to see.
 */
export async function finishPasskeyVerification(
  house: Pick<House, 'db' | 'clock'>,
  site: FactorSite,
  asked: PasskeyAsked,
  input: { answer: string; bearer: string },
): Promise<VerifiedPasskey> {
  const response = parseAuthenticationAnswer(input.answer)
  const challenge =
    response &&
    (await takeChallenge(house, site.id, purposeOf(asked, input.bearer), response.response.clientDataJSON))
  const row = challenge ? await findPasskey(house.db, site.id, response.id) : null
  const owner = row && ownerOf(row)
  if (!response || !challenge || !row || !owner || !isAsked(asked, owner, response)) throw refused()
  const info = await verify(site, row, response, challenge)
  const use = { counter: info?.newCounter ?? 0, at: house.clock.now() }
  if (!info || !(await recordPasskeyUse(house.db, site.id, row.id, use))) throw refused()
  const method = info.credentialDeviceType === 'singleDevice' ? 'hwk' : 'swk'
  return { owner, authenticatorId: row.id, method }
}

async function verify(
  site: FactorSite,
  row: AuthenticatorRecord,
  response: AuthenticationResponseJSON,
  expectedChallenge: string,
) {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.issuer,
      expectedRPID: relyingPartyId(site),
      requireUserVerification: true,
      credential: {
        id: response.id,
        publicKey: new Uint8Array(row.publicKey ?? []),
        counter: Number(row.counter),
      },
    })
    return verified ? authenticationInfo : null
  } catch {
    // Whatever is wrong with what a browser sent, the person can only try again.
    return null
  }
}

function ownerOf({ organizationId, userId, memberId }: AuthenticatorRecord): FactorOwner | null {
  if (userId !== null) return { organizationId, userId }
  return memberId === null ? null : { organizationId, memberId }
}

/** The handle must be the owner's where the authenticator tells it, and it tells it where nobody was asked for (§7.2 step 6). */
function isAsked(asked: PasskeyAsked, owner: FactorOwner, { response }: AuthenticationResponseJSON): boolean {
  const handle =
    response.userHandle === undefined ? null : Buffer.from(response.userHandle, 'base64url').toString('utf8')
  if (handle !== null && handle !== idOf(owner)) return false
  if ('owner' in asked) return idOf(asked.owner) === idOf(owner)
  return handle !== null && asked.door === doorOf(owner)
}

function purposeOf(asked: PasskeyAsked, bearer: string): ChallengePurpose {
  return 'owner' in asked
    ? { ceremony: 'second-step', door: doorOf(asked.owner), ownerId: idOf(asked.owner), bearer }
    : { ceremony: 'sign-in', door: asked.door, ownerId: null, bearer }
}

function doorOf({ userId }: FactorOwner): 'user' | 'member' {
  return userId === undefined ? 'member' : 'user'
}

function refused(): VestibuleError {
  return new VestibuleError('unauthorized', 'This passkey did not work here. Try again, or use another way.')
}
