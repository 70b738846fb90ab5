import { createHash, createHmac, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'
import { epochSeconds } from '#lib/base/clock.ts'
import type { TestIdp } from '../test-idp-identity.ts'

// JSON Web Signatures by node:crypto alone (RFC 7515 §3.1): other code signs here than verifies in lib/oidc.

export type Signer = (input: string, alg: string) => string

/** Compact serialization of a signed JSON object. Members that are undefined are left out. */
export function writeJws(header: object, claims: object, signer: Signer): string {
  const { alg } = header as { alg: string }
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${signer(input, alg)}`
}

export function encode(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url')
}

/** RS256 and PS256 (RFC 7518 §3.3, §3.5). */
export function signWithKey(key: KeyObject): Signer {
  return (input, alg) => {
    // 6: RSA_PKCS1_PSS_PADDING, 1: RSA_PKCS1_PADDING; the salt is as long as the hash.
    const padding = alg === 'PS256' ? { padding: 6, saltLength: 32 } : { padding: 1 }
    return sign('sha256', Buffer.from(input, 'ascii'), { key, ...padding }).toString('base64url')
  }
}

/** HS256 (RFC 7518 §3.2). */
export function signWithSecret(secret: string): Signer {
  return (input) => createHmac('sha256', secret).update(input, 'ascii').digest('base64url')
}

/** The name of a key: its thumbprint (RFC 7638). */
export function keyId(key: KeyObject): string {
  const { e, kty, n } = createPublicKey(key).export({ format: 'jwk' })
  return createHash('sha256').update(JSON.stringify({ e, kty, n })).digest('base64url')
}

/** The public half as a JWK (RFC 7517). */
export function publicJwk(key: KeyObject): Record<string, unknown> {
  return { ...createPublicKey(key).export({ format: 'jwk' }), kid: keyId(key), use: 'sig' }
}

/**
 * What the provider has to remember it gives away as a statement signed by itself: codes and access tokens. `purpose`
 * keeps the one from being used as the other.
 */
export function issueStatement(idp: TestIdp, purpose: string, content: object, expiresAt: Date): string {
  const claims = { ...content, purpose, exp: epochSeconds(expiresAt) }
  return writeJws({ alg: 'RS256', typ: 'statement' }, claims, signWithKey(idp.key))
}

/** The content of a statement; null when it is none of ours, for something else, or over. */
export function readStatement(
  idp: TestIdp,
  purpose: string,
  statement: string,
  now: Date,
): Record<string, unknown> | null {
  const [header = '', claims = '', signature = ''] = statement.split('.')
  const signed = Buffer.from(`${header}.${claims}`, 'ascii')
  if (!verify('sha256', signed, createPublicKey(idp.key), Buffer.from(signature, 'base64url'))) return null
  const parsed = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as Record<string, unknown>
  const isGood =
    parsed.purpose === purpose && typeof parsed.exp === 'number' && parsed.exp > epochSeconds(now)
  return isGood ? parsed : null
}
