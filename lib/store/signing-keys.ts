import { type Db, sql } from './db.ts'

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
  /** When it became current; null for one that was current from the beginning, or never was. */
  activatedAt: Date | null
  retiredAt: Date | null
  warnedDays: number | null
}

export function listSigningKeyRecords(
  db: Db,
  organizationId: string,
  purpose: string,
  scope: string,
): Promise<SigningKeyRecord[]> {
  return db.signingKey.findMany({ where: { organizationId, purpose, scope }, orderBy: { createdAt: 'asc' } })
}

export type NewSigningKey = Omit<SigningKeyRecord, 'activatedAt' | 'retiredAt' | 'warnedDays'>

/** False when another instance was quicker: of each purpose there is one current key and at most one next. */
export async function insertSigningKey(db: Db, row: NewSigningKey): Promise<boolean> {
  const { count } = await db.signingKey.createMany({ data: [row], skipDuplicates: true })
  return count > 0
}

/**
 * The next key becomes the current one, and the current one retires: one statement. False when `id` is not the next
 * key any more, because somebody else was quicker.
 */
export async function promoteNextSigningKey(
  db: Db,
  key: Pick<SigningKeyRecord, 'id' | 'organizationId' | 'purpose' | 'scope'>,
  at: Date,
): Promise<boolean> {
  // The current one first: at no moment may there be two.
  const count = await db.$executeRaw(sql`
    WITH retired AS (
      UPDATE signing_keys SET state = 'retired', retired_at = ${at}
      WHERE organization_id = ${key.organizationId} AND purpose = ${key.purpose} AND scope = ${key.scope}
        AND state = 'current'
        AND EXISTS (SELECT 1 FROM signing_keys n WHERE n.id = ${key.id} AND n.state = 'next')
      RETURNING organization_id, purpose, scope)
    UPDATE signing_keys k SET state = 'current', activated_at = ${at}
    FROM retired r
    WHERE k.id = ${key.id} AND k.state = 'next'
      AND k.organization_id = r.organization_id AND k.purpose = r.purpose AND k.scope = r.scope`)
  return count > 0
}

/** Deletes a retired key for good, and returns what it was for. Null when it is not there, or not retired. */
export async function deleteRetiredSigningKey(
  db: Db,
  organizationId: string,
  id: string,
): Promise<string | null> {
  const [row] = await db.$queryRaw<{ purpose: string }[]>(sql`
    DELETE FROM signing_keys WHERE id = ${id} AND organization_id = ${organizationId} AND state = 'retired'
    RETURNING purpose`)
  return row?.purpose ?? null
}

/** All keys for these purposes, of every organization, without what belongs to a tenant. */
export function listKeysOfOrganizations(db: Db, purposes: string[]): Promise<SigningKeyRecord[]> {
  return db.signingKey.findMany({
    where: { purpose: { in: purposes }, scope: '' },
    orderBy: [{ organizationId: 'asc' }, { createdAt: 'asc' }],
  })
}

/** Notes that the end of its certificate was warned of. */
export async function noteKeyWarning(db: Db, id: string, days: number): Promise<void> {
  await db.signingKey.updateMany({ where: { id }, data: { warnedDays: days } })
}

export function listAllSigningKeys(db: Db): Promise<SigningKeyRecord[]> {
  return db.signingKey.findMany()
}

export async function resealSigningKey(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.signingKey.updateMany({ where: { id, privateKeySealed: from }, data: { privateKeySealed: to } })
}
