import { type Db, type Json, literalPattern, type Page, toPage } from './db.ts'

export type AuditEventRecord = {
  id: string
  organizationId: string
  actorType: string
  actorId: string
  actorName: string
  action: string
  targetType: string
  targetId: string
  targetName: string
  tenant: string | null
  result: string
  reason: string | null
  before: unknown
  after: unknown
  address: string
  requestId: string
  at: Date
}

export async function insertAuditEvent(
  db: Db,
  row: Omit<AuditEventRecord, 'before' | 'after'> & { before?: Json; after?: Json },
): Promise<void> {
  await db.auditEvent.create({ data: row })
}

export async function listAuditEventRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; tenant?: string; cursor?: string; limit: number },
): Promise<Page<AuditEventRecord>> {
  const { query } = options
  const rows = await db.auditEvent.findMany({
    where: {
      organizationId,
      ...(options.tenant && { tenant: options.tenant }),
      ...(query && {
        OR: (['action', 'actorName', 'targetName', 'targetId'] as const).map((field) => ({
          [field]: { contains: literalPattern(query), mode: 'insensitive' as const },
        })),
      }),
      ...(options.cursor && { id: { lt: options.cursor } }),
    },
    orderBy: { id: 'desc' },
    take: options.limit + 1,
  })
  return toPage(rows, options.limit)
}
