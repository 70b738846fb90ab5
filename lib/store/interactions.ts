import { type ApplicationRecord, applicationColumns } from './applications.ts'
import { type Db, sql } from './db.ts'

/** An application's authorization request that waits for a person at one of our own pages. */
export type InteractionRecord = {
  /** SHA-256 of the value in the address of the page. */
  id: string
  organizationId: string
  applicationId: string
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
      (id, organization_id, application_id, browser_hash, request, session_id, created_at, expires_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.applicationId}, ${row.browserHash},
      ${JSON.stringify(row.request)}::jsonb, ${row.sessionId}, ${row.createdAt}, ${row.expiresAt})`)
}

export type OpenInteraction = { interaction: InteractionRecord; application: ApplicationRecord }

type Row = ApplicationRecord & {
  browserHash: string
  request: unknown
  sessionId: string | null
  interactionCreatedAt: Date
  interactionExpiresAt: Date
}

const columns = sql`${applicationColumns}, i.browser_hash AS "browserHash", i.request, i.session_id AS "sessionId",
  i.created_at AS "interactionCreatedAt", i.expires_at AS "interactionExpiresAt"`

const joins = sql`JOIN applications a ON a.id = i.application_id JOIN products p ON p.id = a.product_id`

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
  return row ? toOpen(id, row) : null
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
  return row ? toOpen(id, row) : null
}

function toOpen(id: string, row: Row): OpenInteraction {
  const { browserHash, request, sessionId, interactionCreatedAt, interactionExpiresAt, ...application } = row
  return {
    application,
    interaction: {
      id,
      organizationId: application.organizationId,
      applicationId: application.id,
      browserHash,
      request,
      sessionId,
      createdAt: interactionCreatedAt,
      expiresAt: interactionExpiresAt,
    },
  }
}
