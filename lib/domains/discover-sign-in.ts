import { z } from 'zod'
import { clientNetwork } from '../base/client-network.ts'
import { emailDomain } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findApplicationByClientId } from '../store/applications.ts'
import { findWaysOfDomain } from '../store/domains.ts'
import { countAttempt } from '../store/rate-limits.ts'

/** `client_id` of an application, or the slug of a product: what the person wants to sign in to. */
export const discoveryQuery = z.object({
  email: z
    .string('must be an e-mail address')
    .max(320, 'must not be longer than 320 characters')
    .refine((email) => emailDomain(email) !== null, 'must be an e-mail address'),
  client_id: z.string('must be given once').max(200).optional(),
  product: z.string('must be given once').max(200).optional(),
})

/** What a native application starts for an address. The same for everybody of one domain. */
export type Discovery = {
  /** The tenant the domain belongs to; null where it belongs to none. */
  tenant: string | null
  /** What the sign-in page has to offer there. */
  methods: ('sso' | 'password')[]
  authorizeUrl: string
  /** To be added to the application's own parameters of an authorization request. */
  parameters: Record<string, string>
}

/** Questions in one minute per address (IPv6: per /64) before further ones are refused. */
const perAddress = { questions: 120, windowSeconds: 60 }

/**
 * Says how people of an e-mail domain sign in, without looking whether there is such a person. A claim that is pending
 * counts as none. Throws `rate_limited`, and `validation_failed` for a client nobody knows.
 */
export async function discoverSignIn(
  house: Pick<House, 'db' | 'clock'>,
  site: { id: string; issuer: string },
  input: z.output<typeof discoveryQuery> & { address: string },
): Promise<Discovery> {
  await checkQuestions(house, input.address)
  const product = await productOf(house, site.id, input)
  const ways = await findWaysOfDomain(house.db, site.id, emailDomain(input.email)!, product)
  const { tenant, sso, password } = ways ?? { tenant: null, sso: false, password: true }
  return {
    tenant,
    methods: [...(sso ? (['sso'] as const) : []), ...(password ? (['password'] as const) : [])],
    authorizeUrl: `${site.issuer}/api/oauth/authorize`,
    parameters: tenant === null ? {} : { tenant },
  }
}

async function checkQuestions(house: Pick<House, 'db' | 'clock'>, address: string): Promise<void> {
  const now = house.clock.now()
  const key = `discovery:address:${clientNetwork(address)}`
  const { count, resetAt } = await countAttempt(house.db, key, perAddress.windowSeconds, now)
  if (count <= perAddress.questions) return
  const retryAfterSeconds = Math.max(1, Math.ceil((resetAt.getTime() - now.getTime()) / 1000))
  throw new VestibuleError('rate_limited', 'Too many questions. Wait a minute, then try again.', {
    retryAfterSeconds,
  })
}

/** The slug of the product in question; null for any. */
async function productOf(
  house: Pick<House, 'db'>,
  organizationId: string,
  input: { client_id?: string; product?: string },
): Promise<string | null> {
  if (input.client_id === undefined) return input.product ?? null
  const application = await findApplicationByClientId(house.db, organizationId, input.client_id)
  if (!application) throw refuseParameter('client_id', 'is not known here')
  if (input.product !== undefined && input.product !== application.product)
    throw refuseParameter('product', 'is not that of the client')
  return application.product
}

function refuseParameter(path: string, message: string): VestibuleError {
  return new VestibuleError('validation_failed', `Not valid: ${path} ${message}.`, {
    fields: [{ path, message }],
  })
}
