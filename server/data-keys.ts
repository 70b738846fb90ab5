import { type Clock, secondsAfter } from '#lib/base/clock.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import type { Random } from '#lib/base/ids.ts'
import {
  createSealer,
  type DataKey,
  mintDataKey,
  type RotatingSealer,
  unwrapDataKey,
  wrapDataKey,
} from '#lib/sealing/sealer.ts'
import type { Db } from '#lib/store/db.ts'
import { insertDataKey, listWrappedDataKeys, rewrapDataKey } from '#lib/store/sealing-keys.ts'

/** The data keys of this database, held by the sealer, and how they are exchanged for new ones. */
export type DataKeys = {
  sealer: RotatingSealer
  /** Reads the keys again: another instance may have made one. */
  refresh(): Promise<void>
  /** Makes the next key when the newest is older than a year. */
  rotate(): Promise<void>
}

type Parts = { db: Db; clock: Clock; random: Random }

/** A data key serves for a year. */
const keySeconds = 365 * 86_400

/**
 * A new key seals nothing for ten minutes: until then every instance has read it, for each does so once a minute,
 * and nothing is ever sealed with a key that another instance cannot open.
 */
export const settleSeconds = 600

/**
 * Opens the data keys with the first root secret that fits, wraps them anew when that was an earlier one, and makes the
 * first key of an empty database. Throws `validation_failed` when no root secret fits.
 */
export async function openDataKeys(parts: Parts, rootSecrets: string[]): Promise<DataKeys> {
  const { db, clock, random } = parts
  const root = rootSecrets[0]!
  if ((await listWrappedDataKeys(db)).length === 0) await addKey(parts, root, 1)
  const read = () => readKeys(parts, rootSecrets)
  const sealer = createSealer((await read()).keys, random)
  const refresh = async () => {
    const { keys, currentId } = await read()
    sealer.hold(keys, currentId)
  }
  await refresh()
  const rotate = async () => {
    const stored = await listWrappedDataKeys(db)
    const isDue = stored.at(-1)!.createdAt < secondsAfter(clock.now(), -keySeconds)
    if (isDue) await addKey(parts, root, stored.length + 1)
  }
  return { sealer, refresh, rotate }
}

/** The id follows from the number: when several instances make the same key at once, one wins and all use its. */
async function addKey({ db, clock, random }: Parts, rootSecret: string, number: number): Promise<void> {
  const { dataKey, wrapped } = mintDataKey(`dek_${number}`, rootSecret, random)
  await insertDataKey(db, { id: dataKey.id, wrapped, createdAt: clock.now() })
}

async function readKeys(
  { db, clock, random }: Parts,
  rootSecrets: string[],
): Promise<{ keys: DataKey[]; currentId: string }> {
  const settledSince = secondsAfter(clock.now(), -settleSeconds)
  const keys: DataKey[] = []
  let currentId = ''
  for (const stored of await listWrappedDataKeys(db)) {
    const unwrapped = unwrapDataKey(stored, rootSecrets)
    if (!unwrapped) throw new VestibuleError('validation_failed', wrongRoot)
    const { dataKey, needsRewrap } = unwrapped
    if (needsRewrap) await rewrapDataKey(db, stored.id, wrapDataKey(dataKey, rootSecrets[0]!, random))
    if (keys.length === 0 || stored.createdAt <= settledSince) currentId = dataKey.id
    keys.push(dataKey)
  }
  return { keys, currentId }
}

const wrongRoot =
  'VESTIBULE_SECRET does not open this database: its secrets were sealed under another one. Set the right value, or name the earlier one in VESTIBULE_SECRET_PREVIOUS while you change it.'
