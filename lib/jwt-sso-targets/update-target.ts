import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { updateJwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import { findBelonging } from './belonging.ts'
import {
  auditableTarget,
  auditTargetOf,
  loadTargetRecord,
  notFound,
  type TargetView,
  viewTarget,
  withoutNameCollision,
} from './target.ts'
import type { TargetChangeInput } from './target-input.ts'

/** Changes a target; what was not said stays. It holds for whoever is on the way already. Throws `not_found`, `conflict`. */
export async function updateTarget(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { target: string; issuer: string; change: TargetChangeInput },
): Promise<TargetView> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const before = await loadTargetRecord(house, organizationId, input.target)
  const { tenant, product, ...settings } = input.change
  // A slug that is sent back as it was read names who it named, even where that tenant is gone.
  const belonging = await findBelonging(house, organizationId, {
    tenant: tenant === before.tenant ? undefined : tenant,
    product: product === before.product ? undefined : product,
  })
  const change = { ...settings, ...belonging }
  const found = await withoutNameCollision(settings.name ?? before.name, () =>
    updateJwtSsoTargetRecord(house.db, organizationId, before.id, change),
  )
  if (!found) throw notFound()
  const row = await loadTargetRecord(house, organizationId, before.id)
  await recordAuditEvent(house, actor, {
    action: 'jwt-sso-target.updated',
    target: auditTargetOf(row),
    ...(row.tenant && { tenant: row.tenant }),
    before: auditableTarget(before),
    after: auditableTarget(row),
  })
  return viewTarget(row, input.issuer)
}
