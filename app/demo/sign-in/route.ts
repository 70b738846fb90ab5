import { answerDemoSignIn } from '#lib/testing/demo/answer-demo.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** Where the button of the demo application leads: on to the authorization endpoint. */
export const GET = pageEndpoint(({ house, site, incoming }) => answerDemoSignIn(house, site, incoming))
