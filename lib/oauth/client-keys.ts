import type { JSONWebKeySet } from 'jose'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { ApplicationRecord } from '../store/applications.ts'

/** Keys fetched from a client are used for so long; asked for anew, at most this often. In seconds. */
const cacheSeconds = 600
const anewSeconds = 30
const cacheSize = 1000

type Entry = { at: number; keys: Promise<JSONWebKeySet> }

/** Per house, so that instances in one process do not share it. */
const caches = new WeakMap<object, Map<string, Entry>>()

/**
 * The public keys of a client: those it was registered with, or what its address answers. `anew` asks that address
 * again, unless it was asked a moment ago. Throws `invalid_client` when they cannot be had.
 */
export function loadClientKeys(
  house: Pick<House, 'db' | 'clock' | 'fetch'>,
  application: Pick<ApplicationRecord, 'jwks' | 'jwksUrl'>,
  which: 'known' | 'anew',
): Promise<JSONWebKeySet> {
  if (!application.jwksUrl)
    return Promise.resolve((application.jwks ?? { keys: [] }) as unknown as JSONWebKeySet)
  const cache = caches.get(house.db) ?? new Map<string, Entry>()
  caches.set(house.db, cache)
  const now = house.clock.now().getTime()
  const hit = cache.get(application.jwksUrl)
  const age = hit ? (now - hit.at) / 1000 : Number.POSITIVE_INFINITY
  if (hit && age < (which === 'anew' ? anewSeconds : cacheSeconds)) return hit.keys
  const entry = { at: now, keys: fetchKeys(house, application.jwksUrl) }
  if (cache.size >= cacheSize) cache.clear()
  cache.set(application.jwksUrl, entry)
  entry.keys.catch(() => cache.delete(application.jwksUrl!))
  return entry.keys
}

async function fetchKeys(house: Pick<House, 'fetch'>, url: string): Promise<JSONWebKeySet> {
  try {
    const answer = await house.fetch(url, { headers: { accept: 'application/json' }, timeoutSeconds: 5 })
    const set = JSON.parse(answer.text) as JSONWebKeySet
    if (answer.status === 200 && Array.isArray(set?.keys)) return set
  } catch (cause) {
    throw new VestibuleError('invalid_client', 'The keys of this client could not be fetched.', { cause })
  }
  throw new VestibuleError(
    'invalid_client',
    'The address of the keys of this client answered with something else.',
  )
}
