import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation, type Json } from '../store/db.ts'
import { findTenant } from '../store/tenants.ts'
import { analyzeUsers, type ImportedChange, updateUsers } from '../store/user-imports.ts'
import { endEverythingOfUsers, insertUsers } from '../store/users.ts'
import { nothingSaid } from './create-user.ts'
import { type FieldChange, type PlannedRow, planUserImport, saysAttribute } from './plan-user-import.ts'
import { type ImportFault, readUserCsv, type SaidUser } from './read-user-csv.ts'
import { toUserColumns } from './user-columns.ts'
import type { CsvColumn } from './user-csv.ts'

/** Counts are of rows. At most a thousand errors come along; `moreErrors` says how many do not. */
type Reported = { rows: number; unchanged: number; failed: number; errors: ImportFault[]; moreErrors: number }

/** What an import would do, with a few of the rows that do something. */
export type ImportPreview = Reported & { create: number; update: number; sample: SampledRow[] }
export type SampledRow = { line: number; email: string; outcome: 'create' | 'update'; changes: FieldChange[] }

/** What an import did. */
export type ImportResult = Reported & { created: number; updated: number }

type Tools = Pick<House, 'db' | 'clock' | 'random'>

const sampleSize = 20
const maximumErrors = 1_000
/** Rows of one statement. */
const batchSize = 500

/**
 * Users of a tenant, named by slug or id, from a CSV: who has the address of a row is changed in the columns the file has,
 * whoever nobody has is made. Rows with something wrong are left out and told; the others are written wholly or not at
 * all. Who is disabled by it is signed out everywhere. With `preview` nothing is written. Throws `not_found` for the
 * tenant, and `validation_failed` for a file that is empty or too big.
 */
export async function importUsers(
  house: Tools,
  actor: Actor,
  input: { tenant: string; preview: boolean; bytes: Uint8Array },
): Promise<ImportPreview | ImportResult> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const tenant = await findTenant(house.db, organizationId, input.tenant)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${input.tenant}".`)
  const csv = readUserCsv(input.bytes)
  const { planned, faults } = await planUserImport(house, organizationId, tenant.id, csv)
  const errors = [...csv.faults, ...faults]
  if (input.preview) return toPreview(csv.rowCount, planned, errors)

  const ids = { organizationId, tenantId: tenant.id }
  const written: Written = { created: 0, updated: 0 }
  const record = (after: Json, failure: { result?: 'failure'; reason?: string } = {}) =>
    recordAuditEvent(house, actor, {
      action: 'users.imported',
      target: { type: 'tenant', id: tenant.id, name: tenant.name },
      tenant: tenant.slug,
      after,
      ...failure,
    })
  try {
    await createPlanned(house, ids, planned, errors, written)
    await updatePlanned(house, ids, planned, csv.columns, errors, written)
  } catch (thrown) {
    // What was written until then stays.
    await record({ ...written, columns: csv.columns }, { result: 'failure', reason: 'broken off' })
    throw thrown
  }
  const unchanged = countOf(planned, 'unchanged')
  const failed = csv.rowCount - written.created - written.updated - unchanged
  const counts = { rows: csv.rowCount, ...written, unchanged, failed }
  await record({ ...counts, columns: csv.columns })
  if (written.created > batchSize) await analyzeUsers(house.db)
  return { ...counts, ...reportErrors(errors) }
}

function toPreview(rows: number, planned: PlannedRow[], errors: ImportFault[]): ImportPreview {
  const create = countOf(planned, 'create')
  const update = countOf(planned, 'update')
  const unchanged = countOf(planned, 'unchanged')
  const sample = planned.flatMap(({ line, said, outcome, changes }) =>
    outcome === 'unchanged' ? [] : [{ line, email: said.email, outcome, changes }],
  )
  const failed = rows - planned.length
  return {
    ...{ rows, create, update, unchanged, failed },
    ...reportErrors(errors),
    sample: sample.slice(0, sampleSize),
  }
}

function countOf(planned: PlannedRow[], outcome: PlannedRow['outcome']): number {
  return planned.filter((row) => row.outcome === outcome).length
}

/** In the order of the file. */
function reportErrors(errors: ImportFault[]): Pick<Reported, 'errors' | 'moreErrors'> {
  const sorted = errors.toSorted((a, b) => a.line - b.line)
  return { errors: sorted.slice(0, maximumErrors), moreErrors: Math.max(0, sorted.length - maximumErrors) }
}

