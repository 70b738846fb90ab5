import {
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import {
  type AuthenticatorRecord,
  type FactorOwner,
  findPasskey,
  insertAuthenticator,
  listConfirmedAuthenticators,
} from '../store/authenticators.ts'
import { parseRegistrationAnswer } from './passkey-answer.ts'
import { type ChallengePurpose, mintChallenge, takeChallenge } from './passkey-challenge.ts'
import {
  type AuthenticatorView,
  checkAuthenticatorName,
  type FactorSite,
  tooMany,
  viewAuthenticator,
} from './second-factor.ts'

/**
 * What a browser needs to make a passkey (Web Authentication §5.4). It is kept in the authenticator itself, so that it
 * signs in without a name typed before, and whoever holds it is asked for PIN, finger or face.
 *
 * `bearer`: what names the browser or session in which it is asked; the answer must come from there.
 */
export async function beginPasskeyRegistration(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: FactorSite,
  owner: FactorOwner,
  input: { account: string; displayName: string; bearer: string },
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await listConfirmedAuthenticators(house.db, owner)
  return generateRegistrationOptions({
    rpName: site.name,
    rpID: relyingPartyId(site),
    userName: input.account,
    userDisplayName: input.displayName,
    userID: new Uint8Array(Buffer.from(idOf(owner))),
    challenge: await mintChallenge(house, site.id, purposeOf(owner, input.bearer)),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.flatMap(({ credentialId, transports }) =>
      credentialId === null ? [] : [{ id: credentialId, transports }],
    ),
  })
}

/**
 * Keeps the passkey a browser has made (§7.1). Throws `validation_failed` with one text for every cause, and `conflict`
 * when it is known already or there are too many.
 */
export async function finishPasskeyRegistration(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: FactorSite,
  owner: FactorOwner,
  input: { answer: string; name: string; bearer: string },
): Promise<AuthenticatorView> {
  const name = checkAuthenticatorName(input.name)
  const response = parseRegistrationAnswer(input.answer)
  const challenge =
    response &&
    (await takeChallenge(house, site.id, purposeOf(owner, input.bearer), response.response.clientDataJSON))
  const credential = response && challenge ? await verify(site, response, challenge) : null
  if (!credential)
    throw new VestibuleError('validation_failed', 'The passkey was not made, or it took too long. Try again.')
  return keep(house, owner, { name, ...credential })
}

async function verify(
  site: FactorSite,
  response: RegistrationResponseJSON,
  expectedChallenge: string,
): Promise<Pick<AuthenticatorRecord, 'credentialId' | 'publicKey' | 'transports' | 'counter'> | null> {
  try {
    const { registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge,
      expectedOrigin: site.issuer,
      expectedRPID: relyingPartyId(site),
      requireUserVerification: true,
    })
    if (!registrationInfo) return null
    const { id, publicKey, counter, transports = [] } = registrationInfo.credential
    return { credentialId: id, publicKey, transports, counter: BigInt(counter) }
  } catch {
    // Whatever is wrong with what a browser sent, the person can only try again.
    return null
  }
}

async function keep(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  owner: FactorOwner,
  passkey: Pick<AuthenticatorRecord, 'name' | 'credentialId' | 'publicKey' | 'transports' | 'counter'>,
): Promise<AuthenticatorView> {
  const now = house.clock.now()
  const row = {
    ...passkey,
    id: mintId('atn', now, house.random),
    kind: 'passkey' as const,
    secretSealed: null,
    confirmedAt: now,
    createdAt: now,
  }
  if (!(await insertAuthenticator(house.db, owner, row))) {
    if (!(await findPasskey(house.db, owner.organizationId, passkey.credentialId ?? ''))) throw tooMany()
    throw new VestibuleError('conflict', 'This passkey is known here already.')
  }
  const { organizationId, userId = null, memberId = null } = owner
  return viewAuthenticator({ ...row, organizationId, userId, memberId, lastUsedAt: null })
}

/** The host of the issuer: passkeys work there and nowhere else (§4, RP ID). */
export function relyingPartyId({ issuer }: FactorSite): string {
  return new URL(issuer).hostname
}

/** What the authenticator keeps as the handle of the person: an id, nothing that tells who they are (§14.6.1). */
export function idOf({ userId, memberId }: FactorOwner): string {
  return userId ?? memberId
}

function purposeOf(owner: FactorOwner, bearer: string): ChallengePurpose {
  const door = owner.userId === undefined ? 'member' : 'user'
  return { ceremony: 'register', door, ownerId: idOf(owner), bearer }
}
