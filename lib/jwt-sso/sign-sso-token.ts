import { epochSeconds } from '../base/clock.ts'
import { encodeBase64url } from './base64url.ts'
import { hmacKey } from './hmac-key.ts'
import { expAfterSeconds, nbfBeforeSeconds } from './token-reading.ts'

/** What a token says of a person and for whom it is. What is undefined is left out. */
export type SsoClaims = {
  data: {
    email: string
    firstName?: string
    lastName?: string
    id?: string
    tags?: Record<string, string>
  }
  aud: string
  /** Makes one token another than the next (RFC 7519 §4.1.7), where somebody signs in twice within a second. */
  jti?: string
}

/** In seconds since the epoch. */
export type SsoTimes = { iat: number; nbf: number; exp: number }

/** A token signed with HS512; the key is the UTF-8 bytes of the secret. Throws RangeError when those are less than 64. */
export async function signSsoToken(claims: SsoClaims, secret: string, times: SsoTimes): Promise<string> {
  const key = await hmacKey(secret)
  const { data, aud, jti } = claims
  const signed = `${encodeJson({ alg: 'HS512', typ: 'JWT' })}.${encodeJson({ data, ...times, aud, jti })}`
  const signature = await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(signed))
  return `${signed}.${encodeBase64url(new Uint8Array(signature))}`
}

/** The times that are recommended for a token made now: nbf three minutes before, exp five minutes after. */
export function ssoTimes(now: Date): SsoTimes {
  const iat = epochSeconds(now)
  return { iat, nbf: iat - nbfBeforeSeconds, exp: iat + expAfterSeconds }
}

function encodeJson(value: unknown): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(value)))
}
