import { z } from 'zod'
import { removeSecondFactors } from '#lib/accounts/remove-second-factors.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** For somebody who lost every device and recovery code. */
export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  await removeSecondFactors(house, actor, { user: incoming.params.user! })
  return respondNoContent()
})
