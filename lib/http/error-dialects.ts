import { type ErrorCode, isVestibuleError, VestibuleError } from '../base/errors.ts'
import type { Log } from '../base/log.ts'
import { type Brand, html, renderEndUserPage } from './end-user-page.ts'
import { respondHtml, respondJson } from './respond.ts'

/** How an endpoint speaks about errors; the boundary picks it, never the code that throws. */
export type Dialect = 'oauth' | 'problem' | 'page'

const statusByCode: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_client: 401,
  invalid_grant: 400,
  unauthorized_client: 400,
  unsupported_grant_type: 400,
  unsupported_response_type: 400,
  invalid_scope: 400,
  access_denied: 403,
  login_required: 400,
  interaction_required: 400,
  consent_required: 400,
  account_selection_required: 400,
  server_error: 500,
  temporarily_unavailable: 503,
  invalid_token: 401,
  insufficient_scope: 403,
  invalid_target: 400,
  invalid_dpop_proof: 400,
  request_not_supported: 400,
  request_uri_not_supported: 400,
  registration_not_supported: 400,
  unmet_authentication_requirements: 403,
  validation_failed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  unknown_host: 421,
  logout_refused: 400,
  internal: 500,
}

/** What went wrong, as this error: ours as it is, anything else as `internal`, with the cause for the log. */
export function toVestibuleError(thrown: unknown): VestibuleError {
  if (isVestibuleError(thrown)) return thrown
  return new VestibuleError('internal', 'Something went wrong on our side. It has been recorded.', {
    cause: thrown,
  })
}

/** Answers an error in the dialect of its audience; only what is ours to mend goes to the log as an error. */
export function respondError(
  thrown: unknown,
  dialect: Dialect,
  context: { log: Log; requestId: string; brand: Brand },
): Response {
  const error = toVestibuleError(thrown)
  const status = statusByCode[error.code]
  logError(error, status, context)
  const headers: Record<string, string> = {}
  if (error.retryAfterSeconds !== undefined) headers['retry-after'] = String(error.retryAfterSeconds)
  if (dialect === 'page') return respondErrorPage(status, error, context)
  return dialect === 'oauth'
    ? respondOAuthError(status, error, headers)
    : respondProblem(status, error, context.requestId, headers)
}

function logError(error: VestibuleError, status: number, context: { log: Log; requestId: string }): void {
  const fields = {
    requestId: context.requestId,
    code: error.code,
    internal: error.internal,
    traceId: error.traceId,
    err: status >= 500 ? error.cause : undefined,
  }
  if (status >= 500) context.log.error(fields, error.message)
  else context.log.info(fields, error.message)
}

/** The codes of RFC 6749 §5.2 and RFC 6750 §3.1; what has none there becomes `invalid_request`, with our status. */
const oauthCodes = new Set<ErrorCode>([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_token',
  'insufficient_scope',
  'invalid_target',
  'invalid_dpop_proof',
  'access_denied',
  'request_not_supported',
  'request_uri_not_supported',
])

function respondOAuthError(status: number, error: VestibuleError, headers: Record<string, string>): Response {
  const code = oauthCodes.has(error.code) ? error.code : status >= 500 ? 'server_error' : 'invalid_request'
  if (code === 'invalid_client') headers['www-authenticate'] = 'Basic realm="vestibule", charset="UTF-8"'
  // RFC 6750 §3: a token that is worth nothing, or too little.
  if (code === 'invalid_token' || code === 'insufficient_scope')
    headers['www-authenticate'] = `Bearer error="${code}", error_description="${ascii(error.message)}"`
  if (error.challenge) headers['www-authenticate'] = error.challenge
  return respondJson(
    error.challenge ? 401 : error.code === 'unsupported_media_type' ? 400 : status,
    { error: code, error_description: ascii(error.message) },
    headers,
  )
}

/** `error_description` and header values hold only what RFC 6749 §5.2 allows. */
function ascii(text: string): string {
  return text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, "'")
}

function respondProblem(
  status: number,
  error: VestibuleError,
  requestId: string,
  headers: Record<string, string>,
): Response {
  const problem = {
    type: 'about:blank',
    title: titleByStatus[status] ?? 'Error',
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(error.fields && { errors: error.fields }),
    error: { message: error.message },
  }
  return respondJson(status, problem, {
    'content-type': 'application/problem+json; charset=utf-8',
    ...(status === 401 && { 'www-authenticate': 'Api-Key' }),
    ...headers,
  })
}

const titleByStatus: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Headings of error pages; where there is none the page speaks of a sign-in, which is what brings people here. */
const titleByCode: Partial<Record<ErrorCode, string>> = {
  not_found: 'There is nothing here',
  forbidden: 'This is not open to you',
  unknown_host: 'Nobody is at this address',
  logout_refused: 'Sign-out did not work',
  internal: 'Something went wrong',
}

function respondErrorPage(
  status: number,
  error: VestibuleError,
  context: { requestId: string; brand: Brand },
): Response {
  const reference = error.traceId ?? context.requestId
  const title = error.title ?? titleByCode[error.code] ?? 'Sign-in did not work'
  const page = renderEndUserPage({
    title,
    brand: context.brand,
    body: html`<h1 class="title">${title}</h1>
<p class="error" role="alert">${error.message}</p>
<p class="lead">Go back to the application and try again. If it stays like this, give your administrator this reference:</p>
<p><code>${reference}</code></p>`,
  })
  return respondHtml(status, page)
}
