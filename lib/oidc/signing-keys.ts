import type { JWK } from 'jose'
import { isVestibuleError } from '../base/errors.ts'
import { refuse } from './causes.ts'

/** Where the keys of a provider are read: `load` from memory where it can, `refresh` from the provider itself. */
export type KeySource = { load(): Promise<unknown>; refresh(): Promise<unknown> }

export type JwsHeader = { alg: string; kid: string | undefined }

/**
 * The one key that can have made a signature (OpenID Connect Core §10.1). A key nobody knows yet makes the key set be
 * fetched again, once: providers change their keys without telling anybody. Throws `OidcRefusal`.
 */
export async function findSigningKey(source: KeySource, header: JwsHeader): Promise<JWK> {
  const known = await read(source.load)
  const first = known.filter((key) => fits(key, header))
  const keys = first.length > 0 ? known : await read(source.refresh)
  const [key, ...others] = first.length > 0 ? first : keys.filter((one) => fits(one, header))
  if (!key) {
    const names = keys.map(({ kid }) => kid ?? 'one without a name').join(', ')
    return refuse('oidc_unknown_key', {
      expected: names || 'none at all',
      received: `${header.kid ?? 'without a name'} (${header.alg})`,
    })
  }
  if (others.length > 0) refuse('oidc_ambiguous_key', { received: header.kid ?? 'no kid' })
  return key
}

async function read(from: () => Promise<unknown>): Promise<JWK[]> {
  const set = await from().catch((thrown: unknown) => {
    if (!isVestibuleError(thrown)) throw thrown
    return refuse('oidc_keys_unreachable', { received: thrown.message })
  })
  const keys = (set as { keys?: unknown } | null)?.keys
  if (!Array.isArray(keys)) return refuse('oidc_keys_malformed', { received: 'no list of keys' })
  return keys.filter((key): key is JWK => typeof key === 'object' && key !== null)
}

/** Whether a key is of the kind the algorithm needs, is meant for signatures, and has the name (RFC 7517 §4, RFC 7518 §3.1). */
function fits(key: JWK, { alg, kid }: JwsHeader): boolean {
  const { kty, crv } = kindOf(alg)
  return (
    key.kty === kty &&
    (crv === undefined || key.crv === crv) &&
    (kid === undefined || key.kid === kid) &&
    (key.alg === undefined || key.alg === alg) &&
    (key.use === undefined || key.use === 'sig') &&
    (!Array.isArray(key.key_ops) || key.key_ops.includes('verify'))
  )
}

function kindOf(alg: string): { kty: string; crv?: string } {
  if (/^[RP]S/.test(alg)) return { kty: 'RSA' }
  if (alg === 'EdDSA' || alg === 'Ed25519') return { kty: 'OKP', crv: 'Ed25519' }
  return { kty: 'EC', crv: { ES256: 'P-256', ES384: 'P-384' }[alg] ?? 'P-521' }
}
