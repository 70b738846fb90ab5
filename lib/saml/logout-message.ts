import { secondsAfter } from '#lib/base/clock.ts'
import { type NameId, writeNameId } from './name-id.ts'
import { maxAgeSeconds } from './response-reading.ts'
import { checkMessageId, escapeXml, writeAttributes } from './write-xml.ts'
import { protocolNamespace, samlNamespace } from './xml-tree.ts'

/** How a logout went: everywhere, or here while somebody could not be told (SAML core §3.7.3.2). */
export type LogoutStatus = 'Success' | 'PartialLogout'

type Envelope = { id: string; issuer: string; destination: string; issuedAt: Date }

const statusCode = (name: string) => `urn:oasis:names:tc:SAML:2.0:status:${name}`

/**
 * The XML of a request to end a person's sessions at the identity provider (SAML core §3.7.1). `id` must be an
 * unguessable NCName; `nameId` is repeated as the assertion had it. Without `sessionIndexes` all sessions are meant.
 */
export function mintLogoutRequest(input: Envelope & { nameId: NameId; sessionIndexes: string[] }): string {
  const end = secondsAfter(input.issuedAt, maxAgeSeconds).toISOString()
  const indexes = input.sessionIndexes.map(
    (index) => `<samlp:SessionIndex>${escapeXml(index)}</samlp:SessionIndex>`,
  )
  const content = `${writeNameId(input.nameId)}${indexes.join('')}`
  return writeMessage('LogoutRequest', input, { NotOnOrAfter: end }, content)
}

/** The XML of our answer to a request of the identity provider (SAML core §3.7.2). */
export function mintLogoutResponse(input: Envelope & { inResponseTo: string; status: LogoutStatus }): string {
  const detail =
    input.status === 'Success'
      ? ''
      : `<samlp:StatusCode${writeAttributes({ Value: statusCode(input.status) })}/>`
  const code = `<samlp:StatusCode${writeAttributes({ Value: statusCode('Success') })}>${detail}</samlp:StatusCode>`
  const content = `<samlp:Status>${code}</samlp:Status>`
  return writeMessage('LogoutResponse', input, { InResponseTo: input.inResponseTo }, content)
}

function writeMessage(
  name: string,
  { id, issuer, destination, issuedAt }: Envelope,
  more: Record<string, string>,
  content: string,
): string {
  checkMessageId(id)
  const attributes = writeAttributes({
    ID: id,
    Version: '2.0',
    IssueInstant: issuedAt.toISOString(),
    Destination: destination,
    ...more,
  })
  return `<samlp:${name} xmlns:samlp="${protocolNamespace}" xmlns:saml="${samlNamespace}"${attributes}><saml:Issuer>${escapeXml(issuer)}</saml:Issuer>${content}</samlp:${name}>`
}
