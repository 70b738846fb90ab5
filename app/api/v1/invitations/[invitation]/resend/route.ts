import { z } from 'zod'
import { resendInvitation } from '#lib/accounts/resend-invitation.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const POST = managementEndpoint(z.strictObject({}), async ({ house, actor, incoming }) =>
  respondJson(200, await resendInvitation(house, actor, { invitation: incoming.params.invitation! })),
)
