import { renderSVG } from 'uqr'
import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { SealOwner } from '../sealing/sealer.ts'
import {
  authenticatorsKept,
  confirmTotp,
  deleteUnconfirmed,
  type FactorOwner,
  findUnconfirmedTotp,
  insertAuthenticator,
  listConfirmedAuthenticators,
} from '../store/authenticators.ts'
import { countFactorAttempt, forgiveFactorAttempts } from './factor-limits.ts'
import { type AuthenticatorView, type FactorSite, tooMany, viewAuthenticator } from './second-factor.ts'
import { fittingStep, mintTotpSecret, readTotpCode, totpUri } from './totp.ts'

/** A secret that is shown waits for its first code so long; in seconds. */
const enrolSeconds = 15 * 60

export type TotpEnrolment = {
  id: string
  /** Base32, for those who type it. Shown once. */
  secret: string
  uri: string
  /** The URI as a QR code: an SVG. */
  qr: string
}

/**
 * Makes a secret for an app; nothing is asked by it before `finishTotp` has seen a code of it. One that was begun
 * before and not finished is gone. Throws `conflict` when there are too many.
 */
export async function beginTotp(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  site: FactorSite,
  owner: FactorOwner,
  input: { account: string; name?: string },
): Promise<TotpEnrolment> {
  const now = house.clock.now()
  const id = mintId('atn', now, house.random)
  const secret = mintTotpSecret(house.random)
  await deleteUnconfirmed(house.db, owner)
  const stored = await insertAuthenticator(house.db, owner, {
    id,
    kind: 'totp',
    name: input.name ?? 'Authenticator app',
    secretSealed: house.sealer.seal(secret, ownerOfSecret({ id, organizationId: owner.organizationId })),
    credentialId: null,
    publicKey: null,
    transports: [],
    counter: 0n,
    confirmedAt: null,
    createdAt: now,
  })
  if (!stored) throw tooMany()
  return show(id, secret, site, input.account)
}

/**
 * The same secret again, for a page that has to ask for the code once more. Null when it was never begun, took too long
 * or is in use.
 */
export async function reshowTotp(
  house: Pick<House, 'db' | 'clock' | 'sealer'>,
  site: FactorSite,
  owner: FactorOwner,
  input: { id: string; account: string },
): Promise<TotpEnrolment | null> {
  const row = await findBegun(house, owner, input.id)
  return row && show(row.id, openTotpSecret(house, row), site, input.account)
}

/**
 * Begins to ask for codes of the app, now that one of them came. Throws `not_found` when it was not begun or took too
 * long, `validation_failed` for a wrong code, `rate_limited`.
 */
export async function finishTotp(
  house: Pick<House, 'db' | 'clock' | 'sealer'>,
  owner: FactorOwner,
  input: { id: string; code: string; address: string },
): Promise<AuthenticatorView> {
  await countFactorAttempt(house, owner, input.address)
  const row = await findBegun(house, owner, input.id)
  if (!row)
    throw new VestibuleError('not_found', 'This took too long. Begin again: the code to scan is a new one.')
  const at = house.clock.now()
  const code = readTotpCode(input.code)
  const step = code === null ? null : fittingStep(openTotpSecret(house, row), code, at)
  if (step === null)
    throw new VestibuleError(
      'validation_failed',
      'This is not the code the app shows now. See that the clock of your device is right.',
      { fields: [{ path: 'code', message: 'Not the code the app shows now' }] },
    )
  if ((await listConfirmedAuthenticators(house.db, owner)).length >= authenticatorsKept) throw tooMany()
  if (!(await confirmTotp(house.db, owner, row.id, { step, at })))
    throw new VestibuleError('not_found', 'This app is set up already, or was begun anew.')
  await forgiveFactorAttempts(house, owner, input.address)
  return viewAuthenticator({ ...row, lastUsedAt: at, confirmedAt: at })
}

type TotpRow = { id: string; organizationId: string; secretSealed: string | null }

export function openTotpSecret({ sealer }: Pick<House, 'sealer'>, row: TotpRow): string {
  return sealer.open(row.secretSealed ?? '', ownerOfSecret(row))
}

export function ownerOfSecret({ id, organizationId }: { id: string; organizationId: string }): SealOwner {
  return { organizationId, field: 'totp-secret', recordId: id }
}

function findBegun(house: Pick<House, 'db' | 'clock'>, owner: FactorOwner, id: string) {
  return findUnconfirmedTotp(house.db, owner, id, secondsAfter(house.clock.now(), -enrolSeconds))
}

function show(id: string, secret: string, site: FactorSite, account: string): TotpEnrolment {
  const uri = totpUri(secret, { issuer: site.name, account })
  return { id, secret, uri, qr: renderSVG(uri, { border: 2 }) }
}
