import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { updateJwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import type { TargetWithSecret } from './create-target.ts'
import { auditTargetOf, loadTargetRecord, notFound, viewTarget } from './target.ts'
import { makeTargetSecret } from './target-secret.ts'

/**
 * Exchanges the secret, for a new one or one that the product gave out. The next token is signed with it: the product
 * must know it by then, and may know the old one beside it. Throws `not_found`.
 */
export async function rotateTarget(
  house: Pick<House, 'db' | 'random' | 'sealer' | 'clock'>,
  actor: Actor,
  input: { target: string; issuer: string; secret?: string | undefined },
): Promise<TargetWithSecret> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const before = await loadTargetRecord(house, organizationId, input.target)
  const { secret, ...kept } = makeTargetSecret(house, before, input.secret)
  if (!(await updateJwtSsoTargetRecord(house.db, organizationId, before.id, kept))) throw notFound()
  const row = await loadTargetRecord(house, organizationId, before.id)
  await recordAuditEvent(house, actor, {
    action: 'jwt-sso-target.rotated',
    target: auditTargetOf(row),
    ...(row.tenant && { tenant: row.tenant }),
    before: { hint: before.hint },
    after: { hint: row.hint },
  })
  return { ...viewTarget(row, input.issuer), secret }
}
