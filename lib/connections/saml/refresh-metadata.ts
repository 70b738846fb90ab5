import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { secondsAfter } from '../../base/clock.ts'
import type { House } from '../../house.ts'
import type { SamlCause } from '../../saml/causes.ts'
import type { ConnectionRecord } from '../../store/connections.ts'
import { findMetadataPoll } from '../../store/metadata-polls.ts'
import { countAttempt } from '../../store/rate-limits.ts'
import type { KeptMetadata } from './merge-metadata.ts'
import { readMetadata } from './read-metadata.ts'

/** What a message is refused for when the identity provider signs with a key we have not heard of. */
const causesOfNewKey: ReadonlySet<SamlCause> = new Set([
  'saml_unknown_certificate',
  'saml_signature_invalid',
  'saml_idp_certificate_missing',
])

/** At most one reading a connection in this time: messages come from strangers. */
const guardSeconds = 600

/** How long somebody waits for the reading another login has begun, and how long a reading may take. */
const patienceMilliseconds = 6000
const timeoutSeconds = 5

/**
 * Called when an answer was refused: reads the metadata again if a new key may be the cause, guarded. Returns the
 * metadata to judge the same answer by once more, or null when there is nothing new.
 */
export async function refreshMetadata(
  house: Pick<House, 'db' | 'clock' | 'random' | 'fetch' | 'log'>,
  connection: ConnectionRecord,
  cause: SamlCause,
): Promise<KeptMetadata | null> {
  if (connection.metadataUrl === null || !causesOfNewKey.has(cause)) return null
  const now = house.clock.now()
  const { count, resetAt } = await countAttempt(house.db, `metadata ${connection.id}`, guardSeconds, now)
  const first = count === 1
  if (first) {
    const row = await findMetadataPoll(house.db, connection.organizationId, connection.id)
    if (!row || row.metadataUrl === null) return null
    await readMetadata(house, row, { timeoutSeconds })
  }
  const since = first ? now : secondsAfter(resetAt, -guardSeconds)
  const kept = await awaitReading(house, connection, since, first ? 0 : patienceMilliseconds)
  return kept && !isDeepStrictEqual(kept, connection.upstream) ? kept : null
}

/** What has been read since `since`, here or by another instance; waits so long while it is still being read. */
async function awaitReading(
  house: Pick<House, 'db'>,
  { organizationId, id }: ConnectionRecord,
  since: Date,
  patience: number,
): Promise<KeptMetadata | null> {
  for (let waited = 0; ; waited += 200) {
    const row = await findMetadataPoll(house.db, organizationId, id)
    if (!row) return null
    if (row.metadataCheckedAt && row.metadataCheckedAt >= since) return row.upstream as KeptMetadata
    if (waited >= patience) return null
    await sleep(200)
  }
}
