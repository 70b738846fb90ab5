/**
 * The two addresses of a sign-in by JWT: the one at which the customer's page learns where to send the person
 * afterwards, and the one to which it then sends them. Both byte for byte as customers' pages know them.
 */

/** Where somebody is to be sent with a token: a path of the receiver, and parameters it wants to see again. */
export type ReturnTarget = {
  /** Without the slash it begins with, such as `i/9745804b`. */
  path: string
  /** Already written as a query, such as `view=vote&page=1`; null when there is nothing to carry. */
  params: string | null
}

/** `{ssoUrl}?return_to_path=…&return_to_params=…`, the latter only where there is something to carry. A query of `ssoUrl` stays. */
export function ssoRequestUrl(ssoUrl: string, { path, params }: ReturnTarget): string {
  const carried = params ? `&return_to_params=${encodeURIComponent(params)}` : ''
  return `${ssoUrl}${separatorAfter(ssoUrl)}return_to_path=${encodeURIComponent(path)}${carried}`
}

/** `{baseUrl}/{path}?sso_jwt={token}&{params}`. Path and parameters must have been judged where they come from outside. */
export function ssoReturnUrl(baseUrl: string, { path, params }: ReturnTarget, token: string): string {
  return `${baseUrl.replace(/\/$/, '')}/${path}?sso_jwt=${token}${params ? `&${params}` : ''}`
}

/**
 * A `return_to_path` from outside that stays below any base it is put after, as it goes into an address; null for one
 * that does not: a scheme, a slash or backslash at its start, `..`, also percent-encoded, a query, a fragment, blanks
 * and control characters, more than 1024 characters. What is not ASCII is percent-encoded; the rest stays as it is.
 */
export function toReturnPath(text: string): string | null {
  if (text.length > 1024 || !isWellFormed(text) || /[?#\\\s\p{Cc}]/u.test(text)) return null
  const path = encodeNonAscii(text)
  const segments = path.split('/')
  const [first, ...others] = segments
  // A first segment with a colon would read as a scheme (RFC 3986 §4.2).
  if (first === undefined || first === '' || first.includes(':')) return null
  // Only the last one may be empty: `a//b` is not the same as `a/b`, and to some servers it is.
  if (others.slice(0, -1).includes('')) return null
  return segments.every(isPlainSegment) ? path : null
}

/**
 * `return_to_params` from outside as they go after `sso_jwt` in an address; null for those that would not stay there:
 * a fragment, blanks and control characters, a second `sso_jwt`, more than 2048 characters.
 */
export function toReturnParams(text: string): string | null {
  if (text.length > 2048 || !isWellFormed(text) || /[#\\\s\p{Cc}]/u.test(text)) return null
  const params = encodeNonAscii(text)
  return new URLSearchParams(params).has('sso_jwt') || /%(?![0-9a-f]{2})/i.test(params) ? null : params
}

/**
 * Whether a customer's page can be asked to put parameters into an address behind `sso_jwt`, as they are: no fragment,
 * no control characters, no `sso_jwt` of their own, at most 2048 characters.
 */
export function canCarry(params: string): boolean {
  if (params.length > 2048 || !isWellFormed(params) || /[#\p{Cc}]/u.test(params)) return false
  return !new URLSearchParams(params).has('sso_jwt')
}

function separatorAfter(url: string): string {
  if (!url.includes('?')) return '?'
  return /[?&]$/.test(url) ? '' : '&'
}

function isPlainSegment(segment: string): boolean {
  const encodesStructure = /%(2f|5c|[01][0-9a-f]|7f|25)/i.test(segment)
  const isWritten = /^([A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9a-f]{2})*$/i.test(segment)
  return isWritten && !encodesStructure && !/^(\.|%2e){1,2}$/i.test(segment)
}

function encodeNonAscii(text: string): string {
  return text.replaceAll(/[^\u0000-\u007f]+/g, encodeURIComponent)
}

/** Lone halves of surrogate pairs have no UTF-8. */
function isWellFormed(text: string): boolean {
  return !/\p{Cs}/u.test(text)
}
