import { listQuery } from '#lib/base/list-query.ts'
import { respondJson } from '#lib/http/respond.ts'
import { createTarget } from '#lib/jwt-sso-targets/create-target.ts'
import { listTargets } from '#lib/jwt-sso-targets/list-targets.ts'
import { newTargetSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(listQuery, async ({ house, actor, site, input }) =>
  respondJson(200, await listTargets(house, actor, { ...input, issuer: site.issuer })),
)

export const POST = managementEndpoint(newTargetSchema, async ({ house, actor, site, input }) =>
  respondJson(201, await createTarget(house, actor, { ...input, issuer: site.issuer })),
)
