import { z } from 'zod'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { deleteTenant } from '#lib/tenants/delete-tenant.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import { tenantChangeSchema } from '#lib/tenants/tenant-input.ts'
import { updateTenant } from '#lib/tenants/update-tenant.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, incoming }) =>
  respondJson(200, await loadTenant(house, actor, { tenant: incoming.params.tenant! })),
)

export const PATCH = managementEndpoint(tenantChangeSchema, async ({ house, actor, incoming, input }) =>
  respondJson(200, await updateTenant(house, actor, { tenant: incoming.params.tenant!, change: input })),
)

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  await deleteTenant(house, actor, { tenant: incoming.params.tenant! })
  return respondNoContent()
})
