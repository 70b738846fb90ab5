import { z } from 'zod'
import { verifyDomain } from '#lib/domains/verify-domain.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Looks for the TXT record now; `message` says what was found. */
export const POST = managementEndpoint(z.strictObject({}), async ({ house, actor, incoming }) => {
  const { tenant, domain } = incoming.params as { tenant: string; domain: string }
  return respondJson(200, await verifyDomain(house, actor, { tenant, domain }))
})
