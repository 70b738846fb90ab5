import { refuseAgain } from '#lib/login/refuse-again.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** Why a token of a customer's page was not accepted, at an address without it. */
export const GET = pageEndpoint(async ({ incoming }) => refuseAgain(incoming.url.searchParams))
