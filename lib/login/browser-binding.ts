import { sha256 } from '../base/encoding.ts'
import { mintToken, type Random } from '../base/ids.ts'
import { cookieName, mintCookie } from '../http/cookies.ts'

/**
 * The cookie that binds a login to the browser it began in, so that nobody can finish a login of their own in
 * somebody else's browser. It must come along when the identity provider posts to us from its own site.
 */
const name = 'vestibule-login'

/** A login not finished after this time is forgotten, and a page of ours waits for so long; in seconds. */
export const loginSeconds = 15 * 60
export const interactionSeconds = 3600

/** The hash under which a login of this browser is stored, and the cookie to set. */
export function bindToBrowser(
  secure: boolean,
  cookies: ReadonlyMap<string, string>,
  random: Random,
): { browserHash: string; formProof: string; cookie: string } {
  const value = readBinding(secure, cookies) ?? mintToken(random)
  return {
    browserHash: sha256(value),
    formProof: proofOf(value),
    cookie: mintCookie(secure, name, value, { maxAgeSeconds: interactionSeconds, crossSite: true }),
  }
}

/**
 * What a form of ours holds where nothing else names it, so that no other site can post it: it follows from the cookie,
 * and the cookie does not from it. Null when the browser brought no cookie.
 */
export function formProofOf(secure: boolean, cookies: ReadonlyMap<string, string>): string | null {
  const value = readBinding(secure, cookies)
  return value === null ? null : proofOf(value)
}

/** The hash for this browser, or null when it brought no cookie of ours. */
export function browserHashOf(secure: boolean, cookies: ReadonlyMap<string, string>): string | null {
  const value = readBinding(secure, cookies)
  return value === null ? null : sha256(value)
}

function proofOf(value: string): string {
  return sha256(`form\n${value}`)
}

function readBinding(secure: boolean, cookies: ReadonlyMap<string, string>): string | null {
  const value = cookies.get(cookieName(secure, name)) ?? ''
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null
}
