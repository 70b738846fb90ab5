import type { Role } from '../base/actor.ts'
import { type Db, emptySql, type Page, searchPattern, sql, toPage } from './db.ts'

export type MemberRecord = {
  id: string
  organizationId: string
  email: string
  name: string
  role: Role
  /** `invited`: has no way to sign in yet. */
  status: 'active' | 'invited'
  passwordHash: string | null
  /** Who they are at a connection; counts while it is the portal's. */
  ssoConnectionId: string | null
  ssoSubject: string | null
  lastSignInAt: Date | null
  createdAt: Date
  updatedAt: Date
}

export type MemberSessionRecord = {
  id: string
  organizationId: string
  memberId: string
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
  revokedAt: Date | null
}

export async function findMemberByEmail(
  db: Db,
  organizationId: string,
  email: string,
): Promise<MemberRecord | null> {
  const row = await db.member.findUnique({ where: { organizationId_email: { organizationId, email } } })
  return row as MemberRecord | null
}

export async function findMember(db: Db, organizationId: string, id: string): Promise<MemberRecord | null> {
  return (await db.member.findFirst({ where: { id, organizationId } })) as MemberRecord | null
}

/** Who is written to: the active members of these roles, oldest first. */
export async function listActiveMembers(
  db: Db,
  organizationId: string,
  roles: Role[],
): Promise<Pick<MemberRecord, 'id' | 'email' | 'name' | 'role'>[]> {
  const rows = await db.member.findMany({
    where: { organizationId, status: 'active', role: { in: roles } },
    select: { id: true, email: true, name: true, role: true },
    orderBy: { createdAt: 'asc' },
  })
  return rows as Pick<MemberRecord, 'id' | 'email' | 'name' | 'role'>[]
}

/** Which of these addresses belong to somebody an admin must not become: to another active member, or to an owner to be. */
export async function listMemberAddressesAbove(
  db: Db,
  organizationId: string,
  adminId: string,
  addresses: string[],
): Promise<string[]> {
  const rows = await db.member.findMany({
    where: {
      organizationId,
      email: { in: addresses },
      id: { not: adminId },
      OR: [{ status: 'active' }, { role: 'owner' }],
    },
    select: { email: true },
  })
  return rows.map(({ email }) => email)
}

/** Whether an active owner has a password. */
export async function hasOwnerWithPassword(db: Db, organizationId: string): Promise<boolean> {
  const where = { organizationId, status: 'active', role: 'owner', passwordHash: { not: null } }
  return (await db.member.count({ where })) > 0
}

/** A member as lists show one: without anything secret. */
export type ListedMember = Omit<MemberRecord, 'organizationId' | 'passwordHash' | 'ssoSubject'> & {
  hasPassword: boolean
  /** Whether an authenticator of theirs counts. */
  secondFactor: boolean
  /** When the link of the last invitation ends; null for those who have accepted, and where no link works any more. */
  invitationExpiresAt: Date | null
}

const listed = sql`m.id, m.email, m.name, m.role, m.status, m.password_hash IS NOT NULL AS "hasPassword",
  CASE WHEN m.sso_subject IS NOT NULL THEN m.sso_connection_id END AS "ssoConnectionId",
  m.last_sign_in_at AS "lastSignInAt", m.created_at AS "createdAt", m.updated_at AS "updatedAt",
  EXISTS (SELECT 1 FROM authenticators a WHERE a.member_id = m.id AND a.confirmed_at IS NOT NULL) AS "secondFactor",
  (SELECT max(t.expires_at) FROM account_tokens t
    WHERE t.subject_id = m.id AND t.purpose = 'member-invitation') AS "invitationExpiresAt"`

