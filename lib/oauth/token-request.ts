import { isApplicationClientId } from '../base/client-id.ts'
import { VestibuleError } from '../base/errors.ts'
import type { ClientAuthMethod } from '../store/applications.ts'

/** A token-like request (token, revocation, introspection, pushed authorization), parsed once. Absent text is `null`. */
export type TokenRequest = ClientCredentials & {
  grantType: string
  code: string
  redirectUri: string
  codeVerifier: string | null
  refreshToken: string | null
  scope: string | null
  /** Resource indicators (RFC 8707 §2.2). */
  resources: string[]
}

/** How a client says who it is (RFC 6749 §2.3, RFC 7523 §2.2). */
export type ClientCredentials = {
  clientId: string
  clientSecret: string | null
  clientAssertion: string | null
  method: ClientAuthMethod
}

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** Throws `invalid_request` for repeated or non-text parameters, and for two ways of authentication at once (RFC 6749 §2.3). */
export function parseTokenRequest(body: Record<string, unknown>, authorization: string | null): TokenRequest {
  return {
    ...parseClientCredentials(body, authorization),
    grantType: readText(body, 'grant_type') ?? '',
    code: readText(body, 'code') ?? '',
    redirectUri: readText(body, 'redirect_uri') ?? '',
    codeVerifier: readText(body, 'code_verifier'),
    refreshToken: readText(body, 'refresh_token'),
    scope: readText(body, 'scope'),
    resources: readTexts(body, 'resource'),
  }
}

/** Who the caller says it is. Throws `invalid_request`, `invalid_client`. */
export function parseClientCredentials(
  body: Record<string, unknown>,
  authorization: string | null,
): ClientCredentials {
  const basic = parseBasic(authorization)
  const secret = readText(body, 'client_secret')
  const assertion = readAssertion(body)
  const named = readText(body, 'client_id')
  if (basic && secret && (secret !== basic.clientSecret || isApplicationClientId(basic.clientId)))
    throw refuse('Send the client secret in one place: the Authorization header or the body.')
  if (basic && named && named !== basic.clientId && isApplicationClientId(basic.clientId))
    throw refuse('client_id is another one than that of the Authorization header.')
  if (assertion && (basic || secret)) throw refuse('Send a client secret or a client assertion, not both.')
  const clientId = basic?.clientId || named || subjectOf(assertion)
  const clientSecret = basic?.clientSecret ?? secret
  return { clientId, clientSecret, clientAssertion: assertion, method: methodOf(basic, secret, assertion) }
}

/** The text of a parameter, null when absent or empty. Throws `invalid_request` when it came twice. */
export function readText(body: Record<string, unknown>, name: string): string | null {
  const value = body[name]
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string') throw refuse(`${name} must be sent once, as text.`)
  return value
}

/** The texts of a parameter that may come several times. */
function readTexts(body: Record<string, unknown>, name: string): string[] {
  const values = [body[name] ?? []].flat()
  if (values.some((value) => typeof value !== 'string')) throw refuse(`${name} must be text.`)
  return (values as string[]).filter(Boolean)
}

function methodOf(basic: unknown, secret: string | null, assertion: string | null): ClientAuthMethod {
  if (assertion) return 'private_key_jwt'
  if (basic) return 'client_secret_basic'
  return secret ? 'client_secret_post' : 'none'
}

function readAssertion(body: Record<string, unknown>): string | null {
  const assertion = readText(body, 'client_assertion')
  const type = readText(body, 'client_assertion_type')
  if (assertion === null && type === null) return null
  if (type !== assertionType) throw refuse(`client_assertion_type must be ${assertionType}.`)
  if (assertion === null) throw refuse('client_assertion is missing.')
  return assertion
}

/** The client an assertion is about, unverified: only to look up its keys (RFC 7521 §4.2 makes `client_id` optional). */
function subjectOf(assertion: string | null): string {
  if (!assertion) return ''
  try {
    const claims = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'))
    return typeof claims?.sub === 'string' ? claims.sub : ''
  } catch {
    return ''
  }
}

type BasicCredentials = { clientId: string; clientSecret: string }

/** HTTP Basic (RFC 7617) with each half form-encoded as RFC 6749 §2.3.1 says. */
function parseBasic(authorization: string | null): BasicCredentials | null {
  const match = /^basic\s+([A-Za-z0-9+/_=-]+)\s*$/i.exec(authorization ?? '')
  if (!match) return null
  const text = Buffer.from(match[1]!, 'base64').toString('utf8')
  const at = text.indexOf(':')
  if (at === -1) throw refuse('The Authorization header is not a Basic credential.')
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

function refuse(message: string): VestibuleError {
  return new VestibuleError('invalid_request', message)
}
