import { readIssuer } from '../saml/verify-response.ts'
import type { ConnectionKind } from './contract.ts'

/** `upstreamId` is null where the address alone says whose answer it is. */
export type Sender = { kind: ConnectionKind; upstreamId: string | null }

/**
 * Whom an answer says it is from that no request of ours asked for (saml-profiles-2.0 §4.1.5, or a token of a customer's
 * page). Null when it answers a request, or cannot be read; OpenID providers have no such answers. Nothing of it is
 * verified.
 */
export function readUnsolicited(parameters: URLSearchParams): Sender | null {
  if (parameters.has('sso_jwt') && !parameters.has('RelayState')) return { kind: 'jwt', upstreamId: null }
  const message = parameters.get('SAMLResponse')
  const read = message === null ? null : readIssuer(message)
  if (!read?.issuer || read.inResponseTo !== undefined) return null
  return { kind: 'saml', upstreamId: read.issuer }
}
