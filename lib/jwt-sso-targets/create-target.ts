import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { insertJwtSsoTarget } from '../store/jwt-sso-targets.ts'
import { findBelonging } from './belonging.ts'
import {
  auditableTarget,
  auditTargetOf,
  loadTargetRecord,
  mintTargetClientId,
  type TargetView,
  viewTarget,
  withoutNameCollision,
} from './target.ts'
import type { NewTargetInput } from './target-input.ts'
import { makeTargetSecret } from './target-secret.ts'

/** A target with its secret: the only time that is shown. */
export type TargetWithSecret = TargetView & { secret: string }

/** Makes a target, with its tenant and product where those do not exist yet. Throws `conflict` for a taken name. */
export async function createTarget(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  actor: Actor,
  input: NewTargetInput & { issuer: string },
): Promise<TargetWithSecret> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const { issuer, tenant, product, secret: given, ...settings } = input
  const createdAt = house.clock.now()
  const id = mintId('tgt', createdAt, house.random)
  const { secret, ...kept } = makeTargetSecret(house, { id, organizationId }, given)
  const { tenantId = null, productId = null } = await findBelonging(house, organizationId, {
    tenant,
    product,
  })
  const clientId = mintTargetClientId(house.random)
  await withoutNameCollision(input.name, () =>
    insertJwtSsoTarget(house.db, {
      ...settings,
      ...kept,
      id,
      organizationId,
      clientId,
      tenantId,
      productId,
      createdAt,
    }),
  )
  const row = await loadTargetRecord(house, organizationId, id)
  await recordAuditEvent(house, actor, {
    action: 'jwt-sso-target.created',
    target: auditTargetOf(row),
    ...(row.tenant && { tenant: row.tenant }),
    after: auditableTarget(row),
  })
  return { ...viewTarget(row, issuer), secret }
}
