import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { insertConnection } from '../store/connections.ts'
import { isUniqueViolation } from '../store/db.ts'
import { ensureProduct } from '../store/products.ts'
import { ensureTenant } from '../store/tenants.ts'
import { applyChange } from './apply-change.ts'
import { auditableConnection } from './auditable-connection.ts'
import { sealClientSecret } from './client-secret.ts'
import { toChange } from './connection-change.ts'
import { type ConnectionRequest, checkComplete } from './connection-request.ts'
import type { LoadedUpstream } from './contract.ts'
import { loadConnectionRecord } from './load-connection.ts'
import { connectionTypes } from './registry.ts'
import { sealUpstreamSecret } from './upstream-secret.ts'
import { type ConnectionView, viewConnection } from './view-connection.ts'

/** For a connection whose requests name its own ACS address or redirect URI: the clientID that address was made of. */
export type OwnAddress = { clientId: string }

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'fetch'>

/**
 * Makes a connection, with its tenant and product where they do not exist yet. The same tenant, product and upstream
 * (SAML: its entityID, OIDC: our client there, JWT: its SSO URL) again update the connection and keep its clientID and clientSecret.
 * Throws `validation_failed`.
 */
export async function createConnection(
  house: Parts,
  actor: Actor,
  request: ConnectionRequest,
  own?: OwnAddress,
): Promise<ConnectionView> {
  checkRole(actor, 'admin')
  const type = connectionTypes[request.kind]
  type.checkComplete(request)
  checkComplete(request)
  const { fields } = request
  const loaded = await type.loadUpstream(house, actor, request, null)
  const existing = await type.findSame(house, actor, request, loaded)
  if (existing) return viewConnection(house, await applyChange(house, actor, existing, { fields, loaded }))
  try {
    return await insertNew(house, actor, request, loaded, own)
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown
    const winner = await type.findSame(house, actor, request, loaded)
    if (!winner) throw thrown
    return viewConnection(house, await applyChange(house, actor, winner, { fields, loaded }))
  }
}

async function insertNew(
  house: Parts,
  actor: Actor,
  request: ConnectionRequest & {
    tenant: string
    product: string
    fields: { defaultRedirectUrl: string; redirectUrls: string[] }
  },
  { described, secret }: LoadedUpstream,
  own: OwnAddress | undefined,
): Promise<ConnectionView> {
  const { organizationId } = actor
  const now = house.clock.now()
  const tenant = await ensureTenant(house.db, {
    id: mintId('ten', now, house.random),
    organizationId,
    slug: request.tenant,
    name: request.tenant,
  })
  const product = await ensureProduct(house.db, {
    id: mintId('prd', now, house.random),
    organizationId,
    slug: request.product,
  })
  const id = mintId('con', now, house.random)
  const clientId = own?.clientId ?? mintClientId(house)
  const minted = connectionTypes[request.kind].mintSecret(house, { id, organizationId })
  const connection = {
    ...blank,
    ...toChange(request.fields),
    id,
    organizationId,
    tenantId: tenant.id,
    productId: product.id,
    kind: request.kind,
    clientId,
    clientSecretSealed: sealClientSecret(house, { id, organizationId }, mintToken(house.random, 32)),
    defaultRedirectUrl: request.fields.defaultRedirectUrl,
    redirectUrls: request.fields.redirectUrls,
    ownAcs: own !== undefined,
    ...described!,
    upstreamSecretSealed:
      secret === undefined ? null : sealUpstreamSecret(house, { id, organizationId }, secret),
  }
  await insertConnection(house.db, connection, minted?.row)
  const row = await loadConnectionRecord(house, organizationId, clientId)
  await recordAuditEvent(house, actor, {
    action: 'connection.created',
    target: { type: 'connection', id: row.id, name: row.name ?? row.upstreamId },
    tenant: row.tenant,
    after: auditableConnection(row),
  })
  return tellSecret(viewConnection(house, row), minted?.secret)
}

/** Shown now and never again. */
function tellSecret(view: ConnectionView, secret: string | undefined): ConnectionView {
  return view.jwt && secret !== undefined ? { ...view, jwt: { ...view.jwt, secret } } : view
}

/** A clientID that no connection has yet: the portal shows the ACS address made of it before the connection exists. */
export function mintClientId(house: Pick<House, 'random'>): string {
  return mintToken(house.random, 20)
}

/** What a connection is when nothing was said. */
const blank = {
  name: null,
  label: null,
  description: null,
  forceAuthn: false,
  identifierFormat: null,
  sortOrder: null,
  acsUrlOverride: null,
  samlAudienceOverride: null,
  active: true,
  provisioning: 'passthrough',
  trustEmail: false,
  allowUnsolicited: false,
  allowLegacyEncryption: false,
}
