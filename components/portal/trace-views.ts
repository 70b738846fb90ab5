/** One step of a sign-in, as the protocol room recorded it. */
export type CheckView = { name: string; ok: boolean; expected?: string; received?: string }

/** One sign-in attempt as a row of a list. */
export type TraceSummary = {
  id: string
  at: Date | string
  tenant: string
  product: string
  connectionName: string
  purpose: string
  outcome: string
  sentence: string
  subject: string | null
  email: string | null
}

/** One sign-in attempt with everything that is known about it. */
export type TraceView = TraceSummary & {
  cause: string | null
  checks: CheckView[]
  received: string | null
  address: string
  userAgent: string
  requestId: string
}
