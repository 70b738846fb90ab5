import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { consumeTimeStep, type FactorOwner, listConfirmedAuthenticators } from '../store/authenticators.ts'
import { consumeRecoveryCode, countRecoveryCodes } from '../store/recovery-codes.ts'
import { openTotpSecret } from './enrol-totp.ts'
import { countFactorAttempt, forgiveFactorAttempts } from './factor-limits.ts'
import { hashRecoveryCode, readRecoveryCode } from './recovery-codes.ts'
import { fittingStep, readTotpCode } from './totp.ts'

/** What was proven. `left`: how many recovery codes there still are. */
export type VerifiedCode = { kind: 'totp'; authenticatorId: string } | { kind: 'recovery'; left: number }

/**
 * Checks what somebody typed as their second step: the code an app shows, or a recovery code. Each works once, of any
 * number of tries at the same moment. Throws `unauthorized` with one text for every cause, and `rate_limited`.
 */
export async function verifyCode(
  house: Pick<House, 'db' | 'clock' | 'sealer'>,
  owner: FactorOwner,
  input: { code: string; address: string },
): Promise<VerifiedCode> {
  await countFactorAttempt(house, owner, input.address)
  const verified = (await tryTotp(house, owner, input.code)) ?? (await tryRecovery(house, owner, input.code))
  if (!verified)
    throw new VestibuleError(
      'unauthorized',
      'This code is not right, or was used already. Wait for the next one and try again.',
    )
  await forgiveFactorAttempts(house, owner, input.address)
  return verified
}

async function tryTotp(
  house: Pick<House, 'db' | 'clock' | 'sealer'>,
  owner: FactorOwner,
  typed: string,
): Promise<VerifiedCode | null> {
  const code = readTotpCode(typed)
  if (code === null) return null
  const at = house.clock.now()
  for (const row of await listConfirmedAuthenticators(house.db, owner)) {
    if (row.kind !== 'totp') continue
    const step = fittingStep(openTotpSecret(house, row), code, at)
    if (step !== null && (await consumeTimeStep(house.db, owner, row.id, { step, at })))
      return { kind: 'totp', authenticatorId: row.id }
  }
  return null
}

async function tryRecovery(
  house: Pick<House, 'db' | 'clock'>,
  owner: FactorOwner,
  typed: string,
): Promise<VerifiedCode | null> {
  const code = readRecoveryCode(typed)
  if (code === null) return null
  const used = await consumeRecoveryCode(house.db, owner, hashRecoveryCode(owner, code), house.clock.now())
  return used ? { kind: 'recovery', left: await countRecoveryCodes(house.db, owner) } : null
}
