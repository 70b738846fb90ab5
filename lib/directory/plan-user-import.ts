import { emailKey } from '../base/email.ts'
import type { House } from '../house.ts'
import { findUnknownNamespaces } from '../store/namespaces.ts'
import { findUsersByKeys, type KeyedUser } from '../store/user-imports.ts'
import { attributesSchema } from './attributes.ts'
import type { ImportFault, ImportRow, SaidUser, UserCsv } from './read-user-csv.ts'
import { type UserView, viewUser } from './user.ts'
import { attributeOf, type CsvColumn, writeCells } from './user-csv.ts'

export type FieldChange = { field: CsvColumn; before: string; after: string }

/** What a row does, with what was there before and the fields in which that differs. */
export type PlannedRow = ImportRow & {
  outcome: 'create' | 'update' | 'unchanged'
  existing: KeyedUser | null
  changes: FieldChange[]
}

export type ImportPlan = { planned: PlannedRow[]; faults: ImportFault[] }

/**
 * Holds the rows of a file against the directory: who has the address in the tenant is changed in the columns the file
 * has, whoever nobody has is made. A row that would take what belongs to another user is at fault, also when that user
 * gives it up further down: rows do not depend on each other.
 */
export async function planUserImport(
  house: Pick<House, 'db'>,
  organizationId: string,
  tenantId: string,
  csv: UserCsv,
): Promise<ImportPlan> {
  const directory = await loadDirectory(house, organizationId, tenantId, csv.rows)
  const plan: ImportPlan = { planned: [], faults: [] }
  const taken = { username: new Map<string, number>(), ssoUsername: new Map<string, number>() }
  for (const row of csv.rows) {
    const existing = directory.ofEmail.get(emailKey(row.said.email)) ?? null
    const faults = [
      ...findTaken(row, existing, directory, taken),
      ...findUnknown(row, directory.unknownNamespaces),
      ...findWrongStatus(row, existing),
      ...(saysAttribute(csv.columns) ? findTooMuch(row, existing) : []),
    ]
    plan.faults.push(...faults)
    if (faults.length > 0) continue
    for (const name of ownNames) {
      const key = keyOf(row.said[name])
      if (key !== null) taken[name].set(key, row.line)
    }
    const changes = findChanges(row.said, existing, csv.columns)
    const outcome = existing === null ? 'create' : changes.length > 0 ? 'update' : 'unchanged'
    plan.planned.push({ ...row, outcome, existing, changes })
  }
  return plan
}

/** Names that belong to one user of a tenant, besides the address. */
const ownNames = ['username', 'ssoUsername'] as const
type OwnName = (typeof ownNames)[number]

type Directory = {
  ofEmail: Map<string, KeyedUser>
  of: Record<OwnName, Map<string, KeyedUser>>
  unknownNamespaces: Set<string>
}

async function loadDirectory(
  house: Pick<House, 'db'>,
  organizationId: string,
  tenantId: string,
  rows: ImportRow[],
): Promise<Directory> {
  const keysOf = (name: OwnName) => rows.flatMap(({ said }) => keyOf(said[name]) ?? [])
  const [users, unknown] = await Promise.all([
    findUsersByKeys(house.db, tenantId, {
      emailKeys: rows.map(({ said }) => emailKey(said.email)),
      usernameKeys: keysOf('username'),
      ssoUsernameKeys: keysOf('ssoUsername'),
    }),
    findUnknownNamespaces(house.db, organizationId, [
      ...new Set(rows.flatMap(({ said }) => said.namespaces ?? [])),
    ]),
  ])
  return {
    ofEmail: new Map(users.map((user) => [user.emailKey, user])),
    of: {
      username: new Map(users.map((user) => [user.usernameKey ?? '', user])),
      ssoUsername: new Map(users.map((user) => [user.ssoUsernameKey ?? '', user])),
    },
    unknownNamespaces: new Set(unknown),
  }
}

