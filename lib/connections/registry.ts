import type { ConnectionKind, ConnectionType } from './contract.ts'
import { samlConnection } from './saml/saml-connection.ts'

/** Every kind of connection. Total: a kind without an entry does not compile. */
export const connectionTypes: Record<ConnectionKind, ConnectionType> = {
  saml: samlConnection,
}
