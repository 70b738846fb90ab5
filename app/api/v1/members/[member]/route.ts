import { z } from 'zod'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { changeMemberRole } from '#lib/members/change-member-role.ts'
import { loadMember } from '#lib/members/list-members.ts'
import { memberChangeSchema } from '#lib/members/member-input.ts'
import { removeMember } from '#lib/members/remove-member.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, incoming }) =>
  respondJson(200, await loadMember(house, actor, { member: incoming.params.member! })),
)

export const PATCH = managementEndpoint(memberChangeSchema, async ({ house, actor, incoming, input }) =>
  respondJson(200, await changeMemberRole(house, actor, { member: incoming.params.member!, change: input })),
)

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  await removeMember(house, actor, { member: incoming.params.member! })
  return respondNoContent()
})
