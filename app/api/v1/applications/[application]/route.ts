import { z } from 'zod'
import { applicationChangeSchema } from '#lib/applications/application-input.ts'
import { deleteApplication } from '#lib/applications/delete-application.ts'
import { loadApplication } from '#lib/applications/load-application.ts'
import { updateApplication } from '#lib/applications/update-application.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, incoming }) =>
  respondJson(200, await loadApplication(house, actor, { application: incoming.params.application! })),
)

export const PATCH = managementEndpoint(
  applicationChangeSchema,
  async ({ house, actor, incoming, input }) => {
    const application = incoming.params.application!
    return respondJson(200, await updateApplication(house, actor, { application, change: input }))
  },
)

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  await deleteApplication(house, actor, { application: incoming.params.application! })
  return respondNoContent()
})
