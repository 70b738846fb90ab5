import { isTestIdp } from '../base/test-idp.ts'
import type { ConnectionRecord } from '../store/connections.ts'

/** Whether a connection leads a live tenant to one of our test identity providers, where anyone can sign in as anyone. */
export function isTestIdpOfLiveTenant(
  site: { issuer: string },
  connection: Pick<ConnectionRecord, 'tenantLive' | 'upstreamId'>,
): boolean {
  return connection.tenantLive && isTestIdp(site, connection)
}
