import type { Db } from './db.ts'

export type OrganizationRecord = {
  id: string
  name: string
  host: string
  sessionIdleSeconds: number
  sessionAbsoluteSeconds: number
  createdAt: Date
  updatedAt: Date
}

export function findOrganizationByHost(db: Db, host: string): Promise<OrganizationRecord | null> {
  return db.organization.findUnique({ where: { host } })
}

export function findFirstOrganization(db: Db): Promise<OrganizationRecord | null> {
  return db.organization.findFirst({ orderBy: { createdAt: 'asc' } })
}

export function loadOrganization(db: Db, id: string): Promise<OrganizationRecord> {
  return db.organization.findUniqueOrThrow({ where: { id } })
}

export function insertOrganization(
  db: Db,
  row: { id: string; name: string; host: string },
): Promise<OrganizationRecord> {
  return db.organization.create({ data: row })
}

export function setOrganizationHost(db: Db, id: string, host: string): Promise<OrganizationRecord> {
  return db.organization.update({ where: { id }, data: { host } })
}

export async function setSessionLimits(
  db: Db,
  id: string,
  limits: Pick<OrganizationRecord, 'sessionIdleSeconds' | 'sessionAbsoluteSeconds'>,
): Promise<void> {
  await db.organization.update({ where: { id }, data: limits })
}
