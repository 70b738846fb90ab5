import type { House } from '../house.ts'
import { findConnections } from '../store/connections.ts'
import { endEverythingThrough } from '../store/sessions.ts'
import type { TenantRecord } from '../store/tenants.ts'

/**
 * Ends whatever came of sign-ins at the built-in test identity provider, offline access included: anybody could sign in
 * there as anybody, and a tenant that is live has real people. Applications hear of it by the next run of the job.
 */
export async function endTestSignIns(
  { db, clock }: Pick<House, 'db' | 'clock'>,
  { organizationId, slug }: TenantRecord,
): Promise<void> {
  const connections = await findConnections(db, organizationId, { tenants: [slug] })
  const leadingToTestIdp = connections.filter(({ upstreamId }) => isTestIdp(upstreamId))
  for (const { id } of leadingToTestIdp) await endEverythingThrough(db, organizationId, id, clock.now())
}

/** By its path: which host it is on is of no matter here, and another's that looks like it may end as well. */
function isTestIdp(upstreamId: string): boolean {
  return URL.parse(upstreamId)?.pathname.startsWith('/test-idp/') === true
}
