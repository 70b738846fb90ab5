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
 * Whether a customer's page can be asked to put parameters into an address behind `sso_jwt`, as they are: no fragment,
 * no control characters, no `sso_jwt` of their own, at most 2048 characters.
 */
export function canCarry(params: string): boolean {
  if (params.length > 2048 || !params.isWellFormed() || /[#\p{Cc}]/u.test(params)) return false
  return !new URLSearchParams(params).has('sso_jwt')
}

function separatorAfter(url: string): string {
  if (!url.includes('?')) return '?'
  return /[?&]$/.test(url) ? '' : '&'
}
