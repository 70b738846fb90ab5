import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { mintApplicationClientId } from '../base/client-id.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { insertApplication } from '../store/applications.ts'
import { ensureProduct } from '../store/products.ts'
import {
  type ApplicationView,
  auditableApplication,
  loadApplicationRecord,
  viewApplication,
} from './application.ts'
import { type ApplicationSettings, usesSecret } from './application-input.ts'
import { mintApplicationSecret } from './application-secret.ts'
import { checkApplication } from './check-application.ts'

/** A new application, with its first secret if it has one: the only time that is shown. */
export type NewApplicationView = ApplicationView & { clientSecret?: string }

/** Makes an application, with its product where that does not exist yet. Throws `validation_failed`. */
export async function createApplication(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: ApplicationSettings,
): Promise<NewApplicationView> {
  checkRole(actor, 'admin')
  checkApplication(input)
  const { organizationId } = actor
  const { product: slug, ...settings } = input
  const now = house.clock.now()
  const product = await ensureProduct(house.db, {
    id: mintId('prd', now, house.random),
    organizationId,
    slug,
  })
  const id = mintId('app', now, house.random)
  const secret = usesSecret(settings) ? mintApplicationSecret(house, id) : undefined
  const clientId = mintApplicationClientId(house.random)
  await insertApplication(
    house.db,
    { ...settings, id, organizationId, productId: product.id, clientId, createdAt: now },
    secret?.row,
  )
  const row = await loadApplicationRecord(house, organizationId, id)
  await recordAuditEvent(house, actor, {
    action: 'application.created',
    target: { type: 'application', id, name: row.name },
    after: auditableApplication(row),
  })
  return { ...viewApplication(row), ...(secret && { clientSecret: secret.clientSecret }) }
}
