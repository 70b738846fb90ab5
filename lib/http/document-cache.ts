import type { Clock } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import type { SafeFetch } from './safe-fetch.ts'

/**
 * JSON documents of other hosts that are asked for at every sign-in: discovery documents and key sets. Each is kept
 * under its owner and its address, so that what one connection was told is never believed for another.
 */
export type DocumentCache = {
  /**
   * The document, at most ten minutes old; older where its host does not answer. Nobody waits for a host that has just
   * failed: for ten seconds the failure is answered at once. Throws like `SafeFetch`.
   */
  load(owner: string, url: string): Promise<unknown>
  /**
   * The document as it is now. Asked again within ten seconds it is the one of before: whoever can make us look must
   * not make us look all the time. Throws like `SafeFetch`.
   */
  refresh(owner: string, url: string): Promise<unknown>
}

/** After this time a document is fetched again. */
export const freshSeconds = 600
/** As long it serves when its host does not answer. */
export const staleSeconds = 86_400
/** Refreshing pauses for this time, and so does asking a host that did not answer. */
export const refreshPauseSeconds = 10
/** So many documents are kept; the one that was not asked for the longest goes first. */
const capacity = 1000
/** A discovery document and a key set are a few KB each. */
const maxBytes = 262_144
/** Somebody is waiting to sign in. */
const timeoutSeconds = 5

type Entry = { document: unknown; fetchedAt: number; refreshedAt: number }
type Failure = { error: unknown; at: number }

export function createDocumentCache({ clock, fetch }: { clock: Clock; fetch: SafeFetch }): DocumentCache {
  const entries = new Map<string, Entry>()
  const failures = new Map<string, Failure>()
  const underway = new Map<string, Promise<unknown>>()
  const seconds = () => clock.now().getTime() / 1000

  /** Those who ask for the same at the same time share one request. */
  function fetchOnce(name: string, url: string): Promise<unknown> {
    const shared = underway.get(name)
    if (shared) return shared
    const fetching = fetchJson(fetch, url)
      .then((document) => {
        const refreshedAt = entries.get(name)?.refreshedAt ?? Number.NEGATIVE_INFINITY
        keep(entries, name, { document, fetchedAt: seconds(), refreshedAt })
        failures.delete(name)
        return document
      })
      .catch((error: unknown) => {
        keep(failures, name, { error, at: seconds() })
        throw error
      })
      .finally(() => underway.delete(name))
    underway.set(name, fetching)
    return fetching
  }

  return {
    async load(owner, url) {
      const name = `${owner}\n${url}`
      const entry = entries.get(name)
      const age = entry ? seconds() - entry.fetchedAt : Number.POSITIVE_INFINITY
      if (entry) keep(entries, name, entry)
      if (entry && age < freshSeconds) return entry.document
      const failure = failures.get(name)
      const pauses = failure !== undefined && seconds() - failure.at < refreshPauseSeconds
      const answer = pauses ? Promise.reject(failure.error) : fetchOnce(name, url)
      return entry && age < staleSeconds ? answer.catch(() => entry.document) : answer
    },
    async refresh(owner, url) {
      const name = `${owner}\n${url}`
      const entry = entries.get(name)
      if (!entry) return fetchOnce(name, url)
      if (seconds() - entry.refreshedAt < refreshPauseSeconds) return underway.get(name) ?? entry.document
      entry.refreshedAt = seconds()
      return fetchOnce(name, url)
    },
  }
}

/** A Map keeps the order in which names were set: the first is the one not asked for the longest. */
function keep<Kept>(entries: Map<string, Kept>, name: string, entry: Kept): void {
  entries.delete(name)
  entries.set(name, entry)
  for (const oldest of entries.keys()) {
    if (entries.size <= capacity) return
    entries.delete(oldest)
  }
}

async function fetchJson(fetch: SafeFetch, url: string): Promise<unknown> {
  const { status, text } = await fetch(url, {
    maxBytes,
    timeoutSeconds,
    headers: { accept: 'application/json' },
  })
  const { host } = new URL(url)
  if (status !== 200) throw refuse(`${host} answered with status ${status}.`)
  try {
    return JSON.parse(text)
  } catch {
    throw refuse(`${host} answered with something else than JSON.`)
  }
}

function refuse(sentence: string): VestibuleError {
  return new VestibuleError('invalid_request', sentence)
}
