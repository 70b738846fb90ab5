import { emailDomain, toDomain } from '../base/email.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { findJoinableTenants, findTenant, type TenantRecord } from '../store/tenants.ts'
import { checkVisits } from './entry-limits.ts'
import { type EntryPage, type EntrySite, waitingSignIn } from './entry-page.ts'
import { renderFindCompany, renderJoin } from './join-page.ts'

/** The page on which people ask to join a tenant; without one that takes requests, to find theirs. Throws `rate_limited`. */
export async function showJoin(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  input: { tenant: string; interaction: string; address: string },
): Promise<EntryPage> {
  await checkVisits(house, 'join', input.address)
  const interaction = waitingSignIn(input.interaction)
  const tenant = await findJoinable(house, site, input.tenant)
  if (tenant) {
    const typed = { email: '', firstName: '', lastName: '', note: '' }
    return renderJoin(site, { tenant, interaction, typed, problems: {} })
  }
  const found = input.tenant === '' ? null : []
  return renderFindCompany(site, { interaction, asked: '', found, problems: {} })
}

/** So many are shown; whoever has more to choose from types more of the name. */
const shownCompanies = 10

/**
 * Companies that take requests, by a part of their name or the domain of an address. Only these are ever named to
 * strangers: their admins have chosen to be found. Throws `rate_limited`, `invalid_request`.
 */
export async function findCompany(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  input: { asked: string; interaction: string; address: string },
): Promise<EntryPage> {
  await checkVisits(house, 'join', input.address)
  checkStorable(input.asked)
  const asked = input.asked.trim().slice(0, 254)
  const interaction = waitingSignIn(input.interaction)
  const page = { interaction, asked, found: null, problems: {} }
  if ([...asked].length < 3)
    return renderFindCompany(site, { ...page, problems: { find: 'Type at least three characters.' } })
  const domain = asked.includes('@') ? emailDomain(asked) : toDomain(asked)
  const wanted = { name: asked, domain, limit: shownCompanies }
  return renderFindCompany(site, { ...page, found: await findJoinableTenants(house.db, site.id, wanted) })
}

/** The tenant of that slug or id, if it takes requests now. */
export async function findJoinable(
  house: Pick<House, 'db'>,
  site: EntrySite,
  slugOrId: string,
): Promise<TenantRecord | null> {
  if (slugOrId === '' || slugOrId.includes('\u0000')) return null
  const tenant = await findTenant(house.db, site.id, slugOrId)
  return tenant?.joinRequestsEnabled ? tenant : null
}
