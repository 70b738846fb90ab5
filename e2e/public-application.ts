import { startLogoutReceiver } from '../server/testing/logout-receiver.ts'
import type { ManagementClient } from './management-client.ts'

/** A registered application without a secret: people come back to `url`, with what was answered in the address. */
export type PublicApplication = {
  clientId: string
  url: string
  /** The address that begins a sign-in to it. */
  begin(more?: Record<string, string>): string
  close(): Promise<void>
}

/** Registers one. `always`: parameters that every sign-in to it has. */
export async function makePublicApplication(
  api: ManagementClient,
  product: string,
  always: Record<string, string> = {},
): Promise<PublicApplication> {
  const { url, close } = await startLogoutReceiver()
  const { clientId } = await api.createApplication({
    name: `The ${product} desk`,
    product,
    type: 'public',
    redirectUrls: [url],
  })
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: url,
    scope: 'openid email',
    code_challenge: 'x'.repeat(43),
    code_challenge_method: 'S256',
    ...always,
  }
  const begin = (more: Record<string, string> = {}) =>
    `/api/oauth/authorize?${new URLSearchParams({ ...parameters, ...more })}`
  return { clientId, url, begin, close }
}