/** One page, oldest first. `query` is looked for in name and address. */
export async function listMemberRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<ListedMember>> {
  const pattern = options.query ? searchPattern(options.query) : null
  const rows = await db.$queryRaw<ListedMember[]>(sql`
    SELECT ${listed} FROM members m WHERE m.organization_id = ${organizationId}
    ${pattern === null ? emptySql : sql`AND lower(m.name || ' ' || m.email) LIKE ${pattern}`}
    ${options.cursor === undefined ? emptySql : sql`AND m.id > ${options.cursor}`}
    ORDER BY m.id LIMIT ${options.limit + 1}`)
  return toPage(rows, options.limit)
}

export async function findListedMember(
  db: Db,
  organizationId: string,
  id: string,
): Promise<ListedMember | null> {
  const [row] = await db.$queryRaw<ListedMember[]>(sql`
    SELECT ${listed} FROM members m WHERE m.organization_id = ${organizationId} AND m.id = ${id}`)
  return row ?? null
}

/** The active member who is this subject at this connection. */
export async function findMemberBySso(
  db: Db,
  organizationId: string,
  { connectionId, subject }: { connectionId: string; subject: string },
): Promise<MemberRecord | null> {
  return (await db.member.findFirst({
    where: { organizationId, ssoConnectionId: connectionId, ssoSubject: subject, status: 'active' },
  })) as MemberRecord | null
}

export function countMembers(db: Db, organizationId: string): Promise<number> {
  return db.member.count({ where: { organizationId } })
}

/** Throws a unique violation when the organization has a member of that address. */
export async function insertMember(
  db: Db,
  row: Pick<MemberRecord, 'id' | 'organizationId' | 'email' | 'name' | 'role' | 'passwordHash'> &
    Partial<Pick<MemberRecord, 'status'>>,
): Promise<MemberRecord> {
  return (await db.member.create({ data: row })) as MemberRecord
}

/**
 * The active owners of an organization besides one member, for a statement that may take that one's place among them
 * away. The rows are locked, always in the same order, and read again once the lock is held: of two owners who end each
 * other at the same moment the second finds no other left.
 */
function otherOwners(organizationId: string, id: string) {
  return sql`
    owners AS (
      SELECT id FROM members WHERE organization_id = ${organizationId} AND role = 'owner' AND status = 'active'
      ORDER BY id FOR UPDATE
    ),
    others AS (SELECT count(*) AS count FROM owners WHERE id <> ${id})`
}

/** Gives a member another role; false when there is no such member, or an active owner would be the last to be one. */
export async function setMemberRole(
  db: Db,
  organizationId: string,
  id: string,
  role: Role,
  at: Date,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH ${otherOwners(organizationId, id)}
    UPDATE members m SET role = ${role}, updated_at = ${at} FROM others
    WHERE m.organization_id = ${organizationId} AND m.id = ${id}
      AND (${role} = 'owner' OR m.role <> 'owner' OR m.status <> 'active' OR others.count > 0)`)
  return count === 1
}

/**
 * Removes a member with sessions and second factors; false as above. `waitingOnly`: somebody who has accepted meanwhile,
 * or is to be an owner, stays too.
 */
export async function deleteMember(
  db: Db,
  organizationId: string,
  id: string,
  { waitingOnly }: { waitingOnly: boolean },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH ${otherOwners(organizationId, id)}
    DELETE FROM members m USING others
    WHERE m.organization_id = ${organizationId} AND m.id = ${id}
      AND (m.role <> 'owner' OR m.status <> 'active' OR others.count > 0)
      ${waitingOnly ? sql`AND m.status = 'invited' AND m.role <> 'owner'` : emptySql}`)
  return count === 1
}

/** How an invited member comes in: with a password, or by who they are at a connection. */
export type WayIn = { passwordHash: string } | { connectionId: string; subject: string }

