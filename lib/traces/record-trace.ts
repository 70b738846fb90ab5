import type { Check } from '../base/check.ts'
import type { House } from '../house.ts'
import type { Json } from '../store/db.ts'
import { countAttempt } from '../store/rate-limits.ts'
import { insertTrace, type TraceRecord } from '../store/traces.ts'

/** Where a request came from, as the trace keeps it. */
export type Origin = { address: string; userAgent: string; requestId: string }

export type TraceEntry = {
  id: string
  organizationId: string
  tenant: string
  product: string
  connection: { id: string; name: string; kind: string } | null
  /** `jwt-sso`: on to a product that takes a token of ours. */
  purpose: 'sign-in' | 'sign-out' | 'test' | 'portal' | 'jwt-sso'
  checks: Check[]
  subject?: string | null
  email?: string | null
  /** What the identity provider sent, when it was refused. */
  received?: string | null
  external?: Json | null
  shadow?: Json | null
  origin: Origin
} & ({ outcome: 'success'; sentence: string } | { outcome: 'failure'; cause: string; sentence: string })

/** Longest text kept of what the identity provider sent, in characters. */
const receivedLimit = 100_000

/** So many of these texts are kept a minute for one connection: whoever floods it with answers must not fill the disk. */
const receivedPerMinute = 60

/** Keeps what happened in one login attempt. Never throws because of what a stranger sent: texts are cut to size. */
export async function recordTrace(house: Pick<House, 'db' | 'clock'>, entry: TraceEntry): Promise<void> {
  const received = await keepReceived(house, entry)
  await insertTrace(house.db, { ...toTraceRecord(entry, house.clock.now()), received })
}

/** The row for an attempt, without what the identity provider sent. */
export function toTraceRecord(entry: TraceEntry, at: Date): TraceRecord {
  return {
    id: entry.id,
    organizationId: entry.organizationId,
    tenant: clean(entry.tenant, 128),
    product: clean(entry.product, 128),
    connectionId: entry.connection?.id ?? null,
    connectionName: entry.connection?.name ?? '',
    kind: entry.connection?.kind ?? '',
    purpose: entry.purpose,
    outcome: entry.outcome,
    cause: entry.outcome === 'failure' ? entry.cause : null,
    sentence: clean(entry.sentence, 2000),
    checks: entry.checks.map((check) => ({
      ...check,
      ...(check.expected !== undefined && { expected: clean(check.expected, 2000) }),
      ...(check.received !== undefined && { received: clean(check.received, 2000) }),
    })),
    subject: entry.subject ? clean(entry.subject, 500) : null,
    email: entry.email ? clean(entry.email, 320) : null,
    received: null,
    external: entry.external ?? null,
    shadow: entry.shadow ?? null,
    address: entry.origin.address,
    userAgent: clean(entry.origin.userAgent, 300),
    requestId: entry.origin.requestId,
    at,
  }
}

async function keepReceived(
  house: Pick<House, 'db' | 'clock'>,
  { received, connection }: TraceEntry,
): Promise<string | null> {
  if (!received) return null
  const { count } = await countAttempt(house.db, `trace-received:${connection?.id}`, 60, house.clock.now())
  return count <= receivedPerMinute ? clean(received, receivedLimit) : null
}

/** Cut to size, without NUL (which PostgreSQL cannot store) and without half a surrogate pair. */
function clean(text: string, limit: number): string {
  return text.slice(0, limit).replaceAll('\u0000', '').toWellFormed()
}
