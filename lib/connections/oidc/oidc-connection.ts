import type { Check } from '../../base/check.ts'
import { sha256 } from '../../base/encoding.ts'
import { VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import { mintAuthorizationRequest, type SentRequest } from '../../oidc/authorization-request.ts'
import { explainOidcCause, type OidcCause } from '../../oidc/causes.ts'
import { type VerifiedAnswer, verifyAnswer } from '../../oidc/verify-answer.ts'
import { type ConnectionRecord, findConnections } from '../../store/connections.ts'
import type { ConnectionRequest } from '../connection-request.ts'
import type {
  ConnectionType,
  FinishInput,
  FinishOutcome,
  StartInput,
  StartOutcome,
  UpstreamSession,
} from '../contract.ts'
import { needsEmail } from '../needs-email.ts'
import { friendlyProviderName, providerHost, providerName } from '../provider-name.ts'
import { openUpstreamSecret, upstreamSecretMask } from '../upstream-secret.ts'
import { mapClaims } from './map-claims.ts'
import { loadProvider, loadProviderSource, type OidcUpstream, upstreamIdOf, upstreamOf } from './upstream.ts'

/** A connection to an OpenID provider (OpenID Connect Core 1.0, code flow §3.1). */
export const oidcConnection: ConnectionType = {
  start,
  finish,
  checkComplete,
  findSame: async (house, actor, { tenant, product, provider }) => {
    const rows = await findConnections(house.db, actor.organizationId, {
      tenants: [tenant!],
      product,
      kind: 'oidc',
    })
    return rows.find((row) => upstreamOf(row).clientId === provider?.clientId) ?? null
  },
  loadUpstream: async (house, _actor, { provider: said }, before) => {
    const known = before && upstreamOf(before)
    if (known && said?.clientId && said.clientId !== known.clientId)
      throw refuse('Tenant/Product config mismatch with OIDC Provider metadata', 'oidcClientId')
    const secret = said?.clientSecret
    if (!said?.source) return { secret }
    const clientId = (known?.clientId ?? said.clientId)!
    const upstream: OidcUpstream = { clientId, ...(await loadProviderSource(house, said.source)) }
    return { described: { upstreamId: upstreamIdOf(upstream), upstream, metadataUrl: null }, secret }
  },
  mintSecret: () => null,
  view: (row) => {
    const { provider, clientId, discoveryUrl } = upstreamOf(row)
    return {
      oidcProvider: {
        provider: providerHost(provider.issuer),
        friendlyProviderName: friendlyProviderName(provider.issuer),
        issuer: provider.issuer,
        ...(discoveryUrl === null ? { metadata: provider } : { discoveryUrl }),
        clientId,
        clientSecret: upstreamSecretMask,
      },
    }
  },
  audit: (row) => {
    const { provider, clientId, discoveryUrl } = upstreamOf(row)
    return { issuer: provider.issuer, oidcClientId: clientId, oidcDiscoveryUrl: discoveryUrl }
  },
  readClaims(claims, attributeMap) {
    if (typeof claims.sub !== 'string' && !attributeMap?.id) return null
    const profile = mapClaims(claims, attributeMap)
    return { profile, subject: typeof claims.sub === 'string' ? claims.sub : profile.id }
  },
  certificates: () => [],
  answersAtSharedAddress: ({ ownAcs }) => !ownAcs,
}

/**
 * Where an OpenID provider sends the browser back to: the connection's own address, or the shared one where the
 * connection came through the API of the dialect. With an address of its own no answer of one provider can be taken to
 * another (mix-up, RFC 9700 §4.4.2.2), which at the shared one only `iss` prevents.
 */
export function redirectUriOf(
  issuer: string,
  { ownAcs, clientId }: Pick<ConnectionRecord, 'ownAcs' | 'clientId'>,
): string {
  return ownAcs ? `${issuer}/api/oauth/oidc/${clientId}` : `${issuer}/api/oauth/oidc`
}

/** What a new connection cannot do without, in the order and words of the dialect. */
function checkComplete({ provider }: ConnectionRequest): void {
  if (!provider?.clientId) throw refuse('Please provide the clientId from OpenID Provider', 'oidcClientId')
  if (!provider.clientSecret)
    throw refuse('Please provide the clientSecret from OpenID Provider', 'oidcClientSecret')
  if (!provider.source)
    throw refuse(
      'Please provide the discoveryUrl or issuer metadata for the OpenID Provider',
      'oidcDiscoveryUrl',
    )
}

async function start(house: House, input: StartInput): Promise<StartOutcome> {
  const { connection, issuer, relayState, forceAuthn, loginHint } = input
  const { provider } = await loadProvider(house, connection)
  const { clientId } = upstreamOf(connection)
  const { url, sent } = mintAuthorizationRequest(
    {
      provider,
      clientId,
      redirectUri: redirectUriOf(issuer, connection),
      state: relayState,
      fresh: forceAuthn,
      loginHint,
    },
    { now: house.clock.now(), random: house.random },
  )
  return { kind: 'redirect', url, upstreamState: JSON.stringify(sent) }
}

/** Judges the answer the browser brought back, and reads the person out of the tokens it leads to. */
async function finish(house: House, input: FinishInput): Promise<FinishOutcome> {
  const { connection, issuer, parameters, upstreamState } = input
  const { provider, movedTo } = await loadProvider(house, connection)
  const { clientId } = upstreamOf(connection)
  const clientSecret = openUpstreamSecret(house, connection)
  const name = providerName(connection.upstreamId)
  const told = (cause: OidcCause, expected?: string, received?: string) =>
    explainOidcCause(cause, { provider: name, expected, received })
  // Without what `start` left there is no nonce and no verifier, and so nothing an answer could fit.
  if (upstreamState === null)
    return refuseUnread(told('oidc_unsolicited'), 'oidc_unsolicited', { name: 'Request' })
  if (movedTo !== null) {
    const seen = { expected: provider.issuer, received: movedTo }
    const sentence = told('oidc_provider_changed', seen.expected, seen.received)
    return refuseUnread(sentence, 'oidc_provider_changed', { name: 'Discovery', ...seen })
  }
  const verdict = await verifyAnswer(parameters, {
    provider,
    clientId,
    clientSecret,
    redirectUri: redirectUriOf(issuer, connection),
    sent: JSON.parse(upstreamState) as SentRequest,
    now: house.clock.now(),
    keys: {
      load: () => house.documents.load(connection.id, provider.jwks_uri),
      refresh: () => house.documents.refresh(connection.id, provider.jwks_uri),
    },
    fetch: house.fetch,
  })
  // A provider that quotes our secret in an error must not bring it into a trace.
  const checks = verdict.checks.map((check) => ({
    ...check,
    ...(check.received !== undefined && {
      received: check.received.replaceAll(clientSecret, upstreamSecretMask),
    }),
  }))
  if (!verdict.ok) {
    const { expected, received } = checks.at(-1)!
    const sentence = told(verdict.cause, expected, received)
    return { ok: false, checks, cause: verdict.cause, sentence, received: describeClaims(verdict.claims) }
  }
  const { answer } = verdict
  const profile = mapClaims(answer.claims, connection.attributeMap as AttributeMap | null)
  const identified = {
    name: 'E-mail address',
    ok: profile.email !== null || !needsEmail(connection),
    received: profile.email ?? undefined,
  }
  if (!identified.ok) {
    return {
      ok: false,
      checks: [
        ...checks,
        { ...identified, expected: 'a claim "email"', received: Object.keys(answer.claims).join(', ') },
      ],
      cause: 'profile_email_missing',
      sentence: `${name} sent no e-mail address. Have it put the claim "email" into the ID token or userinfo, give the person an address there, or map the claim it sends.`,
      received: describeClaims(answer.claims),
    }
  }
  return {
    ok: true,
    checks: [...checks, identified],
    profile,
    once: { hash: sha256(answer.onceId), expiresAt: answer.expiresAt },
    upstreamSession: describeSession(answer),
    amr: answer.amr,
    acr: answer.acr,
    authenticatedAt: answer.authenticatedAt ?? house.clock.now(),
    sessionNotOnOrAfterAt: null,
  }
}

/** A refusal before the answer was looked at. */
function refuseUnread(sentence: string, cause: OidcCause, check: Omit<Check, 'ok'>): FinishOutcome {
  return { ok: false, checks: [{ ...check, ok: false }], cause, sentence, received: null }
}

function describeSession({ subject, sessionId }: VerifiedAnswer): UpstreamSession {
  return { subject, details: sessionId === null ? {} : { sid: sessionId } }
}

/** What the ID token said, for the admin who looks at the trace: its claims, never the token. */
function describeClaims(claims: Record<string, unknown> | null): string | null {
  return claims && JSON.stringify(claims, null, 2)
}

function refuse(message: string, path: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path, message }] })
}
