import type { Role } from '../base/actor.ts'
import type { Db } from './db.ts'

export type MemberRecord = {
  id: string
  organizationId: string
  email: string
  name: string
  role: Role
  passwordHash: string | null
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

export async function listMemberRecords(db: Db, organizationId: string): Promise<MemberRecord[]> {
  return (await db.member.findMany({
    where: { organizationId },
    orderBy: { createdAt: 'asc' },
  })) as MemberRecord[]
}

export function countMembers(db: Db, organizationId: string): Promise<number> {
  return db.member.count({ where: { organizationId } })
}

export async function insertMember(
  db: Db,
  row: { id: string; organizationId: string; email: string; name: string; role: Role; passwordHash: string },
): Promise<MemberRecord> {
  return (await db.member.create({ data: row })) as MemberRecord
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
    where: { id, organizationId, revokedAt: null, expiresAt: { gt: now } },
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

export async function deletePastMemberSessions(db: Db, before: Date): Promise<number> {
  const { count } = await db.memberSession.deleteMany({ where: { expiresAt: { lt: before } } })
  return count
}
