import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import {
  type BrandRecord,
  loadBrand,
  removeLogo,
  setLogo,
  setOrganizationName,
} from '../store/organizations.ts'
import { logoPath } from './load-logo.ts'
import { parseLogo } from './logo-image.ts'
import type { OrganizationChange } from './organization-input.ts'

/** What the people who sign in see of an organization. */
export type OrganizationBrand = {
  name: string
  /** Path of the logo, with its version; null where the name stands alone. */
  logo: string | null
}

type Parts = Pick<House, 'db' | 'clock' | 'random'>

/** Name and logo of the actor's organization, as they are now. */
export async function loadOrganizationBrand(
  house: Pick<House, 'db'>,
  actor: Actor,
): Promise<OrganizationBrand> {
  checkRole(actor, 'viewer')
  const { name, logoVersion } = await loadBrand(house.db, actor.organizationId)
  return { name, logo: logoVersion && logoPath(logoVersion) }
}

/** Changes the name. */
export async function updateOrganization(
  house: Parts,
  actor: Actor,
  change: OrganizationChange,
): Promise<void> {
  checkRole(actor, 'owner')
  const before = await loadBrand(house.db, actor.organizationId)
  await setOrganizationName(house.db, actor.organizationId, change.name)
  await recordAuditEvent(house, actor, {
    action: 'organization.updated',
    target: { type: 'organization', id: actor.organizationId, name: change.name },
    before: { name: before.name },
    after: { name: change.name },
  })
}

/** Shows `image` in place of the name. Throws `validation_failed` for what is no image that may be a logo. */
export async function setOrganizationLogo(house: Parts, actor: Actor, image: Uint8Array): Promise<void> {
  checkRole(actor, 'owner')
  const { type } = parseLogo(image)
  const before = await loadBrand(house.db, actor.organizationId)
  await setLogo(house.db, actor.organizationId, { logo: image, logoType: type })
  const after = await loadBrand(house.db, actor.organizationId)
  await recordAuditEvent(house, actor, {
    action: 'organization.logo-changed',
    target: targetOf(before),
    before: traitsOf(before),
    after: traitsOf(after),
  })
}

/** Shows the name again. Throws `not_found` where there is no logo. */
export async function removeOrganizationLogo(house: Parts, actor: Actor): Promise<void> {
  checkRole(actor, 'owner')
  const before = await loadBrand(house.db, actor.organizationId)
  if (!(await removeLogo(house.db, actor.organizationId)))
    throw new VestibuleError('not_found', 'There is no logo to remove.')
  await recordAuditEvent(house, actor, {
    action: 'organization.logo-removed',
    target: targetOf(before),
    before: traitsOf(before),
  })
}

function targetOf({ id, name }: BrandRecord) {
  return { type: 'organization', id, name }
}

/** Which logo it was, for the audit log: not the image itself. */
function traitsOf({ logoType, logoBytes, logoVersion }: BrandRecord) {
  return { logoType, logoBytes, logoVersion }
}
