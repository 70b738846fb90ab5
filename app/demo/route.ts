import { answerDemo } from '#lib/testing/demo/answer-demo.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** First page of the demo application; 404 where the demo is off. */
export const GET = pageEndpoint(({ house, site }) => answerDemo(house, site))
