import { type Db, sql } from './db.ts'

export type OrganizationRecord = {
  id: string
  name: string
  host: string
  sessionIdleSeconds: number
  sessionAbsoluteSeconds: number
  /** The connection through which members may sign in to the portal, and whether they must. */
  portalConnectionId: string | null
  requirePortalSso: boolean
  createdAt: Date
  updatedAt: Date
}

/** A logo is read where it is shown, and nowhere else. */
const omit = { logo: true, logoType: true } as const

export function findOrganizationByHost(db: Db, host: string): Promise<OrganizationRecord | null> {
  return db.organization.findUnique({ where: { host }, omit })
}

export function findFirstOrganization(db: Db): Promise<OrganizationRecord | null> {
  return db.organization.findFirst({ orderBy: { createdAt: 'asc' }, omit })
}

export function loadOrganization(db: Db, id: string): Promise<OrganizationRecord> {
  return db.organization.findUniqueOrThrow({ where: { id }, omit })
}

export function insertOrganization(
  db: Db,
  row: { id: string; name: string; host: string },
): Promise<OrganizationRecord> {
  return db.organization.create({ data: row, omit })
}

export function setOrganizationHost(db: Db, id: string, host: string): Promise<OrganizationRecord> {
  return db.organization.update({ where: { id }, data: { host }, omit })
}

export async function setSessionLimits(
  db: Db,
  id: string,
  limits: Pick<OrganizationRecord, 'sessionIdleSeconds' | 'sessionAbsoluteSeconds'>,
): Promise<void> {
  await db.organization.update({ where: { id }, data: limits, select: { id: true } })
}

/**
 * Writes how members sign in to the portal. False when they must sign in through a connection that is not there, is not
 * active, or to which the acting owner is not linked: nobody shuts themselves out, also when something changes meanwhile.
 */
export async function setPortalSignIn(
  db: Db,
  id: string,
  setting: Pick<OrganizationRecord, 'portalConnectionId' | 'requirePortalSso'>,
  { ownerId, at }: { ownerId: string; at: Date },
): Promise<boolean> {
  const { portalConnectionId, requirePortalSso } = setting
  const count = await db.$executeRaw(sql`
    UPDATE organizations o SET portal_connection_id = ${portalConnectionId},
      require_portal_sso = ${requirePortalSso}, updated_at = ${at}
    WHERE o.id = ${id} AND (NOT ${requirePortalSso}::boolean OR EXISTS (
      SELECT 1 FROM members m JOIN connections c ON c.id = m.sso_connection_id
      WHERE m.organization_id = o.id AND m.id = ${ownerId} AND m.role = 'owner' AND m.status = 'active'
        AND m.sso_subject IS NOT NULL AND c.id = ${portalConnectionId} AND c.active))`)
  return count === 1
}

/** Whether members sign in to the portal through a connection of this tenant. */
export async function isPortalSignInOfTenant(db: Db, id: string, tenantId: string): Promise<boolean> {
  return (await db.organization.count({ where: { id, portalConnection: { tenantId } } })) > 0
}

/** What people see of an organization, and which logo it has: not the image itself. */
export type BrandRecord = {
  id: string
  name: string
  host: string
  /** Media type and size in bytes; null where there is no logo. */
  logoType: string | null
  logoBytes: number | null
  /** Another one for every other image. */
  logoVersion: string | null
}

const logoVersion = sql`left(encode(sha256(logo), 'hex'), 32)`

const brandColumns = sql`id, name, host, logo_type AS "logoType", octet_length(logo) AS "logoBytes",
  ${logoVersion} AS "logoVersion"`

export async function findBrandByHost(db: Db, host: string): Promise<BrandRecord | null> {
  const [row] = await db.$queryRaw<BrandRecord[]>(sql`
    SELECT ${brandColumns} FROM organizations WHERE host = ${host}`)
  return row ?? null
}

export async function loadBrand(db: Db, id: string): Promise<BrandRecord> {
  const [row] = await db.$queryRaw<BrandRecord[]>(sql`
    SELECT ${brandColumns} FROM organizations WHERE id = ${id}`)
  if (!row) throw new Error(`there is no organization ${id}`)
  return row
}

export type LogoRecord = { logo: Uint8Array<ArrayBuffer>; logoType: string; logoVersion: string }

export async function findLogo(db: Db, id: string): Promise<LogoRecord | null> {
  const [row] = await db.$queryRaw<LogoRecord[]>(sql`
    SELECT logo, logo_type AS "logoType", ${logoVersion} AS "logoVersion"
    FROM organizations WHERE id = ${id} AND logo IS NOT NULL`)
  return row ?? null
}

export async function setOrganizationName(db: Db, id: string, name: string): Promise<void> {
  await db.organization.update({ where: { id }, data: { name }, select: { id: true } })
}

export async function setLogo(
  db: Db,
  id: string,
  { logo, logoType }: { logo: Uint8Array; logoType: string },
): Promise<void> {
  const data = { logo: new Uint8Array(logo), logoType }
  await db.organization.update({ where: { id }, data, select: { id: true } })
}

/** Whether there was one. */
export async function removeLogo(db: Db, id: string): Promise<boolean> {
  const { count } = await db.organization.updateMany({
    where: { id, logo: { not: null } },
    data: { logo: null, logoType: null },
  })
  return count === 1
}
