import { createHash } from 'node:crypto'
import { compactVerify, errors, importJWK } from 'jose'
import { epochSeconds } from '../base/clock.ts'
import {
  type Claims,
  isNumericDate,
  type Reading,
  type Seen,
  show,
  showTime,
  skewSeconds,
} from './answer-reading.ts'
import { refuse } from './causes.ts'
import { findSigningKey } from './signing-keys.ts'

// The checks of the ID token, by the numbers of OpenID Connect Core §3.1.3.7.

/** 1: it is there, and a signed one. */
export function checkIdToken(reading: Reading): Seen {
  const { id_token: idToken } = reading.tokens
  if (idToken === undefined || idToken === null || idToken === '') refuse('oidc_id_token_missing')
  if (typeof idToken !== 'string') return refuse('oidc_id_token_malformed', { received: 'not a string' })
  const parts = idToken.split('.')
  if (parts.length === 5) refuse('oidc_id_token_encrypted')
  if (parts.length !== 3)
    refuse('oidc_id_token_malformed', { received: `${parts.length} parts instead of 3` })
  const { alg, kid } = decode(parts[0]!, 'header')
  const claims = decode(parts[1]!, 'claims')
  if (typeof alg !== 'string') return refuse('oidc_id_token_malformed', { received: 'no algorithm' })
  if (kid !== undefined && typeof kid !== 'string')
    return refuse('oidc_id_token_malformed', { received: 'a kid that is no string' })
  Object.assign(reading, { idToken, header: { alg, kid }, claims })
  return { received: Object.keys(claims).join(', ') }
}

function decode(part: string, what: string): Claims {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Claims
  } catch {
    // falls through to the one refusal
  }
  return refuse('oidc_id_token_malformed', { received: `its ${what} is not a JSON object` })
}

/** 2 */
export function checkIssuer({ claims, expect }: Reading): Seen {
  const expected = expect.provider.issuer
  const received = show(claims.iss)
  if (claims.iss !== expected) refuse('oidc_wrong_issuer', { expected, received })
  return { expected, received }
}

/** 3 */
export function checkAudience({ claims, expect }: Reading): Seen {
  const audiences = audiencesOf(claims)
  const seen = { expected: expect.clientId, received: show(claims.aud) }
  if (!audiences.includes(expect.clientId)) refuse('oidc_wrong_audience', seen)
  return seen
}

/** 4 and 5: with several audiences it must say which of them asked, and whenever it says so it must be us. */
export function checkAuthorizedParty({ claims, expect }: Reading): Seen {
  const expected = expect.clientId
  const { azp } = claims
  if (azp === undefined && audiencesOf(claims).length > 1)
    refuse('oidc_azp_missing', { expected, received: show(claims.aud) })
  if (azp !== undefined && azp !== expected) refuse('oidc_wrong_azp', { expected, received: show(azp) })
  return { expected, received: azp === undefined ? 'not said; there is one audience' : show(azp) }
}

function audiencesOf({ aud }: Claims): unknown[] {
  return Array.isArray(aud) ? aud : [aud]
}

/** 7 and 8: settled by what the provider announced, never by what the token says, and before any key is looked for. */
export function checkAlgorithm({ header: { alg }, expect }: Reading): Seen {
  const announced = expect.provider.id_token_signing_alg_values_supported
  const seen = { expected: announced.join(', '), received: alg }
  if (alg.toLowerCase() === 'none') refuse('oidc_unsigned', seen)
  if (/^HS\d/i.test(alg)) refuse('oidc_shared_secret_algorithm', seen)
  if (!announced.includes(alg)) refuse('oidc_algorithm_not_announced', seen)
  return seen
}

/** 6, its first half: by the provider's own keys, and not by any the token brings. */
export async function checkKey(reading: Reading): Promise<Seen> {
  const { header, expect } = reading
  reading.key = await findSigningKey(expect.keys, header)
  return { received: `${reading.key.kid ?? 'the only one'} (${header.alg})` }
}

