import { sha256 } from '../../base/encoding.ts'
import { VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import { mintAuthnRequest } from '../../saml/authn-request.ts'
import { explainSamlCause } from '../../saml/causes.ts'
import type { IdpMetadata } from '../../saml/metadata.ts'
import { sendByPost, sendByRedirect } from '../../saml/send-message.ts'
import { type Verdict, type VerifiedAssertion, verifyResponse } from '../../saml/verify-response.ts'
import type { KeyPair } from '../../signing/key-ring.ts'
import { type ConnectionRecord, findConnections } from '../../store/connections.ts'
import type {
  ConnectionType,
  FinishInput,
  FinishOutcome,
  StartInput,
  StartOutcome,
  UpstreamSession,
} from '../contract.ts'
import { loadMetadata } from '../load-metadata.ts'
import { needsEmail } from '../needs-email.ts'
import { providerName } from '../provider-name.ts'
import { mapProfile } from './map-profile.ts'
import { refreshMetadata } from './refresh-metadata.ts'
import { describeForConnection } from './service-provider.ts'
import { settleEntityId } from './settle-entity-id.ts'
import { viewIdpMetadata } from './view-idp-metadata.ts'

/** A connection to a SAML 2.0 identity provider (Web Browser SSO Profile, saml-profiles-2.0 §4.1). */
export const samlConnection: ConnectionType = {
  start,
  finish,
  checkComplete({ metadata }) {
    if (!metadata) throw refuse('Please provide rawMetadata or encodedRawMetadata or metadataUrl')
  },
  async findSame(house, actor, { tenant, product }, { described }) {
    const filter = { tenants: [tenant!], product, kind: 'saml', upstreamId: described?.upstreamId }
    const [row] = await findConnections(house.db, actor.organizationId, filter, { limit: 1 })
    return row ?? null
  },
  async loadUpstream(house, _actor, { metadata: source }, before) {
    if (!source) return {}
    const { metadata, metadataUrl } = await loadMetadata(house, source)
    if (before && !metadataOf(before).entityIdOpen && metadata.entityId !== before.upstreamId)
      throw refuse('Tenant/Product config mismatch with IdP metadata')
    return { described: { upstreamId: metadata.entityId, upstream: metadata, metadataUrl } }
  },
  mintSecret: () => null,
  view: (row) => ({ idpMetadata: viewIdpMetadata(metadataOf(row)) }),
  audit(row) {
    const { entityId, ssoRedirectUrl, ssoPostUrl, certificates } = metadataOf(row)
    return { entityId, ssoUrl: ssoRedirectUrl ?? ssoPostUrl ?? null, certificates: certificates.length }
  },
  readClaims(claims, attributeMap) {
    const { NameID: given, ...others } = claims
    const nameId = given === undefined ? null : { value: [given].flat()[0] ?? '' }
    const attributes = new Map(Object.entries(others).map(([name, value]) => [name, [value].flat()]))
    const profile = mapProfile({ attributes, nameId }, attributeMap)
    return profile && { profile, subject: nameId?.value || profile.id }
  },
  certificates: (row) => metadataOf(row).certificates,
  // A Response names its Destination and Recipient; both addresses are right, and it is held against them.
  answersAtSharedAddress: () => true,
}

function metadataOf({ upstream }: Pick<ConnectionRecord, 'upstream'>): IdpMetadata {
  return upstream as IdpMetadata
}

/** Sends the browser off with a signed AuthnRequest: by redirect where the identity provider takes it, else by POST. */
async function start(house: House, input: StartInput): Promise<StartOutcome> {
  const { connection, issuer, relayState } = input
  const idp = metadataOf(connection)
  const provider = describeForConnection(house.config, issuer, connection)
  const [key] = await house.keys.load(connection.organizationId, 'saml')
  const destination = (idp.ssoRedirectUrl ?? idp.ssoPostUrl)!
  const xml = mintAuthnRequest({
    id: input.upstreamRequestId,
    issuer: provider.entityId,
    destination,
    acsUrl: provider.acsUrl,
    issuedAt: house.clock.now(),
    forceAuthn: input.forceAuthn,
    identifierFormat: connection.identifierFormat ?? undefined,
  })
  const signingKey = key!.privateKey
  if (idp.ssoRedirectUrl)
    return { kind: 'redirect', url: sendByRedirect({ xml, destination, relayState, signingKey }) }
  return {
    kind: 'post',
    ...sendByPost({ xml, destination, relayState, signingKey, certificate: key!.certificate! }),
  }
}

/** Judges the Response the browser brought back, and reads the person out of it. */
async function finish(house: House, input: FinishInput): Promise<FinishOutcome> {
  const { connection } = input
  const message = input.parameters.get('SAMLResponse') ?? ''
  const now = house.clock.now()
  const verdict = await verify(house, input, message, now)
  const idpName = providerName(connection.upstreamId)
  if (!verdict.ok) {
    const { expected, received } = verdict.checks.at(-1) ?? {}
    const sentence = explainSamlCause(verdict.cause, { idp: idpName, expected, received })
    return {
      ok: false,
      checks: verdict.checks,
      cause: verdict.cause,
      sentence,
      received: decodeForTrace(message),
    }
  }
  const { assertion, checks } = verdict
  const profile = mapProfile(assertion, connection.attributeMap as AttributeMap | null)
  const identified = {
    name: 'E-mail address',
    ok: profile !== null && (profile.email !== null || !needsEmail(connection)),
    received: profile?.email ?? undefined,
  }
  if (!profile || !identified.ok) {
    const sent = [...assertion.attributes.keys()].join(', ') || 'no attributes at all'
    return {
      ok: false,
      checks: [...checks, { ...identified, expected: 'an attribute "email"', received: sent }],
      cause: 'profile_email_missing',
      sentence: `${idpName} sent no e-mail address. Add an attribute named "email" to the SAML application at ${idpName}, or map the one it sends.`,
      received: decodeForTrace(message),
    }
  }
  return {
    ok: true,
    checks: [...checks, identified],
    profile,
    once: { hash: sha256(assertion.id), expiresAt: assertion.expiresAt },
    upstreamSession: describeSession(assertion, profile.id),
    amr: [],
    acr: assertion.authnContextClassRef ?? null,
    authenticatedAt: assertion.authnInstant ?? now,
    sessionNotOnOrAfterAt: assertion.sessionNotOnOrAfter ?? null,
  }
}

/** The verdict on an answer; the first good one to a request of ours settles who an identity provider is that nobody could name. */
async function verify(house: House, input: FinishInput, message: string, now: Date): Promise<Verdict> {
  const verdict = await verifyWithNewestKeys(house, input, message, now)
  const upstream = metadataOf(input.connection)
  if (!verdict.ok || !upstream.entityIdOpen || input.upstreamRequestId === null) return verdict
  const entityId = await settleEntityId(house, input.connection, verdict.assertion.issuer)
  if (entityId === verdict.assertion.issuer) return verdict
  const settled = { ...upstream, entityId, entityIdOpen: undefined }
  return verifyWithNewestKeys(
    house,
    { ...input, connection: { ...input.connection, upstream: settled } },
    message,
    now,
  )
}

/** Before an answer is refused for a key that is not known here, what we know of keys is brought up to date: theirs, and ours. */
async function verifyWithNewestKeys(
  house: House,
  { connection, issuer, upstreamRequestId }: FinishInput,
  message: string,
  now: Date,
): Promise<Verdict> {
  const { organizationId, allowLegacyEncryption } = connection
  const provider = describeForConnection(house.config, issuer, connection)
  const judge = (idp: IdpMetadata, keys: KeyPair[]) =>
    verifyResponse(message, {
      // Nothing that nobody asked for may say who the identity provider is.
      idpEntityId: idp.entityIdOpen && upstreamRequestId !== null ? null : idp.entityId,
      certificates: idp.certificates,
      audiences: [provider.entityId],
      acsUrls: provider.acceptedAcsUrls,
      requestId: upstreamRequestId,
      now,
      decryptionKeys: keys.map((key) => key.privateKey),
      allowLegacyEncryption,
    })
  const idp = connection.upstream as IdpMetadata
  let keys = await house.keys.load(organizationId, 'saml')
  let verdict = judge(idp, keys)
  if (!verdict.ok && verdict.cause === 'saml_decryption_failed') {
    keys = await house.keys.reload(organizationId, 'saml')
    verdict = judge(idp, keys)
  }
  const renewed = verdict.ok ? null : await refreshMetadata(house, connection, verdict.cause)
  if (!renewed) return verdict
  const readAgain = { name: 'Metadata', ok: true, received: 'read again, because of an unknown signature' }
  verdict = judge(renewed, keys)
  return { ...verdict, checks: [readAgain, ...verdict.checks] }
}

/** What a LogoutRequest for this person must repeat (saml-core-2.0 §3.7.1). */
function describeSession({ nameId, sessionIndex }: VerifiedAssertion, id: string): UpstreamSession {
  const { format, nameQualifier, spNameQualifier } = nameId ?? {}
  const given = Object.entries({ format, nameQualifier, spNameQualifier, sessionIndex })
  const details = given.filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { subject: nameId?.value ?? id, details: Object.fromEntries(details) }
}

/** The message as text for the admin who looks at the trace; nothing when it is not text. */
function decodeForTrace(message: string): string | null {
  const text = Buffer.from(message.slice(0, 500_000), 'base64').toString('utf8')
  return text.trimStart().startsWith('<') ? text : null
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: '', message }] })
}
