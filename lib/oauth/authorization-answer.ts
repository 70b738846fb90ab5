import type { OAuthErrorCode } from '../base/errors.ts'

/** How an authorization request is answered at the client's redirect URL. */
export type AuthorizationAnswer =
  | { kind: 'redirect'; url: string }
  | { kind: 'post'; url: string; fields: Record<string, string> }

export type AnswerParameters = { code: string } | { error: OAuthErrorCode; error_description: string }

/**
 * Puts code or error, `state` and `iss` (RFC 9207) into the query or a form (OAuth 2.0 Form Post Response Mode).
 * Parameters the redirect URL has of its own stay.
 */
export function answerAuthorization(
  to: { redirectUri: string; responseMode: string; state: string | null; issuer: string },
  parameters: AnswerParameters,
): AuthorizationAnswer {
  const fields: Record<string, string> = {
    ...parameters,
    ...(to.state !== null && { state: to.state }),
    iss: to.issuer,
  }
  if (to.responseMode === 'form_post') return { kind: 'post', url: to.redirectUri, fields }
  const separator = to.redirectUri.includes('?') ? '&' : '?'
  return { kind: 'redirect', url: `${to.redirectUri}${separator}${new URLSearchParams(fields)}` }
}
