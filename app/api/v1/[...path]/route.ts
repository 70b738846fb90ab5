import { z } from 'zod'
import { VestibuleError } from '#lib/base/errors.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** What the API does not have is said in its own dialect, to whoever has a key. */
export const GET = managementEndpoint(z.unknown(), async () => {
  throw new VestibuleError('not_found', 'There is nothing at this address.')
})
export const POST = GET
export const PUT = GET
export const PATCH = GET
export const DELETE = GET
