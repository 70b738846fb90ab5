import { answerTestIdp } from '#lib/testing/answer-test-idp.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** The built-in test identity provider of a tenant that is not live. */
export const GET = pageEndpoint(({ house, site, incoming, request }) =>
  answerTestIdp(house, site, incoming, request),
)
export const POST = GET
