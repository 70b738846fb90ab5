import type { JWK } from 'jose'
import type { Check } from '../base/check.ts'
import type { SafeFetch } from '../http/safe-fetch.ts'
import type { SentRequest } from './authorization-request.ts'
import type { ProviderMetadata } from './provider-metadata.ts'
import type { JwsHeader, KeySource } from './signing-keys.ts'
import type { Exchanged } from './token-request.ts'

/** What was asked, of whom, and with what the answer is judged. */
export type Expectation = {
  provider: ProviderMetadata
  clientId: string
  clientSecret: string
  redirectUri: string
  sent: SentRequest
  now: Date
  keys: KeySource
  fetch: SafeFetch
}

export type Claims = Record<string, unknown>

/**
 * What the checks find out, each for those after it. A field is set by the check named beside it and read only by later
 * ones; the order of the checks is tested.
 */
export type Reading = {
  readonly parameters: URLSearchParams
  readonly expect: Expectation
  /** Token request */
  exchanged: Exchanged
  tokens: Record<string, unknown>
  accessToken: string
  /** ID token */
  idToken: string
  header: JwsHeader
  claims: Claims
  /** Key */
  key: JWK
  /** Subject */
  subject: string
  /** Userinfo: null when the provider has none. */
  userinfo: Claims | null
}

/** What a check saw, for the trace. */
export type Seen = Pick<Check, 'expected' | 'received'>

/** One named step: returns what it saw, throws OidcRefusal. */
export type AnswerCheck = {
  readonly name: string
  readonly run: (reading: Reading) => Seen | Promise<Seen>
}

/** How far two clocks may be apart. */
export const skewSeconds = 120

/** A value of a token as the trace shows it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 300 ? `${text.slice(0, 300)}…` : text
}

/** Seconds since the epoch (RFC 7519 §2, NumericDate) as RFC 3339; as it stands when it is none. */
export function showTime(seconds: unknown): string {
  return isNumericDate(seconds) ? new Date(seconds * 1000).toISOString() : show(seconds)
}

export function isNumericDate(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && Math.abs(value) < 1e11
}
