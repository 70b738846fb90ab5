import type { Db } from './db.ts'

export type SigningKeyRecord = {
  id: string
  organizationId: string
  purpose: string
  scope: string
  state: string
  privateKeySealed: string
  publicKey: string
  certificate: string | null
  createdAt: Date
  notAfterAt: Date | null
}

export function listSigningKeyRecords(
  db: Db,
  organizationId: string,
  purpose: string,
  scope: string,
): Promise<SigningKeyRecord[]> {
  return db.signingKey.findMany({ where: { organizationId, purpose, scope }, orderBy: { createdAt: 'asc' } })
}

export async function insertSigningKey(
  db: Db,
  row: Omit<SigningKeyRecord, 'createdAt'> & { createdAt: Date },
): Promise<void> {
  await db.signingKey.create({ data: row })
}

export function listAllSigningKeys(db: Db): Promise<SigningKeyRecord[]> {
  return db.signingKey.findMany()
}

export async function resealSigningKey(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.signingKey.updateMany({ where: { id, privateKeySealed: from }, data: { privateKeySealed: to } })
}
