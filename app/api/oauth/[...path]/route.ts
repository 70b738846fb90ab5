import { VestibuleError } from '#lib/base/errors.ts'
import { oauthEndpoint } from '#server/endpoints.ts'

/** What the OAuth endpoints do not have is said as an OAuth error. */
export const GET = oauthEndpoint(async () => {
  throw new VestibuleError('not_found', 'There is nothing at this address.')
})
export const POST = GET
