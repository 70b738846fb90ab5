import type { Actor } from '#lib/base/actor.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { ensureFirstOwner } from '#lib/members/ensure-first-owner.ts'
import { ensureDefaultOrganization } from '#lib/organizations/resolve-organization.ts'
import { findConnections } from '#lib/store/connections.ts'
import { findTenant } from '#lib/store/tenants.ts'
import { createTenant } from '#lib/tenants/create-tenant.ts'
import { loadTestIdp } from '#lib/testing/answer-test-idp.ts'
import { demoProduct, demoTenant } from '#lib/testing/demo/demo-application.ts'
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
  if (!(await findTenant(house.db, organizationId, demoTenant))) {
    // Another instance that starts at the same moment may have made it meanwhile.
    await createTenant(house, actor, { slug: demoTenant, name: 'Acme' }).catch((thrown) => {
      if (!isVestibuleError(thrown) || thrown.code !== 'conflict') throw thrown
    })
  }
  const tenant = (await findTenant(house.db, organizationId, demoTenant))!
  const idp = await loadTestIdp(house, { id: organizationId, issuer }, tenant)
  const known = await findConnections(house.db, organizationId, {
    tenants: [demoTenant],
    product: demoProduct,
    upstreamId: idp.entityId,
  })
  if (known.length > 0) return
  await createConnection(house, actor, {
    kind: 'saml',
    tenant: demoTenant,
    product: demoProduct,
    metadata: { xml: renderTestIdpMetadata(idp) },
    fields: {
      name: 'Test identity provider',
      description: 'Signs in anyone as anyone, for trying things out',
      defaultRedirectUrl: `${issuer}/demo/callback`,
      redirectUrls: [`${issuer}/demo/callback`],
    },
  })
}
