import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import {
  type AuthenticatorKind,
  type AuthenticatorRecord,
  deleteAllFactors,
  deleteAuthenticatorRecord,
  type FactorOwner,
  listConfirmedAuthenticators,
  renameAuthenticatorRecord,
} from '../store/authenticators.ts'
import { countRecoveryCodes, deleteRecoveryCodes } from '../store/recovery-codes.ts'

/**
 * The second-factor room: what proves a person beyond their password, or in its place. One-time codes of an app
 * (RFC 6238), passkeys (Web Authentication Level 3) and recovery codes, of an end user or a member. Owns their limits,
 * and that each is used once; must not know sessions, pages, nor what is asked of whom. Who calls it audits and mails.
 */

export type { FactorOwner } from '../store/authenticators.ts'

/** Where it happens: the organization and its address. */
export type FactorSite = { id: string; name: string; issuer: string }

/** An authenticator as its owner sees it. */
export type AuthenticatorView = {
  id: string
  kind: AuthenticatorKind
  name: string
  createdAt: Date
  lastUsedAt: Date | null
}

export type FactorSummary = { authenticators: AuthenticatorView[]; recoveryCodesLeft: number }

/** What somebody has. With no authenticator nothing more than the password is asked of them. */
export async function listFactors(house: Pick<House, 'db'>, owner: FactorOwner): Promise<FactorSummary> {
  const [rows, recoveryCodesLeft] = await Promise.all([
    listConfirmedAuthenticators(house.db, owner),
    countRecoveryCodes(house.db, owner),
  ])
  return { authenticators: rows.map(viewAuthenticator), recoveryCodesLeft }
}

/** Throws `validation_failed` for a name that is none, `not_found`. */
export async function renameAuthenticator(
  house: Pick<House, 'db'>,
  owner: FactorOwner,
  input: { id: string; name: string },
): Promise<void> {
  const name = checkAuthenticatorName(input.name)
  if (!(await renameAuthenticatorRecord(house.db, owner, input.id, name))) throw missing()
}

/** Removes one; with the last of them the recovery codes go too. Throws `not_found`. */
export async function removeAuthenticator(
  house: Pick<House, 'db'>,
  owner: FactorOwner,
  id: string,
): Promise<AuthenticatorView> {
  const removed = await deleteAuthenticatorRecord(house.db, owner, id)
  if (!removed) throw missing()
  if ((await listConfirmedAuthenticators(house.db, owner)).length === 0)
    await deleteRecoveryCodes(house.db, owner)
  return viewAuthenticator(removed)
}

/** Removes everything somebody has, for one who lost it. Returns how many authenticators there were. */
export function removeAllFactors({ db }: Pick<House, 'db'>, owner: FactorOwner): Promise<number> {
  return deleteAllFactors(db, owner)
}

export function viewAuthenticator(row: AuthenticatorRecord): AuthenticatorView {
  const { id, kind, name, createdAt, lastUsedAt } = row
  return { id, kind, name, createdAt, lastUsedAt }
}

/** A name as it is kept. Throws `validation_failed`. */
export function checkAuthenticatorName(given: string): string {
  const name = given
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .toWellFormed()
  if (name.length > 0 && name.length <= 100) return name
  throw new VestibuleError('validation_failed', 'Give it a name of at most 100 characters.', {
    fields: [{ path: 'name', message: 'A name of at most 100 characters' }],
  })
}

export function tooMany(): VestibuleError {
  return new VestibuleError('conflict', 'There are too many already. Remove one that is not used any more.')
}

function missing(): VestibuleError {
  return new VestibuleError('not_found', 'It is not there any more.')
}