/** Makes an invited member active. Null when they are that already, or gone. Throws a unique violation when somebody else is that subject. */
export async function activateMember(
  db: Db,
  organizationId: string,
  id: string,
  { name, way, at }: { name: string; way: WayIn; at: Date },
): Promise<MemberRecord | null> {
  const data =
    'passwordHash' in way
      ? { passwordHash: way.passwordHash }
      : { ssoConnectionId: way.connectionId, ssoSubject: way.subject }
  const [row] = await db.member.updateManyAndReturn({
    where: { id, organizationId, status: 'invited' },
    data: { name, status: 'active', updatedAt: at, ...data },
  })
  return (row as MemberRecord | undefined) ?? null
}

/** Notes who an active member is at a connection, or with null that they are nobody there. Throws a unique violation as above. */
export async function setMemberSso(
  db: Db,
  organizationId: string,
  id: string,
  identity: { connectionId: string; subject: string } | null,
): Promise<boolean> {
  const { count } = await db.member.updateMany({
    where: { id, organizationId, status: 'active' },
    data: { ssoConnectionId: identity?.connectionId ?? null, ssoSubject: identity?.subject ?? null },
  })
  return count === 1
}

export async function setMemberPassword(
  db: Db,
  organizationId: string,
  id: string,
  passwordHash: string,
): Promise<void> {
  await db.member.updateMany({ where: { id, organizationId }, data: { passwordHash } })
}

export async function recordMemberSignIn(
  db: Db,
  organizationId: string,
  id: string,
  at: Date,
): Promise<void> {
  await db.member.updateMany({ where: { id, organizationId }, data: { lastSignInAt: at } })
}

export async function insertMemberSession(
  db: Db,
  row: Omit<MemberSessionRecord, 'revokedAt'>,
): Promise<void> {
  await db.memberSession.create({ data: row })
}

/** The session with its member, when it is neither revoked nor over. */
export async function findLiveMemberSession(
  db: Db,
  organizationId: string,
  id: string,
  now: Date,
): Promise<(MemberSessionRecord & { member: MemberRecord }) | null> {
  const row = await db.memberSession.findFirst({
    where: { id, organizationId, revokedAt: null, expiresAt: { gt: now }, member: { status: 'active' } },
    include: { member: true },
  })
  return row as (MemberSessionRecord & { member: MemberRecord }) | null
}

export async function touchMemberSession(db: Db, id: string, at: Date): Promise<void> {
  await db.memberSession.updateMany({ where: { id }, data: { lastSeenAt: at } })
}

export async function listLiveMemberSessions(
  db: Db,
  organizationId: string,
  memberId: string,
  now: Date,
  idleSince: Date,
): Promise<MemberSessionRecord[]> {
  return db.memberSession.findMany({
    where: {
      organizationId,
      memberId,
      revokedAt: null,
      expiresAt: { gt: now },
      lastSeenAt: { gt: idleSince },
    },
    orderBy: { lastSeenAt: 'desc' },
    take: 50,
  })
}

/** Ends sessions of one member: one of them by id, or all but `exceptId`. Returns how many ended. */
export async function revokeMemberSessions(
  db: Db,
  organizationId: string,
  memberId: string,
  which: { id: string } | { exceptId: string | null },
  at: Date,
): Promise<number> {
  const id = 'id' in which ? which.id : which.exceptId === null ? undefined : { not: which.exceptId }
  const { count } = await db.memberSession.updateMany({
    where: { organizationId, memberId, revokedAt: null, id },
    data: { revokedAt: at },
  })
  return count
}

/** Ends the portal sessions of all members but this one. */
export async function revokeSessionsOfAllMembers(
  db: Db,
  organizationId: string,
  { exceptId }: { exceptId: string },
  at: Date,
): Promise<number> {
  const { count } = await db.memberSession.updateMany({
    where: { organizationId, revokedAt: null, id: { not: exceptId } },
    data: { revokedAt: at },
  })
  return count
}

export async function deletePastMemberSessions(db: Db, before: Date): Promise<number> {
  const { count } = await db.memberSession.deleteMany({ where: { expiresAt: { lt: before } } })
  return count
}