/** How many rows are in the database so far. */
type Written = { created: number; updated: number }

type Ids = { organizationId: string; tenantId: string }

/** Counts those that were made; who collides with a user made since the plan is added to `errors`. */
async function createPlanned(
  house: Tools,
  { organizationId, tenantId }: Ids,
  planned: PlannedRow[],
  errors: ImportFault[],
  written: Written,
): Promise<void> {
  for (const batch of inBatches(planned.filter(({ outcome }) => outcome === 'create'))) {
    const now = house.clock.now()
    const users = await Promise.all(
      batch.map(async ({ said }) => ({
        ...nothingSaid,
        ...(await toUserColumns(withoutStatus(said), now, null)),
        status: said.status ?? 'active',
        id: mintId('usr', now, house.random),
        tenantId,
        email: said.email,
        emailKey: emailKey(said.email),
        namespaces: said.namespaces ?? [],
      })),
    )
    const inserted = await insertUsers(house.db, organizationId, users, now)
    written.created += inserted.size
    for (const [place, { id }] of users.entries())
      if (!inserted.has(id)) errors.push(overtaken(batch[place]!.line))
  }
}

/** Counts those that were changed; who was deleted, or collides, since the plan is added to `errors`. */
async function updatePlanned(
  house: Tools,
  { organizationId }: Ids,
  planned: PlannedRow[],
  columns: CsvColumn[],
  errors: ImportFault[],
  written: Written,
): Promise<void> {
  for (const batch of inBatches(planned.filter(({ outcome }) => outcome === 'update'))) {
    const now = house.clock.now()
    const changes = await Promise.all(batch.map((row) => toChange(row, columns, now)))
    const updated = await updateAsManyAsPossible(house, organizationId, changes, now)
    written.updated += updated.size
    for (const row of batch) if (!updated.has(row.existing!.id)) errors.push(overtaken(row.line))
    const disabled = batch.flatMap(({ said, existing }) =>
      said.status === 'disabled' && updated.has(existing!.id) ? [existing!.id] : [],
    )
    if (disabled.length > 0) await endEverythingOfUsers(house.db, organizationId, disabled, now)
  }
}

/** All by one statement; where somebody else took a name since the plan, by halves, until that row is alone. */
async function updateAsManyAsPossible(
  house: Pick<House, 'db'>,
  organizationId: string,
  changes: ImportedChange[],
  now: Date,
): Promise<Set<string>> {
  try {
    return await updateUsers(house.db, organizationId, changes, now)
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown
    if (changes.length === 1) return new Set()
    const middle = Math.ceil(changes.length / 2)
    const first = await updateAsManyAsPossible(house, organizationId, changes.slice(0, middle), now)
    const second = await updateAsManyAsPossible(house, organizationId, changes.slice(middle), now)
    return new Set([...first, ...second])
  }
}

/** The same members for every row of a file: those it has columns for. Undefined: as it is. */
async function toChange(
  { said, existing }: PlannedRow,
  columns: CsvColumn[],
  now: Date,
): Promise<ImportedChange> {
  const before = existing!
  const {
    attributes,
    emailVerifiedAt,
    emailUnproven,
    status: _,
    passwordHash: __,
    ...members
  } = await toUserColumns(withoutStatus(said), now, before)
  const { without, status, namespaces } = said
  const unverified = without.includes('email_verified')
  return {
    ...members,
    id: before.id,
    email: said.email,
    ...(columns.includes('status') && { status }),
    ...(columns.includes('namespaces') && { namespaces }),
    ...(saysAttribute(columns) && { attributes, without }),
    ...(saysAttribute(columns, 'email_verified') && {
      emailVerifiedAt: unverified ? null : emailVerifiedAt,
      emailUnproven,
    }),
  }
}

/** The status of a row may be one that nobody else gives. */
function withoutStatus({ status: _, without: __, ...said }: SaidUser) {
  return said
}

function overtaken(line: number): ImportFault {
  const message =
    'Somebody changed this user, or one with the same names, at this moment. Import the row again.'
  return { line, column: null, message }
}

function* inBatches<Item>(items: Item[]): Generator<Item[]> {
  for (let at = 0; at < items.length; at += batchSize) yield items.slice(at, at + batchSize)
}