/** 6, its second half. */
export async function checkSignature({ idToken, header, key }: Reading): Promise<Seen> {
  try {
    const { alg } = header
    await compactVerify(idToken, await importJWK({ ...key, alg }, alg), { algorithms: [alg] })
  } catch (thrown) {
    if (thrown instanceof errors.JWSSignatureVerificationFailed) return refuse('oidc_signature_invalid')
    if (thrown instanceof errors.JWSInvalid)
      return refuse('oidc_id_token_malformed', { received: thrown.message })
    if (thrown instanceof Error) return refuse('oidc_unusable_key', { received: thrown.message })
    throw thrown
  }
  return {}
}

/** 9 */
export function checkExpiry({ claims: { exp }, expect: { now } }: Reading): Seen {
  const seen = { expected: now.toISOString(), received: showTime(exp) }
  if (!isNumericDate(exp)) return refuse('oidc_expiry_missing', seen)
  if (epochSeconds(now) >= exp + skewSeconds) refuse('oidc_expired', seen)
  return seen
}

/** 10; that it is not an old one is what the nonce shows. `nbf` is checked where it stands (RFC 7519 §4.1.5). */
export function checkIssueTime({ claims: { iat, nbf }, expect: { now } }: Reading): Seen {
  const expected = now.toISOString()
  const latest = epochSeconds(now) + skewSeconds
  if (!isNumericDate(iat)) return refuse('oidc_issue_time_missing', { received: showTime(iat) })
  if (iat > latest) refuse('oidc_issued_in_future', { expected, received: showTime(iat) })
  if (nbf !== undefined && !(isNumericDate(nbf) && nbf <= latest))
    refuse('oidc_not_yet_valid', { expected, received: showTime(nbf) })
  return { expected, received: showTime(iat) }
}

/** 11 */
export function checkNonce({ claims, expect }: Reading): Seen {
  if (claims.nonce !== expect.sent.nonce) refuse('oidc_wrong_nonce')
  return {}
}

/**
 * 13, where a fresh sign-in was asked for. A provider that lists its claims without `auth_time` cannot tell; it was
 * asked by `prompt=login` all the same.
 */
export function checkAuthTime({ claims: { auth_time: at }, expect: { sent, provider } }: Reading): Seen {
  if (!sent.fresh) return { received: at === undefined ? 'not said' : showTime(at) }
  const seen = { expected: showTime(sent.sentAt), received: showTime(at) }
  const isSilent = provider.claims_supported?.includes('auth_time') === false
  if (at === undefined && isSilent) return { ...seen, received: 'not said; the provider never does' }
  if (!isNumericDate(at)) return refuse('oidc_auth_time_missing', seen)
  if (at < sent.sentAt - skewSeconds) refuse('oidc_not_signed_in_again', seen)
  return seen
}

/** §2: at most 255 characters, never reassigned. */
export function checkSubject(reading: Reading): Seen {
  const { sub } = reading.claims
  if (typeof sub !== 'string' || sub === '' || sub.length > 255)
    return refuse('oidc_subject_missing', { received: show(sub) })
  reading.subject = sub
  return { received: sub }
}

/** §3.1.3.8: `at_hash`, where it stands, is the left half of the hash of the access token. */
export function checkAccessTokenHash({
  claims: { at_hash: received },
  header,
  accessToken,
  key,
}: Reading): Seen {
  if (received === undefined) return { received: 'not said' }
  const digest = createHash(hashOf(header.alg, key.crv)).update(accessToken, 'ascii').digest()
  if (received !== digest.subarray(0, digest.length / 2).toString('base64url'))
    refuse('oidc_wrong_access_token')
  return {}
}

function hashOf(alg: string, curve: string | undefined): string {
  if (curve === 'Ed25519') return 'sha512'
  return `sha${alg.slice(2)}`
}
