import type { ConnectionRecord } from '../store/connections.ts'

/**
 * Whether a connection leads a live tenant to one of our test identity providers, where anyone can sign in as anyone.
 * Told by the entityID, which lies under our own address.
 */
export function isTestIdpOfLiveTenant(
  site: { issuer: string },
  connection: Pick<ConnectionRecord, 'tenantLive' | 'upstreamId'>,
): boolean {
  return connection.tenantLive && connection.upstreamId.startsWith(`${site.issuer}/test-idp/`)
}
