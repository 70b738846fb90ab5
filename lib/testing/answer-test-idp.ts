import { VestibuleError } from '../base/errors.ts'
import { describeServiceProvider } from '../connections/saml/service-provider.ts'
import type { House } from '../house.ts'
import type { Incoming } from '../http/incoming.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'
import { findSsoTerms } from './find-sso-terms.ts'
import { composeTestIdp, respondTestIdp, ssoUrlOf, type TestIdp } from './idp/test-idp.ts'

type Site = { id: string; issuer: string }

/**
 * Answers a request to the test identity provider of a tenant. A tenant marked live has none: whoever reaches its page
 * could sign in as anyone. Throws `not_found`, `forbidden`.
 */
export async function answerTestIdp(
  house: House,
  site: Site,
  incoming: Incoming,
  request: Request,
): Promise<Response> {
  const { tenant: slug, path } = incoming.params
  const tenant = await findTenant(house.db, site.id, slug!)
  if (!tenant || tenant.slug !== slug) throw new VestibuleError('not_found', `There is no tenant "${slug}".`)
  if (tenant.live)
    throw new VestibuleError('forbidden', 'This tenant is live; the test identity provider is closed for it.')
  const [serviceProvider] = await house.keys.load(site.id, 'saml')
  const idp = await loadTestIdp(house, site, tenant)
  return respondTestIdp(request, idp, {
    path: path!,
    now: house.clock.now(),
    random: house.random,
    tenantName: tenant.name,
    spCertificate: serviceProvider!.certificate!,
    spEntityId: describeServiceProvider(house.config, site.issuer).entityId,
    findSsoTerms: (waiting) => findSsoTerms(house, site.id, tenant, ssoUrlOf(idp), waiting),
  })
}

/** The test identity provider of a tenant, with its own keys: none of them is a key of ours elsewhere. */
export async function loadTestIdp(
  house: Pick<House, 'keys'>,
  site: Site,
  tenant: Pick<TenantRecord, 'id' | 'slug'>,
): Promise<TestIdp> {
  const [own] = await house.keys.load(site.id, 'test-idp', tenant.id)
  const [other] = await house.keys.load(site.id, 'test-idp-stranger', tenant.id)
  const [expired] = await house.keys.load(site.id, 'test-idp-expired', tenant.id)
  return composeTestIdp(site.issuer, tenant.slug, {
    key: own!.privateKey,
    certificate: own!.certificate!,
    otherKey: other!.privateKey,
    otherCertificate: other!.certificate!,
    expiredKey: expired!.privateKey,
    expiredCertificate: expired!.certificate!,
  })
}
