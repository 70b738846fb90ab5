import { z } from 'zod'
import { createApplicationSecret } from '#lib/applications/create-application-secret.ts'
import { listApplicationSecrets } from '#lib/applications/list-application-secrets.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  const application = incoming.params.application!
  return respondJson(200, {
    data: await listApplicationSecrets(house, actor, { application }),
    nextCursor: null,
  })
})

export const POST = managementEndpoint(z.strictObject({}), async ({ house, actor, incoming }) => {
  const application = incoming.params.application!
  return respondJson(201, await createApplicationSecret(house, actor, { application }))
})
