import { newApplicationSchema } from '#lib/applications/application-input.ts'
import { createApplication } from '#lib/applications/create-application.ts'
import { listApplications } from '#lib/applications/list-applications.ts'
import { listQuery } from '#lib/base/list-query.ts'
import { slugSchema } from '#lib/base/slug.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const query = listQuery.extend({ product: slugSchema.optional() })

export const GET = managementEndpoint(query, async ({ house, actor, input }) =>
  respondJson(200, await listApplications(house, actor, input)),
)

export const POST = managementEndpoint(newApplicationSchema, async ({ house, actor, input }) =>
  respondJson(201, await createApplication(house, actor, input)),
)
