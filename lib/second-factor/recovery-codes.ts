import { sha256 } from '../base/encoding.ts'
import type { Random } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { FactorOwner } from '../store/authenticators.ts'
import { replaceRecoveryCodes } from '../store/recovery-codes.ts'

/** So many are made at once. */
const recoveryCodeCount = 10

/** Without letters that look like others. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Makes new recovery codes in the place of all there were, and returns them: they can never be read again. 80 bits
 * each, so that their hashes tell nothing to whoever has the database.
 */
export async function regenerateRecoveryCodes(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  owner: FactorOwner,
): Promise<string[]> {
  const codes = Array.from({ length: recoveryCodeCount }, () => mintCode(house.random))
  const hashes = codes.map((code) => hashRecoveryCode(owner, code.replaceAll('-', '')))
  await replaceRecoveryCodes(house.db, owner, hashes, house.clock.now())
  return codes
}

function mintCode(random: Random): string {
  const letters = Array.from(random.bytes(16), (byte) => alphabet[byte & 31]).join('')
  return letters.replace(/(.{4})(?=.)/g, '$1-')
}

/** What a person typed as the code it is stored under, whichever way they wrote it; null for what is none. */
export function readRecoveryCode(typed: string): string | null {
  const code = typed.toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
  return code.length === 16 && [...code].every((letter) => alphabet.includes(letter)) ? code : null
}

export function hashRecoveryCode({ userId, memberId }: FactorOwner, code: string): string {
  return sha256(`recovery code\n${userId ?? memberId}\n${code}`)
}
