import { listQuery } from '#lib/base/list-query.ts'
import { respondJson } from '#lib/http/respond.ts'
import { createTenant } from '#lib/tenants/create-tenant.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { newTenantSchema } from '#lib/tenants/tenant-input.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(listQuery, async ({ house, actor, input }) =>
  respondJson(200, await listTenants(house, actor, input)),
)

export const POST = managementEndpoint(newTenantSchema, async ({ house, actor, input }) =>
  respondJson(201, await createTenant(house, actor, input)),
)
