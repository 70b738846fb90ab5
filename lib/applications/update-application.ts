import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type ApplicationRecord, updateApplicationRecord } from '../store/applications.ts'
import { ensureProduct } from '../store/products.ts'
import {
  type ApplicationView,
  auditableApplication,
  loadApplicationRecord,
  viewApplication,
} from './application.ts'
import { type ApplicationChange, type ApplicationSettings, completeChange } from './application-input.ts'
import { checkApplication } from './check-application.ts'

/** Changes an application; what was not said stays as it is. Throws `not_found`, `validation_failed`. */
export async function updateApplication(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { application: string; change: ApplicationChange },
): Promise<ApplicationView> {
  checkRole(actor, 'admin')
  const before = await loadApplicationRecord(house, actor.organizationId, input.application)
  checkType(before, input.change)
  const { type: _same, product, ...change } = completeChange(input.change)
  checkApplication({ ...(before as ApplicationSettings), ...change })
  await updateApplicationRecord(house.db, actor.organizationId, before.id, {
    ...change,
    ...(product !== undefined && { productId: await productIdOf(house, before, product) }),
  })
  const row = await loadApplicationRecord(house, actor.organizationId, before.id)
  await recordAuditEvent(house, actor, {
    action: 'application.updated',
    target: { type: 'application', id: row.id, name: row.name },
    before: auditableApplication(before),
    after: auditableApplication(row),
  })
  return viewApplication(row)
}

function checkType(before: ApplicationRecord, change: ApplicationChange): void {
  if (change.type === undefined || change.type === before.type) return
  const message = 'cannot change; make another application'
  throw new VestibuleError('validation_failed', `Not valid: type ${message}.`, {
    fields: [{ path: 'type', message }],
  })
}

async function productIdOf(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  { organizationId, product, productId }: ApplicationRecord,
  slug: string,
): Promise<string> {
  if (slug === product) return productId
  const id = mintId('prd', house.clock.now(), house.random)
  return (await ensureProduct(house.db, { id, organizationId, slug })).id
}
