import { type Clock, secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintId, mintToken, systemRandom } from '../base/ids.ts'
import type { Db } from '../store/db.ts'

/** Rows as a sign-in leaves them, for tests of what comes after it. */
export type SignedInParts = { db: Db; clock: Clock }

/** A tenant with a SAML connection and a product, made once. */
export async function furnishTenant(
  { db }: SignedInParts,
  organizationId: string,
  slug: string,
): Promise<{ tenantId: string; connectionId: string; productId: string }> {
  const names = { organizationId, slug }
  const product = await db.product.upsert({
    where: { organizationId_slug: { organizationId, slug: 'crm' } },
    create: { id: `prd_crm_${organizationId}`, organizationId, slug: 'crm' },
    update: {},
  })
  const tenant = await db.tenant.create({
    data: { id: `ten_${slug}_${organizationId}`, ...names, name: `Tenant ${slug}` },
  })
  const connection = await db.connection.create({
    data: {
      id: `con_${slug}_${organizationId}`,
      organizationId,
      tenantId: tenant.id,
      productId: product.id,
      kind: 'saml',
      clientId: `client-${slug}-${organizationId}`,
      clientSecretSealed: 'v1.x.y',
      name: `Okta of ${slug}`,
      defaultRedirectUrl: 'https://app.acme.example/cb',
      redirectUrls: ['https://app.acme.example/*'],
      upstreamId: `https://idp.${slug}.example`,
      upstream: { entityId: `https://idp.${slug}.example`, certificates: [] },
    },
  })
  return { tenantId: tenant.id, connectionId: connection.id, productId: product.id }
}

/** An application; with `backchannelLogoutUrl` one that wants to hear of logouts. */
export async function furnishApplication(
  { db }: SignedInParts,
  more: {
    organizationId: string
    productId: string
    clientId: string
    name?: string
    postLogoutRedirectUrls?: string[]
    backchannelLogoutUrl?: string
  },
): Promise<string> {
  const { id } = await db.application.create({
    data: {
      id: `app_${more.clientId}`,
      name: more.clientId,
      type: 'confidential',
      redirectUrls: ['https://app.acme.example/cb'],
      tokenEndpointAuthMethod: 'client_secret_basic',
      ...more,
    },
  })
  return id
}

/** A session of the tenant, and the value of the cookie that names it. */
export async function furnishSession(
  { db, clock }: SignedInParts,
  more: {
    organizationId: string
    tenantId: string
    connectionId?: string
    userId?: string
    subject?: string
    email?: string
    upstreamSubject?: string
    upstream?: Record<string, string>
    seconds?: number
  },
): Promise<{ id: string; cookie: string }> {
  const now = clock.now()
  const { email = 'ada@acme.example', seconds = 86_400, ...given } = more
  const cookie = mintToken(systemRandom)
  const { id } = await db.session.create({
    data: {
      id: mintId('sid', now, systemRandom),
      cookieHash: sha256(cookie),
      subject: 'subject-of-ada',
      profile: { id: 'ada', email, firstName: 'Ada', lastName: 'Lovelace' },
      amr: ['pwd'],
      authenticatedAt: now,
      address: '192.0.2.7',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
      createdAt: now,
      lastSeenAt: now,
      expiresAt: secondsAfter(now, seconds),
      ...given,
    },
  })
  return { id, cookie }
}

/** What an application was granted in a session, with one live access token. */
export async function furnishGrant(
  { db, clock }: SignedInParts,
  more: {
    organizationId: string
    sessionId: string
    userId?: string
    applicationId?: string
    connectionId?: string
    clientId: string
    scope?: string
    subject?: string
  },
): Promise<{ id: string; accessTokenHash: string }> {
  const now = clock.now()
  const accessTokenHash = sha256(mintToken(systemRandom))
  const { id } = await db.grant.create({
    data: {
      id: mintId('grt', now, systemRandom),
      traceId: 'trc_1',
      redirectUri: 'https://app.acme.example/cb',
      scope: 'openid',
      subject: 'subject-of-ada',
      profile: {},
      requested: {},
      authenticatedAt: now,
      expiresAt: secondsAfter(now, 3600),
      accessTokens: { create: { tokenHash: accessTokenHash, expiresAt: secondsAfter(now, 300) } },
      ...more,
    },
  })
  return { id, accessTokenHash }
}
