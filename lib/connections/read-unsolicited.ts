import { readIssuer } from '../saml/verify-response.ts'
import type { ConnectionKind } from './contract.ts'

/**
 * Whom an answer says it is from that no request of ours asked for (saml-profiles-2.0 §4.1.5). Null when it answers a
 * request, or cannot be read; of the kinds of connections only SAML has such answers. Nothing of it is verified.
 */
export function readUnsolicited(
  parameters: URLSearchParams,
): { kind: ConnectionKind; upstreamId: string } | null {
  const message = parameters.get('SAMLResponse')
  const read = message === null ? null : readIssuer(message)
  if (!read?.issuer || read.inResponseTo !== undefined) return null
  return { kind: 'saml', upstreamId: read.issuer }
}
