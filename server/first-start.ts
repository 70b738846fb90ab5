import type { Actor } from '#lib/base/actor.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { ensureFirstOwner } from '#lib/members/ensure-first-owner.ts'
import { ensureDefaultOrganization } from '#lib/organizations/resolve-organization.ts'
import { findConnections } from '#lib/store/connections.ts'
import { findTenant } from '#lib/store/tenants.ts'
import { createTenant } from '#lib/tenants/create-tenant.ts'
import { loadTestIdp } from '#lib/testing/answer-test-idp.ts'
import { renderTestIdpMetadata } from '#lib/testing/idp/test-idp.ts'
import type { ServerHouse } from './house.ts'

export type FirstStart = {
  account: { email: string; generatedPassword: string | null } | null
  demo: boolean
}

/** Makes what must exist: the default organization, its first owner and, where asked for, the demo. Safe to repeat. */
export async function prepareFirstStart(house: ServerHouse): Promise<FirstStart> {
  const organization = await ensureDefaultOrganization(house)
  const account = await ensureFirstOwner(house, organization.id)
  if (house.config.demo) await ensureDemo(house, organization.id)
  return { account, demo: house.config.demo }
}

/** Tenant, product and connection with which a newcomer tries a sign-in; see lib/testing. */
const demo = { tenant: 'acme', tenantName: 'Acme', product: 'demo' }

async function ensureDemo(house: ServerHouse, organizationId: string): Promise<void> {
  const actor: Actor = {
    type: 'system',
    id: 'demo',
    name: 'Demo',
    role: 'owner',
    organizationId,
    address: '',
    requestId: '',
  }
  const issuer = house.config.publicUrl
  if (!(await findTenant(house.db, organizationId, demo.tenant))) {
    await createTenant(house, actor, { slug: demo.tenant, name: demo.tenantName })
  }
  const tenant = (await findTenant(house.db, organizationId, demo.tenant))!
  const idp = await loadTestIdp(house, { id: organizationId, issuer }, tenant)
  const known = await findConnections(house.db, organizationId, {
    tenants: [demo.tenant],
    product: demo.product,
    upstreamId: idp.entityId,
  })
  if (known.length > 0) return
  await createConnection(house, actor, {
    kind: 'saml',
    tenant: demo.tenant,
    product: demo.product,
    metadata: { xml: renderTestIdpMetadata(idp) },
    fields: {
      name: 'Test identity provider',
      description: 'Signs in anyone as anyone, for trying things out',
      defaultRedirectUrl: `${issuer}/demo/callback`,
      redirectUrls: [`${issuer}/demo/callback`],
    },
  })
}
