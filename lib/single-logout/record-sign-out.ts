import type { Check } from '../base/check.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { type Origin, recordTrace } from '../traces/record-trace.ts'
import type { Site } from './begin-logout.ts'
import { type SingleLogoutCause, singleLogoutCauses } from './single-logout-causes.ts'

/** What a trace says of one logout. */
type SignOut = {
  connection: Pick<ConnectionRecord, 'id' | 'name' | 'upstreamId' | 'kind' | 'tenant' | 'product'> | null
  tenant?: string
  product?: string
  subject?: string | null
  checks: Check[]
  received?: string | null
  sentence: string
} & ({ outcome: 'success' } | { outcome: 'failure'; cause: string })

/** Keeps what happened in one logout, and returns the id of the trace. */
export async function recordSignOut(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: Pick<Site, 'id'>,
  origin: Origin,
  { connection, tenant, product, ...entry }: SignOut,
): Promise<string> {
  const id = mintId('trc', house.clock.now(), house.random)
  await recordTrace(house, {
    id,
    organizationId: site.id,
    tenant: connection?.tenant ?? tenant ?? '',
    product: connection?.product ?? product ?? '',
    connection: connection && { id: connection.id, name: nameOf(connection), kind: connection.kind },
    purpose: 'sign-out',
    origin,
    ...entry,
  })
  return id
}

/** Heading of the page a person sees whose sign-out was refused. */
export const refusalTitle = 'Sign-out did not work'

/** Refuses for a reason of the flow itself: leaves a trace and throws `invalid_request`, for a page. */
export async function refuse(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: Pick<Site, 'id'>,
  origin: Origin,
  refusal: {
    cause: SingleLogoutCause
    connection?: ConnectionRecord
    tenant?: string
    product?: string
    received?: string
  },
): Promise<never> {
  const { cause, connection = null, received, ...where } = refusal
  const { name, sentence, message } = singleLogoutCauses[cause]
  const traceId = await recordSignOut(house, site, origin, {
    connection,
    ...where,
    outcome: 'failure',
    cause,
    sentence: sentence(connection ? nameOf(connection) : 'the identity provider', received ?? 'nobody'),
    checks: [{ name, ok: false, received }],
  })
  throw new VestibuleError('invalid_request', message, { traceId, title: refusalTitle })
}

/** What people call a connection. */
export function nameOf({ name, upstreamId }: Pick<ConnectionRecord, 'name' | 'upstreamId'>): string {
  return name ?? upstreamId
}
