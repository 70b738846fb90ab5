import { listQuery } from '#lib/base/list-query.ts'
import { respondJson } from '#lib/http/respond.ts'
import { inviteMember } from '#lib/members/invite-member.ts'
import { listMembers } from '#lib/members/list-members.ts'
import { newMemberSchema } from '#lib/members/member-input.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(listQuery, async ({ house, actor, input }) =>
  respondJson(200, await listMembers(house, actor, input)),
)

/** Invites somebody; they are a member once they have accepted. */
export const POST = managementEndpoint(newMemberSchema, async ({ house, actor, input }) =>
  respondJson(201, await inviteMember(house, actor, input)),
)
