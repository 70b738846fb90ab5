import type { ConnectionKind, ConnectionType } from './contract.ts'
import { jwtConnection } from './jwt/jwt-connection.ts'
import { oidcConnection } from './oidc/oidc-connection.ts'
import { samlConnection } from './saml/saml-connection.ts'

/** Every kind of connection. Total: a kind without an entry does not compile. */
export const connectionTypes: Record<ConnectionKind, ConnectionType> = {
  saml: samlConnection,
  oidc: oidcConnection,
  jwt: jwtConnection,
}

/** The type of a stored connection. */
export function typeOf(row: { kind: string }): ConnectionType {
  return connectionTypes[row.kind as ConnectionKind]
}
