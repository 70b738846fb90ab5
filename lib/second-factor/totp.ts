import { Secret, TOTP } from 'otpauth'
import { epochSeconds } from '../base/clock.ts'
import type { Random } from '../base/ids.ts'

/** One-time codes by time (RFC 6238), in the form every authenticator app understands: SHA-1, six digits, 30 seconds. */

const algorithm = 'SHA1'
const digits = 6
const periodSeconds = 30

/** So many steps a clock may be off, either way. */
const window = 1

/** A new shared secret of 160 bits (RFC 4226 §4), base32. */
export function mintTotpSecret(random: Random): string {
  return new Secret({ buffer: new Uint8Array(random.bytes(20)).buffer }).base32
}

/** What an app reads: `otpauth://totp/…`. `issuer` is the name of the organization, `account` who the person is there. */
export function totpUri(secret: string, { issuer, account }: { issuer: string; account: string }): string {
  // A colon parts the two in the label.
  const label = account.replaceAll(':', ' ')
  return new TOTP({
    secret: Secret.fromBase32(secret),
    issuer: issuer.replaceAll(':', ' '),
    label,
    algorithm,
    digits,
    period: periodSeconds,
  }).toString()
}

/** The time step whose code this is, among that of `at` and its neighbours; null when it is none of theirs. */
export function fittingStep(secret: string, code: string, at: Date): number | null {
  const timestamp = epochSeconds(at) * 1000
  const delta = TOTP.validate({
    token: code,
    secret: Secret.fromBase32(secret),
    algorithm,
    digits,
    period: periodSeconds,
    timestamp,
    window,
  })
  return delta === null ? null : TOTP.counter({ period: periodSeconds, timestamp }) + delta
}

/** Six digits as people type them, blanks between; null for anything else. */
export function readTotpCode(typed: string): string | null {
  const code = typed.replace(/[\s-]/g, '')
  return /^\d{6}$/.test(code) ? code : null
}
