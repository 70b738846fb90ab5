import { decodeBase64url } from './base64url.ts'
import { refuse, type Seen } from './causes.ts'
import { hmacKey } from './hmac-key.ts'
import { isMembers, type Members, maxTokenLength, type Reading, show } from './token-reading.ts'
import { findDuplicateMember } from './unique-json.ts'

// The checks of the token as a JWS (RFC 7515 §5.2), before anything it says is believed.

/** §7.1: three parts in base64url, the first of them a JSON object. */
export function checkForm(reading: Reading): Seen {
  const { token } = reading
  if (token === '') refuse('jwt_missing')
  if (token.length > maxTokenLength)
    refuse('jwt_too_long', {
      expected: `${maxTokenLength} characters`,
      received: `${token.length} characters`,
    })
  const parts = token.split('.')
  if (parts.length === 5) refuse('jwt_encrypted', { received: '5 parts' })
  if (parts.length !== 3)
    refuse('jwt_wrong_parts', {
      expected: '3 parts',
      received: `${parts.length} part${parts.length === 1 ? '' : 's'}`,
    })
  const [header, payload, signature] = parts as [string, string, string]
  decode(payload, 'second part')
  reading.parts = { header, payload, signature: decode(signature, 'third part') }
  reading.header = parseMembers(decode(header, 'first part')) ?? refuse('jwt_header_malformed')
  return { received: 'header, claims, signature' }
}

/** Settled by us and not by what the token says, and before any secret is looked at (RFC 8725 §3.1). */
export function checkAlgorithm({ header: { alg } }: Reading): Seen {
  const seen = { expected: 'HS512', received: show(alg).replaceAll('"', '') }
  if (alg === undefined || alg === null || alg === '') refuse('jwt_algorithm_missing', seen)
  if (alg === 'HS512') return seen
  if (/^none$/i.test(String(alg))) refuse('jwt_unsigned', seen)
  if (/^HS(256|384)$/.test(String(alg))) refuse('jwt_weaker_hmac', seen)
  if (/^((RS|PS|ES)\d|EdDSA|Ed\d|ML-DSA)/.test(String(alg))) refuse('jwt_public_key_algorithm', seen)
  return refuse('jwt_unknown_algorithm', seen)
}

/** RFC 7519 §5.1, RFC 7515 §4.1.11. Keys and addresses of keys that a header brings are not looked at. */
export function checkHeader({ header: { typ, crit } }: Reading): Seen {
  if (typ !== undefined && !(typeof typ === 'string' && typ.toUpperCase() === 'JWT'))
    refuse('jwt_wrong_type', { expected: 'JWT', received: show(typ) })
  if (crit !== undefined) refuse('jwt_critical_header', { received: show(crit) })
  return { received: typ === undefined ? 'no typ' : show(typ) }
}

/** RFC 7515 §5.2: by one of the secrets; which one is told. */
export async function checkSignature(reading: Reading): Promise<Seen> {
  const { parts, expect } = reading
  if (expect.secrets.length === 0) refuse('jwt_no_secret')
  const signed = new TextEncoder().encode(`${parts.header}.${parts.payload}`)
  for (const { id, secret } of expect.secrets) {
    if (!(await crypto.subtle.verify('HMAC', await hmacKey(secret), parts.signature, signed))) continue
    reading.secretId = id
    return {}
  }
  return refuse('jwt_signature_invalid')
}

/** RFC 7519 §7.2: the claims are a JSON object, read only after its signature held. */
export function checkContent(reading: Reading): Seen {
  const bytes = decode(reading.parts.payload, 'second part')
  reading.payload = parseMembers(bytes) ?? refuse('jwt_payload_malformed')
  return { received: Object.keys(reading.payload).join(', ') }
}

function decode(part: string, name: string): Uint8Array<ArrayBuffer> {
  return decodeBase64url(part) ?? refuse('jwt_not_base64url', { received: name })
}

/** Null when it is no JSON object in UTF-8. Refuses what can be read in two ways. */
function parseMembers(bytes: Uint8Array): Members | null {
  const json = parseJson(bytes)
  if (!json || !isMembers(json.value)) return null
  const twice = findDuplicateMember(json.text)
  if (twice !== null) refuse('jwt_duplicate_member', { received: show(twice) })
  return json.value
}

function parseJson(bytes: Uint8Array): { text: string; value: unknown } | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return { text, value: JSON.parse(text) }
  } catch {
    return null
  }
}
