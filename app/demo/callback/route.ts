import { answerDemoCallback } from '#lib/testing/demo/answer-demo.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** Redirect URL of the demo application (RFC 6749 §3.1.2). */
export const GET = pageEndpoint(({ house, site, incoming }) => answerDemoCallback(house, site, incoming))
