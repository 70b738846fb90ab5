/**
 * The one typed error. Its public half may be shown to whoever asked; `internal` is for the log alone.
 * Code that throws names what went wrong; the boundary (lib/http) chooses the dialect and the status.
 */

/** RFC 6749 §4.1.2.1 and §5.2, RFC 6750 §3.1, RFC 8707 §2, RFC 9449 §5, OpenID Connect Core §3.1.2.6. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_response_type'
  | 'invalid_scope'
  | 'access_denied'
  | 'login_required'
  | 'interaction_required'
  | 'consent_required'
  | 'account_selection_required'
  | 'server_error'
  | 'temporarily_unavailable'
  | 'invalid_token'
  | 'insufficient_scope'
  | 'invalid_target'
  | 'invalid_dpop_proof'
  | 'request_not_supported'
  | 'request_uri_not_supported'
  | 'registration_not_supported'
  | 'unmet_authentication_requirements'

/** What the management API and the pages refuse. */
export type ApiErrorCode =
  | 'validation_failed'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'conflict'
  | 'payload_too_large'
  | 'unsupported_media_type'
  | 'rate_limited'
  | 'unknown_host'
  | 'logout_refused'
  | 'internal'

export type ErrorCode = OAuthErrorCode | ApiErrorCode

/** One thing wrong with the input: `path` as `redirectUrl.0`, empty for the whole. */
export type FieldError = { path: string; message: string }

export type ErrorOptions = {
  /** For the log alone. */
  internal?: string
  cause?: unknown
  fields?: FieldError[]
  /** Seconds after which another try makes sense (RFC 9110 §10.2.3). */
  retryAfterSeconds?: number
  /** The trace an admin can open to see what happened. */
  traceId?: string
  /** Heading of its page, where the usual one of its code would not fit. */
  title?: string
  /** What a resource wants instead, as `WWW-Authenticate` says it (RFC 9110 §11.6.1); makes the status 401. */
  challenge?: string
}

const brand = Symbol.for('vestibule.error')

export class VestibuleError extends Error {
  readonly [brand] = true
  readonly code: ErrorCode
  readonly internal: string | undefined
  readonly fields: FieldError[] | undefined
  readonly retryAfterSeconds: number | undefined
  readonly traceId: string | undefined
  readonly title: string | undefined
  readonly challenge: string | undefined

  /** `message` is public: a sentence that says what is wrong and, where it can, what to do. */
  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'VestibuleError'
    this.code = code
    this.internal = options.internal
    this.fields = options.fields
    this.retryAfterSeconds = options.retryAfterSeconds
    this.traceId = options.traceId
    this.title = options.title
    this.challenge = options.challenge
  }
}

/** Whether a thrown value is ours. By brand, because pages and protocol routes load this module separately. */
export function isVestibuleError(thrown: unknown): thrown is VestibuleError {
  return typeof thrown === 'object' && thrown !== null && brand in thrown
}
