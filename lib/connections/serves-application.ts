import type { ApplicationRecord } from '../store/applications.ts'
import type { ConnectionRecord } from '../store/connections.ts'

/**
 * Whether people may sign in to an application through a connection: it is active, and made for the application's
 * product in the same organization. Where the answer goes is the application's own matter: its registered redirect
 * URLs are checked before a connection is chosen, and those of the connection hold where it is a client by itself.
 */
export function servesApplication(
  connection: Pick<ConnectionRecord, 'organizationId' | 'productId' | 'active'>,
  application: Pick<ApplicationRecord, 'organizationId' | 'productId'>,
): boolean {
  return (
    connection.active &&
    connection.organizationId === application.organizationId &&
    connection.productId === application.productId
  )
}
