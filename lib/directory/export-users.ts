import { z } from 'zod'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { writeCsvRecord } from '../base/csv.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { findTenant } from '../store/tenants.ts'
import { listAttributeNames } from '../store/user-imports.ts'
import { listUserRecords, type UserFilter } from '../store/users.ts'
import { findUserFilter, userQuerySchema } from './list-users.ts'
import { viewUser } from './user.ts'
import { attributeColumn, type CsvColumn, csvColumns, defuseCell, writeCells } from './user-csv.ts'

export const userExportSchema = userQuerySchema
  .pick({ namespace: true, status: true, query: true })
  .extend({ tenant: z.string({ error: 'must name the tenant' }).min(1, 'must name the tenant') })

/** Users of one page. */
const pageSize = 500

/**
 * Users of a tenant as a CSV that an import takes back as it is, newest first, in pieces of some hundred rows. Formulas in
 * it are defused: see user-csv.ts. The columns are those of the moment it begins. Throws `not_found` for the tenant.
 */
export async function exportUsers(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: z.output<typeof userExportSchema>,
): Promise<{ fileName: string; pieces: AsyncGenerator<string> }> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const tenant = await findTenant(house.db, organizationId, input.tenant)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${input.tenant}".`)
  const filter = await findUserFilter(house, organizationId, input)
  const names = await listAttributeNames(house.db, organizationId, tenant.id)
  const columns = [...csvColumns, ...[...names, 'email_verified'].map(attributeColumn)]
  const { namespace, status, query } = input
  await recordAuditEvent(house, actor, {
    action: 'users.exported',
    target: { type: 'tenant', id: tenant.id, name: tenant.name },
    tenant: tenant.slug,
    after: { namespace, status, query },
  })
  const fileName = `users-${tenant.slug.replace(/[^a-z0-9.-]+/gi, '-')}.csv`
  return { fileName, pieces: writePieces(house, organizationId, columns, filter) }
}

async function* writePieces(
  house: Pick<House, 'db'>,
  organizationId: string,
  columns: CsvColumn[],
  filter: UserFilter | null,
): AsyncGenerator<string> {
  // With the mark that tells spreadsheets it is UTF-8.
  yield `\ufeff${writeCsvRecord(columns.map(defuseCell))}`
  if (!filter) return
  let cursor: string | undefined
  do {
    const page = await listUserRecords(house.db, organizationId, { ...filter, cursor, limit: pageSize })
    yield page.data.map((row) => writeCsvRecord(writeCells(viewUser(row), columns))).join('')
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
}
