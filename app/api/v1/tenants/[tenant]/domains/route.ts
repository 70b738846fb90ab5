import { listQuery } from '#lib/base/list-query.ts'
import { claimDomain } from '#lib/domains/claim-domain.ts'
import { newDomainSchema } from '#lib/domains/domain-input.ts'
import { listDomains } from '#lib/domains/list-domains.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(listQuery, async ({ house, actor, incoming, input }) =>
  respondJson(200, await listDomains(house, actor, { ...input, tenant: incoming.params.tenant! })),
)

export const POST = managementEndpoint(newDomainSchema, async ({ house, actor, incoming, input }) =>
  respondJson(201, await claimDomain(house, actor, { ...input, tenant: incoming.params.tenant! })),
)
