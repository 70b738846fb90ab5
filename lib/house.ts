import type { Clock } from './base/clock.ts'
import type { Random } from './base/ids.ts'
import type { Log } from './base/log.ts'
import type { ResolveTxt } from './base/resolve-txt.ts'
import type { Config } from './config/config.ts'
import type { DocumentCache } from './http/document-cache.ts'
import type { SafeFetch } from './http/safe-fetch.ts'
import type { Sealer } from './sealing/sealer.ts'
import type { KeyRing } from './signing/key-ring.ts'
import type { Db } from './store/db.ts'

/**
 * Everything a use case may need from outside, composed once in server/house.ts and handed down as an argument.
 * Types only: this file knows the rooms it names and none of those above them.
 */
export type House = {
  config: Config
  clock: Clock
  random: Random
  db: Db
  sealer: Sealer
  keys: KeyRing
  fetch: SafeFetch
  resolveTxt: ResolveTxt
  /** Discovery documents and key sets of other hosts. */
  documents: DocumentCache
  log: Log
}