/** The form in which a name is compared; null where there is none. */
function keyOf(name: string | null | undefined): string | null {
  return name ? emailKey(name) : null
}

function findTaken(
  { line, said }: ImportRow,
  existing: KeyedUser | null,
  directory: Directory,
  taken: Record<OwnName, Map<string, number>>,
): ImportFault[] {
  return ownNames.flatMap((column): ImportFault[] => {
    const key = keyOf(said[column])
    if (key === null) return []
    const owner = directory.of[column].get(key)
    if (owner && owner.id !== existing?.id)
      return [{ line, column, message: `${column} ${said[column]} belongs to ${owner.email}.` }]
    const earlier = taken[column].get(key)
    if (earlier === undefined) return []
    return [{ line, column, message: `${column} ${said[column]} stands on line ${earlier} already.` }]
  })
}

function findUnknown({ line, said }: ImportRow, unknown: Set<string>): ImportFault[] {
  return (said.namespaces ?? [])
    .filter((name) => unknown.has(name))
    .map((name) => ({ line, column: 'namespaces', message: `There is no namespace “${name}”.` }))
}

function findWrongStatus({ line, said }: ImportRow, existing: KeyedUser | null): ImportFault[] {
  const { status } = said
  if (status === undefined || status === existing?.status) return []
  if (status === 'active' || status === 'disabled') return []
  const cause = status === 'invited' ? 'an invitation' : 'a request to join'
  return [{ line, column: 'status', message: `status ${status} comes of ${cause} alone.` }]
}

/** Attributes that are fine by themselves may be too many together with those that stay. */
function findTooMuch({ line, said }: ImportRow, existing: KeyedUser | null): ImportFault[] {
  if (existing === null) return []
  const parsed = attributesSchema.safeParse(resultOf(said, viewUser(existing)).attributes)
  if (parsed.success) return []
  return parsed.error.issues
    .filter(({ path }) => path.length === 0)
    .map(({ message }) => ({
      line,
      column: null,
      message: `The attributes, with those that stay, ${message}.`,
    }))
}

const nobody = {
  username: null,
  firstName: null,
  lastName: null,
  ssoUsername: null,
  status: 'active' as const,
  namespaces: [],
  tags: {},
  attributes: {},
}

function findChanges(said: SaidUser, existing: KeyedUser | null, columns: CsvColumn[]): FieldChange[] {
  const before = existing && viewUser(existing)
  const was = before ? writeCells(before, columns) : columns.map(() => '')
  const is = writeCells(resultOf(said, before ?? nobody), columns)
  return columns
    .map((field, place) => ({ field, before: was[place]!, after: is[place]! }))
    .filter((change) => change.before !== change.after)
}

type Described = Omit<UserView, 'id' | 'tenant' | 'email' | 'emailVerified' | 'emailUnproven' | 'hasPassword'>
type Result = Pick<Described, keyof typeof nobody> & { email: string }

/** The user as the row leaves them: what it says, over what was there. */
function resultOf(said: SaidUser, before: Pick<Described, keyof typeof nobody>): Result {
  const { without, attributes = {}, ...members } = said
  const stated = Object.entries(members).filter(([, value]) => value !== undefined)
  const kept = Object.entries(before.attributes).filter(([name]) => !without.includes(name))
  // What is false of an address is not shown, as everywhere.
  const given = Object.entries(attributes).filter(([name, value]) => name !== 'email_verified' || value)
  const dropped = attributes.email_verified === false ? ['email_verified'] : []
  return {
    ...before,
    ...Object.fromEntries(stated),
    email: said.email,
    attributes: Object.fromEntries([...kept.filter(([name]) => !dropped.includes(name)), ...given]),
  }
}

/** Whether the file has a column for one of these attributes, or the one named. */
export function saysAttribute(columns: CsvColumn[], name?: string): boolean {
  return columns.some((column) => {
    const attribute = attributeOf(column)
    return name === undefined ? attribute !== null && attribute !== 'email_verified' : attribute === name
  })
}
