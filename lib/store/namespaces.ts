import { type Db, literalPattern, type Page, sql, toPage } from './db.ts'

/** A named group of users of the organization. */
export type NamespaceRecord = { id: string; organizationId: string; name: string; createdAt: Date }

/** Throws a unique violation (see `isUniqueViolation`) when the organization has one of that name. */
export function insertNamespace(db: Db, row: NamespaceRecord): Promise<NamespaceRecord> {
  return db.namespace.create({ data: row })
}

/** By name or by id. An id that looks like another's name loses to the name. */
export async function findNamespace(
  db: Db,
  organizationId: string,
  nameOrId: string,
): Promise<NamespaceRecord | null> {
  const rows = await db.namespace.findMany({
    where: { organizationId, OR: [{ name: nameOrId }, { id: nameOrId }] },
    take: 2,
  })
  return rows.find(({ name }) => name === nameOrId) ?? rows[0] ?? null
}

/** One page, newest first; `query` looks into the name. */
export async function listNamespaceRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<NamespaceRecord>> {
  const { query, cursor, limit } = options
  const rows = await db.namespace.findMany({
    where: {
      organizationId,
      ...(query && { name: { contains: literalPattern(query), mode: 'insensitive' } }),
      ...(cursor && { id: { lt: cursor } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  })
  return toPage(rows, limit)
}

/** How many users each of the namespaces has, by id; one that has none is not in it. */
export async function countNamespaceMembers(db: Db, ids: string[]): Promise<Map<string, number>> {
  const counts = await db.namespaceMember.groupBy({
    by: ['namespaceId'],
    where: { namespaceId: { in: ids } },
    _count: { _all: true },
  })
  return new Map(counts.map(({ namespaceId, _count }) => [namespaceId, _count._all]))
}

/** Deletes the namespace; its users stay. False when there is no such namespace any more. */
export async function deleteNamespaceRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.namespace.deleteMany({ where: { id, organizationId } })
  return count > 0
}

/** Which of the names no namespace of the organization has, in the order given. */
export async function findUnknownNamespaces(
  db: Db,
  organizationId: string,
  names: string[],
): Promise<string[]> {
  if (names.length === 0) return []
  const rows = await db.namespace.findMany({
    where: { organizationId, name: { in: names } },
    select: { name: true },
  })
  return without(names, rows)
}

/**
 * Puts a user into namespaces, those of before included. Names that no namespace of the organization has are answered
 * and otherwise left out. A user of another organization is put nowhere.
 */
export async function addToNamespaces(
  db: Db,
  organizationId: string,
  userId: string,
  names: string[],
): Promise<string[]> {
  if (names.length === 0) return []
  const found = await db.$queryRaw<{ name: string }[]>(sql`
    WITH ${foundAndPerson(organizationId, userId, names)},
    added AS (
      INSERT INTO namespace_members (namespace_id, user_id) SELECT f.id, p.id FROM found f, person p
      ON CONFLICT DO NOTHING
    )
    SELECT name FROM found`)
  return without(names, found)
}

/** Puts a user into these namespaces and no others; otherwise like `addToNamespaces`. */
export async function setNamespacesOfUser(
  db: Db,
  organizationId: string,
  userId: string,
  names: string[],
): Promise<string[]> {
  const found = await db.$queryRaw<{ name: string }[]>(sql`
    WITH ${foundAndPerson(organizationId, userId, names)},
    removed AS (
      DELETE FROM namespace_members m USING person p
      WHERE m.user_id = p.id AND m.namespace_id NOT IN (SELECT id FROM found)
    ),
    added AS (
      INSERT INTO namespace_members (namespace_id, user_id) SELECT f.id, p.id FROM found f, person p
      ON CONFLICT DO NOTHING
    )
    SELECT name FROM found`)
  return without(names, found)
}

/** Null when there is no such user, or no such namespace, in the organization. Not `added`: was in it before. */
export async function addToNamespace(
  db: Db,
  organizationId: string,
  namespaceId: string,
  userId: string,
): Promise<{ added: boolean } | null> {
  const [row] = await db.$queryRaw<{ both: number; added: number }[]>(sql`
    WITH person AS (
      SELECT id FROM users WHERE id = ${userId} AND organization_id = ${organizationId} FOR KEY SHARE
    ),
    found AS (
      SELECT id FROM namespaces WHERE id = ${namespaceId} AND organization_id = ${organizationId} FOR KEY SHARE
    ),
    added AS (
      INSERT INTO namespace_members (namespace_id, user_id) SELECT f.id, p.id FROM found f, person p
      ON CONFLICT DO NOTHING RETURNING user_id
    )
    SELECT (SELECT count(*)::int FROM person, found) AS "both", (SELECT count(*)::int FROM added) AS added`)
  return row!.both === 0 ? null : { added: row!.added > 0 }
}

/** False when the user was not in it. */
export async function removeFromNamespace(
  db: Db,
  organizationId: string,
  namespaceId: string,
  userId: string,
): Promise<boolean> {
  const { count } = await db.namespaceMember.deleteMany({
    where: { namespaceId, userId, namespace: { organizationId } },
  })
  return count > 0
}

/** Both are held until the end of the statement, so that neither is deleted under it. */
function foundAndPerson(organizationId: string, userId: string, names: string[]) {
  return sql`
    found AS (
      SELECT id, name FROM namespaces WHERE organization_id = ${organizationId} AND name = ANY(${names}::text[])
      FOR KEY SHARE
    ),
    person AS (
      SELECT id FROM users WHERE id = ${userId} AND organization_id = ${organizationId} FOR KEY SHARE
    )`
}

function without(names: string[], found: { name: string }[]): string[] {
  const known = new Set(found.map(({ name }) => name))
  return [...new Set(names)].filter((name) => !known.has(name))
}
