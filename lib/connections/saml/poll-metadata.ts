import { secondsAfter } from '../../base/clock.ts'
import type { House } from '../../house.ts'
import { claimDueMetadata, type MetadataPollRecord } from '../../store/metadata-polls.ts'
import { readMetadata } from './read-metadata.ts'

/** How long a claimed connection is left to whoever claimed it: longer than reading takes. */
const leaseSeconds = 300
const atOnce = 8

/**
 * Reads the metadata of every connection where that is due: once a day, and sooner after a failure. Any number of
 * instances may do it at once; each connection is read by one of them.
 */
export async function pollMetadata(
  house: Pick<House, 'db' | 'clock' | 'random' | 'fetch' | 'log'>,
): Promise<void> {
  for (;;) {
    const now = house.clock.now()
    const claimed = await claimDueMetadata(house.db, now, secondsAfter(now, leaseSeconds), atOnce)
    await Promise.all(claimed.map((row) => readOrLog(house, row)))
    if (claimed.length < atOnce) return
  }
}

/** One that fails in an unforeseen way must not keep the others from being read. */
async function readOrLog(house: Parameters<typeof pollMetadata>[0], row: MetadataPollRecord): Promise<void> {
  try {
    await readMetadata(house, row)
  } catch (thrown) {
    house.log.error({ err: thrown, connection: row.id }, 'reading metadata failed')
  }
}
