import { z } from 'zod'
import { deleteDomain } from '#lib/domains/delete-domain.ts'
import { loadDomain } from '#lib/domains/load-domain.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  const { tenant, domain } = incoming.params as { tenant: string; domain: string }
  return respondJson(200, await loadDomain(house, actor, { tenant, domain }))
})

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  const { tenant, domain } = incoming.params as { tenant: string; domain: string }
  await deleteDomain(house, actor, { tenant, domain })
  return respondNoContent()
})
