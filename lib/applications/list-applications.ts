import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listApplicationRecords } from '../store/applications.ts'
import type { Page } from '../store/db.ts'
import { type ApplicationView, viewApplication } from './application.ts'

/** Applications, newest first. `query` looks into name, client id and id; `product` is a slug. */
export async function listApplications(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { query?: string; product?: string; cursor?: string; limit?: number },
): Promise<Page<ApplicationView>> {
  checkRole(actor, 'viewer')
  const page = await listApplicationRecords(house.db, actor.organizationId, {
    ...input,
    limit: input.limit ?? 50,
  })
  return { data: page.data.map(viewApplication), nextCursor: page.nextCursor }
}
