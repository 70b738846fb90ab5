/**
 * The composition root: opens what the house needs from outside and hands it down. Everything here happens once,
 * at start, and fails with a sentence.
 */
import { lookup } from 'node:dns/promises'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Clock, systemClock } from '#lib/base/clock.ts'
import { mintToken, systemRandom } from '#lib/base/ids.ts'
import type { Log } from '#lib/base/log.ts'
import type { ResolveTxt } from '#lib/base/resolve-txt.ts'
import type { Config } from '#lib/config/config.ts'
import type { House } from '#lib/house.ts'
import { createDocumentCache } from '#lib/http/document-cache.ts'
import { parseOutboundAllowance } from '#lib/http/outbound-addresses.ts'
import { createSafeFetch } from '#lib/http/safe-fetch.ts'
import { createSmtpTransport, type MailTransport } from '#lib/mail/smtp-transport.ts'
import {
  createOrganizationResolver,
  type OrganizationResolver,
} from '#lib/organizations/resolve-organization.ts'
import { derivePurposeKey } from '#lib/sealing/sealer.ts'
import { createKeyRing } from '#lib/signing/key-ring.ts'
import { type Database, openDatabase } from '#lib/store/open-database.ts'
import { type DataKeys, openDataKeys } from './data-keys.ts'
import { createTxtResolver } from './resolve-txt.ts'

/** The house with what only the server's own parts need beside it. */
export type ServerHouse = House & {
  organizations: OrganizationResolver
  /** Signs the portal's session cookie. */
  portalSecret: string
  /** The data keys of sealing, and their rotation. */
  dataKeys: DataKeys
  /** Takes the mail of the outbox; null where it stays there. */
  mailTransport: MailTransport | null
  databaseKind: 'pglite' | 'postgresql'
  close(): Promise<void>
}

export type HouseOptions = {
  onStatement?: (sql: string) => void
  /** The system's unless told. */
  clock?: Clock
  /** An open one in place of the one the configuration names; `close` closes it as well. */
  database?: Database
  /** Asks the system's name servers unless told. */
  resolveTxt?: ResolveTxt
}

export async function composeHouse(
  config: Config,
  log: Log,
  options: HouseOptions = {},
): Promise<ServerHouse> {
  const rootSecret = config.rootSecret ?? (await loadOrMintRootSecret(config.dataDir))
  const database = options.database ?? (await openConfigured(config, log, options.onStatement))
  const clock = options.clock ?? systemClock
  const parts = { config, clock, random: systemRandom, db: database.prisma, log }
  const dataKeys = await openDataKeys(parts, [rootSecret, ...config.previousRootSecrets])
  const { sealer } = dataKeys
  const fetch = createSafeFetch(parseOutboundAllowance(config.outboundAllow), resolveAll)
  const house: House = {
    ...parts,
    sealer,
    keys: createKeyRing({ ...parts, sealer }),
    resolveTxt: options.resolveTxt ?? createTxtResolver(),
    fetch,
    documents: createDocumentCache({ clock, fetch }),
  }
  return {
    ...house,
    organizations: createOrganizationResolver(house),
    portalSecret: derivePurposeKey(rootSecret, 'portal-session'),
    dataKeys,
    mailTransport: config.smtp && createSmtpTransport(config.smtp, config.mailFrom),
    databaseKind: database.kind,
    close: () => database.close(),
  }
}

function openConfigured(
  config: Config,
  log: Log,
  onStatement: HouseOptions['onStatement'],
): Promise<Database> {
  const { databaseUrl } = config
  const dataDir = databaseUrl ? undefined : join(config.dataDir, 'database')
  return openDatabase({ databaseUrl, dataDir, log, onStatement })
}

async function resolveAll(hostname: string): Promise<string[]> {
  return (await lookup(hostname, { all: true })).map(({ address }) => address)
}

/** On the embedded database the root secret may be made here; it then lives beside the data, readable by us alone. */
async function loadOrMintRootSecret(dataDir: string): Promise<string> {
  const path = join(dataDir, 'secret')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  try {
    await writeFile(path, `${mintToken(systemRandom, 48)}\n`, { flag: 'wx', mode: 0o600 })
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
  }
  await chmod(path, 0o600)
  return (await readFile(path, 'utf8')).trim()
}
