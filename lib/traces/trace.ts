import type { TraceRecord } from '../store/traces.ts'

/**
 * The traces room: what happened in one login attempt, for the admin who has to mend it.
 * Owns how it is kept and shown; must not know protocols.
 */
export type TraceView = Omit<TraceRecord, 'organizationId' | 'at' | 'connectionId' | 'received'> & {
  /** RFC 3339. */
  at: string
  /** The connection's id, null when the attempt never reached one. */
  connection: string | null
  hasReceived: boolean
}

export function viewTrace(row: TraceRecord): TraceView {
  const { organizationId: _, connectionId, at, received, ...rest } = row
  return { ...rest, at: at.toISOString(), connection: connectionId, hasReceived: received !== null }
}
