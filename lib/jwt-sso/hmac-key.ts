/** RFC 7518 §3.2: a key for HS512 has at least the size of the hash. */
export const minSecretBytes = 64

/** The key of a secret: the UTF-8 bytes of its text, whatever it looks like. Throws RangeError for less than 64 of them. */
export function hmacKey(secret: string): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(secret)
  if (bytes.length < minSecretBytes) throw new RangeError(`a secret of ${bytes.length} bytes`)
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-512' }, false, ['sign', 'verify'])
}
