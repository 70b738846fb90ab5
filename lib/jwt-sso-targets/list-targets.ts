import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listJwtSsoTargetRecords } from '../store/jwt-sso-targets.ts'
import { type TargetView, viewTarget } from './target.ts'

/** Targets, newest first. `query` looks into name, base URL and audience. */
export async function listTargets(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { issuer: string; query?: string; cursor?: string; limit?: number },
): Promise<Page<TargetView>> {
  checkRole(actor, 'viewer')
  const { issuer, limit = 50, ...rest } = input
  const page = await listJwtSsoTargetRecords(house.db, actor.organizationId, { ...rest, limit })
  return { data: page.data.map((row) => viewTarget(row, issuer)), nextCursor: page.nextCursor }
}
