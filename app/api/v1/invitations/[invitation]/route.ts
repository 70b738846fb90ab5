import { z } from 'zod'
import { revokeInvitation } from '#lib/accounts/revoke-invitation.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  await revokeInvitation(house, actor, { invitation: incoming.params.invitation! })
  return respondNoContent()
})
