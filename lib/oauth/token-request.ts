import { VestibuleError } from '../base/errors.ts'

/** A token request, parsed once from a form or JSON body and the Authorization header. */
export type TokenRequest = {
  grantType: string
  code: string
  redirectUri: string
  codeVerifier: string | null
  clientId: string
  clientSecret: string | null
}

/** Throws `invalid_request` for repeated or non-text parameters, and for two ways of authentication at once (RFC 6749 §2.3). */
export function parseTokenRequest(body: Record<string, unknown>, authorization: string | null): TokenRequest {
  const text = (name: string): string | null => {
    const value = body[name]
    if (value === undefined || value === null || value === '') return null
    if (typeof value !== 'string')
      throw new VestibuleError('invalid_request', `${name} must be sent once, as text.`)
    return value
  }
  const basic = parseBasic(authorization)
  const posted = { clientId: text('client_id'), clientSecret: text('client_secret') }
  if (basic && posted.clientSecret && posted.clientSecret !== basic.clientSecret) {
    throw new VestibuleError(
      'invalid_request',
      'Send the client secret in one place: the Authorization header or the body.',
    )
  }
  return {
    grantType: text('grant_type') ?? '',
    code: text('code') ?? '',
    redirectUri: text('redirect_uri') ?? '',
    codeVerifier: text('code_verifier'),
    clientId: basic?.clientId || posted.clientId || '',
    clientSecret: basic?.clientSecret ?? posted.clientSecret,
  }
}

type ClientCredentials = { clientId: string; clientSecret: string }

/** HTTP Basic (RFC 7617) with each half form-encoded as RFC 6749 §2.3.1 says. */
function parseBasic(authorization: string | null): ClientCredentials | null {
  const match = /^basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(authorization ?? '')
  if (!match) return null
  const text = Buffer.from(match[1]!, 'base64').toString('utf8')
  const at = text.indexOf(':')
  if (at === -1)
    throw new VestibuleError('invalid_request', 'The Authorization header is not a Basic credential.')
  return { clientId: decodeForm(text.slice(0, at)), clientSecret: decodeForm(text.slice(at + 1)) }
}

/**
 * Form-decodes one half. Clients of the dialect send it as it is: `tenant=a&product=b` holds `=` and `&`, which a
 * conformant client would have encoded, so it is left alone; the same goes for what does not decode.
 */
function decodeForm(text: string): string {
  if (/[=&]/.test(text)) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
