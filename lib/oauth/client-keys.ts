import type { JSONWebKeySet } from 'jose'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { ApplicationRecord } from '../store/applications.ts'

/**
 * The public keys of a client: those it was registered with, or what its address answers. `anew` asks that address
 * again, as often as the document cache lets anybody. Throws `invalid_client` when they cannot be had.
 */
export async function loadClientKeys(
  { documents }: Pick<House, 'documents'>,
  { id, jwks, jwksUrl }: Pick<ApplicationRecord, 'id' | 'jwks' | 'jwksUrl'>,
  which: 'known' | 'anew',
): Promise<JSONWebKeySet> {
  if (!jwksUrl) return (jwks ?? { keys: [] }) as JSONWebKeySet
  const loading = which === 'anew' ? documents.refresh(id, jwksUrl) : documents.load(id, jwksUrl)
  const set = (await loading.catch((cause: unknown) => {
    throw new VestibuleError('invalid_client', 'The keys of this client could not be fetched.', { cause })
  })) as JSONWebKeySet | null
  if (Array.isArray(set?.keys)) return set
  throw new VestibuleError(
    'invalid_client',
    'The address of the keys of this client answered with something else.',
  )
}
