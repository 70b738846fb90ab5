import { invitationQuerySchema, newInvitationSchema } from '#lib/accounts/invitation-input.ts'
import { inviteUser } from '#lib/accounts/invite-user.ts'
import { listInvitations } from '#lib/accounts/list-invitations.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(invitationQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await listInvitations(house, actor, input)),
)

export const POST = managementEndpoint(newInvitationSchema, async ({ house, actor, input }) =>
  respondJson(201, await inviteUser(house, actor, input)),
)
