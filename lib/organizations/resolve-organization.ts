import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { issuerOf } from '../base/issuer.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import {
  type BrandRecord,
  findBrandByHost,
  findFirstOrganization,
  findOrganizationByHost,
  insertOrganization,
  type OrganizationRecord,
  setOrganizationHost,
} from '../store/organizations.ts'
import { logoPath } from './load-logo.ts'

/**
 * The organizations room: which company a request is for. The host decides; an unknown host is refused,
 * so that nothing is ever built from a Host header somebody made up.
 */
export type OrganizationSite = {
  id: string
  name: string
  /** Origin under which this organization is served, and its issuer; no trailing slash. */
  issuer: string
  /** Path of the logo, with its version; null where there is none. */
  logo: string | null
}

export type OrganizationResolver = {
  (host: string): Promise<OrganizationSite>
  /** Asks anew about the organization's hosts: it has changed. Other instances hear of it within ten seconds. */
  forget(organizationId: string): void
}

/** How long a host's organization is remembered. Hosts change rarely; instances agree after this time. */
const cacheSeconds = 10
const cacheSize = 1000

/** Throws `unknown_host` for a host no organization has. */
export function createOrganizationResolver(
  house: Pick<House, 'db' | 'clock' | 'config'>,
): OrganizationResolver {
  const cache = new Map<string, { at: number; site: OrganizationSite | null }>()
  const resolve = async (host: string) => {
    const now = house.clock.now().getTime()
    let entry = cache.get(host)
    if (!entry || now - entry.at > cacheSeconds * 1000) {
      const row = await findBrandByHost(house.db, host)
      entry = { at: now, site: row && toSite(house, row) }
      if (cache.size >= cacheSize) cache.clear()
      cache.set(host, entry)
    }
    if (entry.site) return entry.site
    const hint = `This address belongs to no organization here. The portal is at ${house.config.publicUrl}.`
    throw new VestibuleError('unknown_host', hint)
  }
  const forget = (organizationId: string) => {
    for (const [host, { site }] of cache) if (site?.id === organizationId) cache.delete(host)
  }
  return Object.assign(resolve, { forget })
}

function toSite(house: Pick<House, 'config'>, row: BrandRecord): OrganizationSite {
  const logo = row.logoVersion && logoPath(row.logoVersion)
  return { id: row.id, name: row.name, issuer: issuerOf(house.config.secure, row.host), logo }
}

/** The organization of `PUBLIC_URL`, made at the first start; it follows when `PUBLIC_URL` changes. */
export async function ensureDefaultOrganization(
  house: Pick<House, 'db' | 'clock' | 'random' | 'config'>,
): Promise<OrganizationRecord> {
  const host = house.config.publicHost
  const existing = (await findOrganizationByHost(house.db, host)) ?? (await findFirstOrganization(house.db))
  if (existing) return existing.host === host ? existing : setOrganizationHost(house.db, existing.id, host)
  const id = mintId('org', house.clock.now(), house.random)
  try {
    return await insertOrganization(house.db, { id, name: 'My organization', host })
  } catch (thrown) {
    const winner = isUniqueViolation(thrown) ? await findOrganizationByHost(house.db, host) : null
    if (winner) return winner
    throw thrown
  }
}
