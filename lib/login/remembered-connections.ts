import { cookieName, mintCookie } from '../http/cookies.ts'

/**
 * Which connections last worked in this browser, newest first: so that a person with several ways in is not asked each
 * time. Only names of connections, nothing about people; a hint, never a proof.
 */
const name = 'vestibule-connections'
const kept = 5
const keptSeconds = 365 * 86_400

export function readRememberedConnections(secure: boolean, cookies: ReadonlyMap<string, string>): string[] {
  const text = cookies.get(cookieName(secure, name)) ?? ''
  return text
    .split('.')
    .filter((clientId) => /^[A-Za-z0-9_-]{1,64}$/.test(clientId))
    .slice(0, kept)
}

/** The cookie that puts a connection first. */
export function rememberConnection(
  secure: boolean,
  cookies: ReadonlyMap<string, string>,
  clientId: string,
): string {
  const others = readRememberedConnections(secure, cookies).filter((one) => one !== clientId)
  const value = [clientId, ...others].slice(0, kept).join('.')
  return mintCookie(secure, name, value, { maxAgeSeconds: keptSeconds })
}
