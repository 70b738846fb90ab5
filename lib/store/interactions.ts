import { type ApplicationRecord, applicationColumns } from './applications.ts'
import { type Db, sql } from './db.ts'

/** A request that waits for a person at one of our own pages: of an application, or of a product that takes JWT SSO. */
export type InteractionRecord = {
  /** SHA-256 of the value in the address of the page. */
  id: string
  organizationId: string
  applicationId: string | null
  jwtSsoTargetId: string | null
  browserHash: string
  request: unknown
  /** Who has signed in since it began; set when only consent is missing. */
  sessionId: string | null
  createdAt: Date
  expiresAt: Date
}

export async function insertInteraction(db: Db, row: InteractionRecord): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO interactions
      (id, organization_id, application_id, jwt_sso_target_id, browser_hash, request, session_id, created_at, expires_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.applicationId}, ${row.jwtSsoTargetId}, ${row.browserHash},
      ${JSON.stringify(row.request)}::jsonb, ${row.sessionId}, ${row.createdAt}, ${row.expiresAt})`)
}

/** `application`: as it is now; null where a product waits that takes JWT SSO. */
export type OpenInteraction = { interaction: InteractionRecord; application: ApplicationRecord | null }

type Row = ApplicationRecord & {
  jwtSsoTargetId: string | null
  browserHash: string
  request: unknown
  sessionId: string | null
  interactionCreatedAt: Date
  interactionExpiresAt: Date
}

const columns = sql`${applicationColumns}, i.jwt_sso_target_id AS "jwtSsoTargetId", i.browser_hash AS "browserHash", i.request, i.session_id AS "sessionId",
  i.created_at AS "interactionCreatedAt", i.expires_at AS "interactionExpiresAt"`

const joins = sql`LEFT JOIN applications a ON a.id = i.application_id LEFT JOIN products p ON p.id = a.product_id`

/** The interaction of this browser, with its application as it is now; null when there is none or it has expired. */
export async function findInteraction(
  db: Db,
  organizationId: string,
  id: string,
  browserHash: string,
  now: Date,
): Promise<OpenInteraction | null> {
  const [row] = await db.$queryRaw<Row[]>(sql`
    SELECT ${columns} FROM interactions i ${joins}
    WHERE i.id = ${id} AND i.organization_id = ${organizationId} AND i.browser_hash = ${browserHash}
      AND i.expires_at > ${now}`)
  return row ? toOpen(organizationId, id, row) : null
}

/** Takes the interaction out of the database. One statement: of any number of callers one gets it. */
export async function consumeInteraction(
  db: Db,
  organizationId: string,
  id: string,
  browserHash: string,
  now: Date,
): Promise<OpenInteraction | null> {
  const [row] = await db.$queryRaw<Row[]>(sql`
    WITH i AS (
      DELETE FROM interactions
      WHERE id = ${id} AND organization_id = ${organizationId} AND browser_hash = ${browserHash} AND expires_at > ${now}
      RETURNING *
    )
    SELECT ${columns} FROM i ${joins}`)
  return row ? toOpen(organizationId, id, row) : null
}

function toOpen(organizationId: string, id: string, row: Row): OpenInteraction {
  const {
    jwtSsoTargetId,
    browserHash,
    request,
    sessionId,
    interactionCreatedAt,
    interactionExpiresAt,
    ...rest
  } = row
  const application = jwtSsoTargetId === null ? rest : null
  return {
    application,
    interaction: {
      id,
      organizationId,
      applicationId: application?.id ?? null,
      jwtSsoTargetId,
      browserHash,
      request,
      sessionId,
      createdAt: interactionCreatedAt,
      expiresAt: interactionExpiresAt,
    },
  }
}
