import type { House } from '../../house.ts'
import { type LogoutStatus, mintLogoutRequest, mintLogoutResponse } from '../../saml/logout-message.ts'
import type { IdpMetadata } from '../../saml/metadata.ts'
import type { NameId } from '../../saml/name-id.ts'
import { type MessageField, sendByPost, sendByRedirect } from '../../saml/send-message.ts'
import {
  type LogoutDelivery,
  type LogoutExpectation,
  type LogoutVerdict,
  type VerifiedLogoutRequest,
  type VerifiedLogoutResponse,
  verifyLogoutRequest,
  verifyLogoutResponse,
} from '../../saml/verify-logout.ts'
import type { ConnectionRecord } from '../../store/connections.ts'
import type { UpstreamSession } from '../contract.ts'
import { describeForConnection } from './service-provider.ts'

/** How the browser carries a logout message to the identity provider. */
export type LogoutSending =
  | { kind: 'redirect'; url: string }
  | { kind: 'post'; url: string; fields: Record<string, string> }

type Party = { connection: ConnectionRecord; issuer: string }

/** Whether the identity provider takes part in single logout: without an address there it cannot be asked. */
export function hasSingleLogout({ kind, upstream }: Pick<ConnectionRecord, 'kind' | 'upstream'>): boolean {
  const { sloRedirectUrl, sloPostUrl } = upstream as Partial<IdpMetadata>
  return kind === 'saml' && (sloRedirectUrl ?? sloPostUrl) !== undefined
}

/** A signed LogoutRequest for a person's sessions at the identity provider (saml-profiles-2.0 §4.4.3.1). */
export function sendLogoutRequest(
  house: House,
  { connection, issuer }: Party,
  input: { id: string; nameId: NameId; sessionIndexes: string[]; relayState: string },
): Promise<LogoutSending> {
  const idp = connection.upstream as IdpMetadata
  const to = { redirect: idp.sloRedirectUrl, post: idp.sloPostUrl }
  return send(house, { connection, issuer }, 'SAMLRequest', to, input.relayState, (envelope) =>
    mintLogoutRequest({ ...envelope, ...input }),
  )
}

/** Our signed answer to one of the identity provider (saml-profiles-2.0 §4.4.3.4). */
export function sendLogoutResponse(
  house: House,
  { connection, issuer }: Party,
  input: { id: string; inResponseTo: string; status: LogoutStatus; relayState: string },
): Promise<LogoutSending> {
  const idp = connection.upstream as IdpMetadata
  const to = {
    redirect: idp.sloRedirectUrl && (idp.sloRedirectResponseUrl ?? idp.sloRedirectUrl),
    post: idp.sloPostUrl && (idp.sloPostResponseUrl ?? idp.sloPostUrl),
  }
  return send(house, { connection, issuer }, 'SAMLResponse', to, input.relayState, (envelope) =>
    mintLogoutResponse({ ...envelope, ...input }),
  )
}

/** A redirect where the identity provider takes one: it also works inside the frame many of them log out in. */
async function send(
  house: House,
  { connection, issuer }: Party,
  field: MessageField,
  to: { redirect?: string; post?: string },
  relayState: string,
  mint: (envelope: { issuer: string; destination: string; issuedAt: Date }) => string,
): Promise<LogoutSending> {
  const destination = (to.redirect ?? to.post)!
  const provider = describeForConnection(house.config, issuer, connection)
  const xml = mint({ issuer: provider.entityId, destination, issuedAt: house.clock.now() })
  const [key] = await house.keys.load(connection.organizationId, 'saml')
  const sending = { xml, field, destination, relayState, signingKey: key!.privateKey }
  if (to.redirect) return { kind: 'redirect', url: sendByRedirect(sending) }
  return { kind: 'post', ...sendByPost({ ...sending, certificate: key!.certificate! }) }
}

/** Judges a LogoutRequest as one of this connection's identity provider. */
export async function judgeLogoutRequest(
  house: House,
  party: Party,
  delivery: LogoutDelivery,
): Promise<LogoutVerdict<VerifiedLogoutRequest>> {
  return verifyLogoutRequest(delivery, await expectationOf(house, party))
}

/** Judges its LogoutResponse to our request of that id. */
export async function judgeLogoutResponse(
  house: House,
  party: Party,
  delivery: LogoutDelivery,
  requestId: string,
): Promise<LogoutVerdict<VerifiedLogoutResponse>> {
  return verifyLogoutResponse(delivery, { ...(await expectationOf(house, party)), requestId })
}

async function expectationOf(
  house: House,
  { connection, issuer }: Party,
): Promise<Omit<LogoutExpectation, 'requestId'>> {
  const idp = connection.upstream as IdpMetadata
  const keys = await house.keys.load(connection.organizationId, 'saml')
  return {
    idpEntityId: idp.entityId,
    certificates: idp.certificates,
    logoutUrls: describeForConnection(house.config, issuer, connection).acceptedLogoutUrls,
    now: house.clock.now(),
    decryptionKeys: keys.map((key) => key.privateKey),
    allowLegacyEncryption: connection.allowLegacyEncryption,
  }
}

/** The name identifier of a person's session, as their assertion had it. */
export function nameIdOf({ subject, details }: UpstreamSession): NameId {
  const { format, nameQualifier, spNameQualifier } = details
  return { value: subject, format, nameQualifier, spNameQualifier }
}
