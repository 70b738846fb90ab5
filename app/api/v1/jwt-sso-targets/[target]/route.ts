import { z } from 'zod'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { deleteTarget } from '#lib/jwt-sso-targets/delete-target.ts'
import { loadTarget } from '#lib/jwt-sso-targets/load-target.ts'
import { targetChangeSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { updateTarget } from '#lib/jwt-sso-targets/update-target.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, site, incoming }) => {
  const target = incoming.params.target!
  return respondJson(200, await loadTarget(house, actor, { target, issuer: site.issuer }))
})

export const PATCH = managementEndpoint(
  targetChangeSchema,
  async ({ house, actor, site, incoming, input }) => {
    const target = incoming.params.target!
    const { issuer } = site
    return respondJson(200, await updateTarget(house, actor, { target, issuer, change: input }))
  },
)

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  await deleteTarget(house, actor, { target: incoming.params.target! })
  return respondNoContent()
})
