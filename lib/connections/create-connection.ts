import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { IdpMetadata } from '../saml/metadata.ts'
import { findConnections, insertConnection, updateConnectionRecord } from '../store/connections.ts'
import { isUniqueViolation } from '../store/db.ts'
import { ensureProduct } from '../store/products.ts'
import { ensureTenant } from '../store/tenants.ts'
import { auditableConnection } from './auditable-connection.ts'
import { sealClientSecret } from './client-secret.ts'
import { toChange } from './connection-change.ts'
import { type ConnectionRequest, checkComplete } from './connection-request.ts'
import { loadMetadata } from './load-metadata.ts'
import { type ConnectionView, viewConnection } from './view-connection.ts'

/** For a connection whose requests name its own ACS address: the clientID that address was made of. */
export type OwnAddress = { clientId: string }

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'fetch'>

/**
 * Makes a connection, with its tenant and product where they do not exist yet. The same tenant, product and
 * entityID again update the connection and keep its clientID and clientSecret. Throws `validation_failed`.
 */
export async function createConnection(
  house: Parts,
  actor: Actor,
  request: ConnectionRequest,
  own?: OwnAddress,
): Promise<ConnectionView> {
  checkRole(actor, 'admin')
  checkComplete(request)
  const { metadata, metadataUrl } = await loadMetadata(house, request.metadata)
  const existing = await findExisting(house, actor, request.tenant, request.product, metadata)
  if (existing) return updateExisting(house, actor, existing.clientId, request, metadata, metadataUrl)
  try {
    return await insertNew(house, actor, request, metadata, metadataUrl, own)
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown
    const winner = await findExisting(house, actor, request.tenant, request.product, metadata)
    if (!winner) throw thrown
    return updateExisting(house, actor, winner.clientId, request, metadata, metadataUrl)
  }
}

async function findExisting(
  house: Parts,
  actor: Actor,
  tenant: string,
  product: string,
  metadata: IdpMetadata,
) {
  const filter = { tenants: [tenant], product, kind: 'saml', upstreamId: metadata.entityId }
  const [row] = await findConnections(house.db, actor.organizationId, filter, { limit: 1 })
  return row ?? null
}

async function insertNew(
  house: Parts,
  actor: Actor,
  request: ConnectionRequest & {
    tenant: string
    product: string
    fields: { defaultRedirectUrl: string; redirectUrls: string[] }
  },
  metadata: IdpMetadata,
  metadataUrl: string | null,
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
  await insertConnection(house.db, {
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
    upstreamId: metadata.entityId,
    upstream: metadata,
    metadataUrl,
  })
  return loadAndRecord(house, actor, clientId, 'connection.created')
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

async function updateExisting(
  house: Parts,
  actor: Actor,
  clientId: string,
  request: ConnectionRequest,
  metadata: IdpMetadata,
  metadataUrl: string | null,
): Promise<ConnectionView> {
  const [before] = await findConnections(house.db, actor.organizationId, { clientId })
  const change = { ...toChange(request.fields), upstream: metadata, metadataUrl }
  await updateConnectionRecord(house.db, actor.organizationId, before!.id, change)
  return loadAndRecord(house, actor, clientId, 'connection.updated', auditableConnection(before!))
}

async function loadAndRecord(
  house: Parts,
  actor: Actor,
  clientId: string,
  action: string,
  before?: ReturnType<typeof auditableConnection>,
): Promise<ConnectionView> {
  const [row] = await findConnections(house.db, actor.organizationId, { clientId })
  await recordAuditEvent(house, actor, {
    action,
    target: { type: 'connection', id: row!.id, name: row!.name ?? row!.upstreamId },
    tenant: row!.tenant,
    before,
    after: auditableConnection(row!),
  })
  return viewConnection(house, row!)
}
