import { respondJson } from '#lib/http/respond.ts'
import { rotateTarget } from '#lib/jwt-sso-targets/rotate-target.ts'
import { rotateTargetSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Exchanges the secret; the new one is answered this once. */
export const POST = managementEndpoint(
  rotateTargetSchema,
  async ({ house, actor, site, incoming, input }) => {
    const target = incoming.params.target!
    const { issuer } = site
    return respondJson(200, await rotateTarget(house, actor, { target, issuer, secret: input.secret }))
  },
)
