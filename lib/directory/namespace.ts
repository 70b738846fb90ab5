import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findNamespace, findUnknownNamespaces, type NamespaceRecord } from '../store/namespaces.ts'

/** A namespace as the API answers it; instants in RFC 3339. */
export type NamespaceView = {
  id: string
  name: string
  /** How many users are in it. */
  memberCount: number
  createdAt: string
  /** As `createdAt`: its name is all it has, and stays. */
  updatedAt: string
}

export function viewNamespace(row: NamespaceRecord, memberCount: number): NamespaceView {
  const createdAt = row.createdAt.toISOString()
  return { id: row.id, name: row.name, memberCount, createdAt, updatedAt: createdAt }
}

/** The namespace with that name or id in the organization; throws `not_found`. */
export async function loadNamespaceRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  nameOrId: string,
): Promise<NamespaceRecord> {
  const namespace = await findNamespace(house.db, organizationId, nameOrId)
  if (!namespace) throw new VestibuleError('not_found', `There is no namespace "${nameOrId}".`)
  return namespace
}

/** Throws `validation_failed`, with the path of each, when a name is no namespace's. */
export async function checkNamespaces(
  house: Pick<House, 'db'>,
  organizationId: string,
  names: string[],
): Promise<void> {
  const unknown = await findUnknownNamespaces(house.db, organizationId, names)
  if (unknown.length === 0) return
  const fields = unknown.map((name) => ({
    path: `namespaces.${names.indexOf(name)}`,
    message: 'is no namespace',
  }))
  throw new VestibuleError(
    'validation_failed',
    `There is no namespace ${unknown.map((name) => `"${name}"`).join(', ')}.`,
    { fields },
  )
}
