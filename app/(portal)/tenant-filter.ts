import type { Filter } from '#components/ui/list-toolbar.tsx'
import type { SearchParams } from '#components/ui/pager.tsx'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import type { TenantView } from '#lib/tenants/tenant.ts'
import { house } from '#server/house-access.ts'
import { textParam } from './list-params.ts'
import { orNull } from './or-not-found.ts'
import type { Member } from './session.ts'

/** The filter "tenant" of a list, and the tenant the address names, or null when it names none that is there. */
export async function loadTenantFilter(
  actor: Member,
  params: SearchParams,
): Promise<{ filter: Filter; chosen: TenantView | null }> {
  const slug = textParam(params, 'tenant')
  const [tenants, chosen] = await Promise.all([
    listTenants(house(), actor, { limit: 200 }),
    slug === undefined ? null : orNull(loadTenant(house(), actor, { tenant: slug })),
  ])
  const options = tenants.data.map(({ slug, name }) => ({ value: slug, label: name }))
  if (chosen && !options.some(({ value }) => value === chosen.slug))
    options.unshift({ value: chosen.slug, label: chosen.name })
  return { filter: { name: 'tenant', label: 'Tenant', all: 'All tenants', options }, chosen }
}
