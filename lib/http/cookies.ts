/**
 * Cookies of the sign-in flow. On https they carry the `__Host-` prefix, so that no neighbour host can plant one.
 * `crossSite` is for the one cookie that must come along when an identity provider posts to us.
 */
export function cookieName(secure: boolean, name: string): string {
  return secure ? `__Host-${name}` : name
}

export function mintCookie(
  secure: boolean,
  name: string,
  value: string,
  options: { maxAgeSeconds: number; crossSite?: boolean },
): string {
  const sameSite = options.crossSite && secure ? 'None' : 'Lax'
  const flags = `Path=/; HttpOnly; SameSite=${sameSite}; Max-Age=${options.maxAgeSeconds}`
  return `${cookieName(secure, name)}=${value}; ${flags}${secure ? '; Secure' : ''}`
}
