import { sha256 } from '../base/encoding.ts'
import { mintToken, type Random } from '../base/ids.ts'
import { cookieName, mintCookie } from '../http/cookies.ts'

/**
 * The sessions room: end users' sessions at the broker, from the cookie that names one to the applications that hear of
 * its end (OpenID Connect RP-Initiated Logout 1.0, Back-Channel Logout 1.0). Owns how long one lives and what ends with
 * it; must not know how people sign in, nor what an upstream does when one of its sessions ends.
 */

/** Names a session in the browser. It comes along where a link leads here, never where another site posts to us. */
const name = 'vestibule-session'

/** The value the browser brought, or null when it brought none that could be ours. */
export function readSessionCookie(secure: boolean, cookies: ReadonlyMap<string, string>): string | null {
  const value = cookies.get(cookieName(secure, name)) ?? ''
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null
}

/** A new name for a session: the hash it is stored under, and the cookie to set, kept for `seconds`. */
export function mintSessionCookie(
  secure: boolean,
  random: Random,
  seconds: number,
): { cookieHash: string; cookie: string } {
  const value = mintToken(random)
  return {
    cookieHash: sha256(value),
    cookie: mintCookie(secure, name, value, { maxAgeSeconds: Math.max(1, Math.floor(seconds)) }),
  }
}

/** The cookie that takes the browser's away. */
export function clearSessionCookie(secure: boolean): string {
  return mintCookie(secure, name, '', { maxAgeSeconds: 0 })
}
