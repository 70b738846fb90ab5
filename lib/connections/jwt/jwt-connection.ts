import type { Actor } from '../../base/actor.ts'
import { secondsAfter } from '../../base/clock.ts'
import { sha256 } from '../../base/encoding.ts'
import { VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import { explainJwtCause } from '../../jwt-sso/causes.ts'
import { canCarry, ssoRequestUrl } from '../../jwt-sso/return-url.ts'
import { verifySsoToken } from '../../jwt-sso/verify-sso-token.ts'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import { type ConnectionRecord, findConnections } from '../../store/connections.ts'
import { loadSigningTerms, type SigningSecret, touchJwtSecret } from '../../store/jwt-secrets.ts'
import { loadOrganization } from '../../store/organizations.ts'
import type { ConnectionRequest } from '../connection-request.ts'
import type { ConnectionType, FinishInput, FinishOutcome, StartInput, StartOutcome } from '../contract.ts'
import { mintJwtSecret, openJwtSecret } from './jwt-secret.ts'
import { checkAudience, checkSsoUrl, type JwtUpstream, jwtUpstreamOf, refuse } from './jwt-upstream.ts'
import { mapPayload, subjectOf, toPerson } from './map-payload.ts'

/**
 * A connection to a login page of the customer's own, which hands people over with a signed JWT. What it signs with is a
 * secret of this connection; the form of its tokens is owned by lib/jwt-sso.
 */
export const jwtConnection: ConnectionType = {
  start,
  finish,
  checkComplete,
  findSame,
  loadUpstream: async (house, actor, request, before) => {
    const { page } = request
    if (page?.ssoUrl === undefined && page?.audience === undefined) return {}
    const same = before ?? (await findSame(house, actor, request))
    const known = same && jwtUpstreamOf(same)
    const upstream: JwtUpstream = {
      ssoUrl: page.ssoUrl ?? known!.ssoUrl,
      audience:
        page.audience ?? known?.audience ?? (await loadOrganization(house.db, actor.organizationId)).host,
    }
    checkSsoUrl(upstream.ssoUrl)
    checkAudience(upstream.audience)
    return { described: { upstreamId: upstream.ssoUrl, upstream, metadataUrl: null } }
  },
  mintSecret: mintJwtSecret,
  view: (row) => ({ jwt: { ...jwtUpstreamOf(row) } }),
  audit: (row) => ({ ...jwtUpstreamOf(row) }),
  readClaims(claims, attributeMap) {
    const data = toPerson(claims)
    if (!data) return null
    const { profile } = mapPayload({ data }, Object.keys(data.tags), attributeMap)
    return { profile, subject: subjectOf({ data }) }
  },
  certificates: () => [],
  answersAtSharedAddress: () => true,
}

async function findSame(
  house: Pick<House, 'db'>,
  { organizationId }: Actor,
  { tenant, product, page }: ConnectionRequest,
): Promise<ConnectionRecord | null> {
  const filter = { tenants: [tenant!], product, kind: 'jwt', upstreamId: page?.ssoUrl }
  const [row] = await findConnections(house.db, organizationId, filter)
  return row ?? null
}

/** What a new connection cannot do without. */
function checkComplete({ page }: ConnectionRequest): void {
  if (page?.ssoUrl === undefined)
    throw refuse('ssoUrl', 'is missing: the address of the customer’s login page')
}

/** The relay state is part of the path the person is to come back to (`app/i`); what the application wants to see again goes along. */
async function start(
  _house: House,
  { connection, relayState, returnToParams: params }: StartInput,
): Promise<StartOutcome> {
  if (params !== null && !canCarry(params))
    throw new VestibuleError(
      'invalid_request',
      'return_to_params cannot be handed on: it holds a fragment, control characters or sso_jwt, or is too long.',
    )
  const { ssoUrl } = jwtUpstreamOf(connection)
  return { kind: 'redirect', url: ssoRequestUrl(ssoUrl, { path: `i/${relayState}`, params }) }
}

/** Judges the token the browser brought, and reads the person out of it. */
async function finish(house: House, { connection, parameters }: FinishInput): Promise<FinishOutcome> {
  const tokens = parameters.getAll('sso_jwt')
  if (tokens.length > 1) return refuseRepeated(tokens.length)
  const { organizationId } = connection
  const { secrets, tagCategories } = await loadSigningTerms(house.db, connection.id)
  const now = house.clock.now()
  const [token = ''] = tokens
  const verdict = await verifySsoToken(token, {
    secrets: secrets.map((row) => ({ id: row.id, secret: openJwtSecret(house, organizationId, row) })),
    audience: jwtUpstreamOf(connection).audience,
    now,
  })
  if (!verdict.ok) {
    const { cause, sentence, checks, claims } = verdict
    return { ok: false, cause, sentence, checks, received: claims && JSON.stringify(claims, null, 2) }
  }
  const { payload, secretId, checks } = verdict
  await touchJwtSecret(house.db, secrets.find(({ id }) => id === secretId) as SigningSecret, now)
  const map = connection.attributeMap as AttributeMap | null
  const { profile, leftOut } = mapPayload(payload, tagCategories, map)
  const left = leftOut.length > 0 ? [describeLeftOut(leftOut, tagCategories)] : []
  return {
    ok: true,
    checks: [...checks, ...left],
    profile,
    // Until it is refused for its age.
    once: { hash: sha256(token), expiresAt: secondsAfter(new Date(payload.exp * 1000), 1) },
    authenticatedAt: new Date(payload.iat * 1000),
    upstreamSession: { subject: subjectOf(payload), details: {} },
    amr: [],
    acr: null,
    sessionNotOnOrAfterAt: null,
  }
}

function refuseRepeated(count: number): FinishOutcome {
  const seen = { expected: 'once', received: `${count} times` }
  const sentence = explainJwtCause('jwt_repeated', seen)
  return {
    ok: false,
    cause: 'jwt_repeated',
    sentence,
    checks: [{ name: 'Token', ok: false, ...seen }],
    received: null,
  }
}

/** Nobody is refused for it; an admin may wonder where a tag has gone. */
function describeLeftOut(names: string[], categories: string[]) {
  return {
    name: 'Tag categories of the tenant',
    ok: true,
    expected: categories.join(', ') || 'none',
    received: `left out: ${names.join(', ').slice(0, 300)}`,
  }
}
