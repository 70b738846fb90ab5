import type { Seen } from './causes.ts'

/** The members of a JSON object, as they came. */
export type Members = Record<string, unknown>

/** A secret that may have signed the token; its UTF-8 bytes are the key. */
export type SsoSecret = { id: string; secret: string }

/** With what a token is judged. */
export type Expectation = {
  secrets: readonly SsoSecret[]
  /** What `aud` must name. */
  audience: string
  now: Date
}

/** A person as the customer's page describes them. */
export type SsoPerson = {
  email: string
  firstName: string | null
  lastName: string | null
  /** What the customer calls the person for good; null when they are known by their address. */
  id: string | null
  tags: Record<string, string>
}

/** The claims of a token that holds; times in seconds since the epoch. */
export type SsoPayload = { data: SsoPerson; aud: string[]; iat: number; nbf: number; exp: number }

/**
 * What the checks find out, each for those after it. A field is set by the check named beside it and read only by later
 * ones; the order of the checks is tested.
 */
export type Reading = {
  readonly token: string
  readonly expect: Expectation
  /** Form of the token */
  parts: { header: string; payload: string; signature: Uint8Array<ArrayBuffer> }
  header: Members
  /** Signature */
  secretId: string
  /** Content */
  payload: Members
  /** Audience */
  audiences: string[]
  /** Person */
  person: Omit<SsoPerson, 'tags'>
  /** Tags */
  tags: Record<string, string>
}

/** One named step: returns what it saw, throws JwtRefusal. */
export type TokenCheck = {
  readonly name: string
  readonly run: (reading: Reading) => Seen | Promise<Seen>
}

/** How far the clocks of two servers may be apart where the token itself allows nothing; in seconds. */
export const skewSeconds = 60

/** nbf is three minutes before the token is made and exp five minutes after it: what is recommended, and the most. */
export const nbfBeforeSeconds = 180
export const expAfterSeconds = 300
export const maxLifetimeSeconds = nbfBeforeSeconds + expAfterSeconds

/** A page that reads its clock for every claim may see it tick in between. */
export const tickSeconds = 2

/** Longer ones do not fit into addresses everywhere. */
export const maxTokenLength = 8192

/** A value of a token as the trace shows it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** Seconds since the epoch as RFC 3339. */
export function showTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString()
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
