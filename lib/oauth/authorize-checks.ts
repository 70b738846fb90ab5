import type { OAuthErrorCode } from '../base/errors.ts'
import { isAllowedRedirectUrl } from '../base/redirect-url.ts'
import type { AuthorizeRequest } from './authorize-request.ts'

/** What the checks must know of a client. */
export type ClientOptions = {
  clientId: string
  defaultRedirectUrl: string
  redirectUrls: string[]
  active: boolean
}

export type AuthorizeCause =
  | 'parameter_repeated'
  | 'parameter_unreadable'
  | 'client_missing'
  | 'client_unknown'
  | 'redirect_url_missing'
  | 'redirect_url_not_registered'
  | 'response_type_unsupported'
  | 'request_object_unsupported'
  | 'response_mode_unsupported'
  | 'pkce_method_unsupported'
  | 'pkce_challenge_invalid'
  | 'prompt_unsupported'
  | 'max_age_invalid'
  | 'idp_hint_unknown'
  | 'connection_deactivated'

/** Null: passed. Otherwise why not, with what was expected and what came. */
export type CheckResult = null | {
  cause: AuthorizeCause
  code: OAuthErrorCode
  expected?: string
  received?: string
}

export type AuthorizeCheck = {
  name: string
  run(request: AuthorizeRequest, clients: ClientOptions[]): CheckResult
}

/** Until these have passed nothing is sent to the redirect URL: the person sees a page (RFC 6749 §4.1.2.1). */
export const clientChecks: readonly AuthorizeCheck[] = [
  {
    name: 'Parameters come once',
    run: ({ repeated }) =>
      repeated.length === 0
        ? null
        : { cause: 'parameter_repeated', code: 'invalid_request', received: repeated.join(', ') },
  },
  {
    name: 'Parameters are text',
    run: ({ unreadable }) =>
      unreadable.length === 0
        ? null
        : { cause: 'parameter_unreadable', code: 'invalid_request', received: unreadable.join(', ') },
  },
  {
    name: 'Connection',
    run(request, clients) {
      if (!request.client)
        return {
          cause: 'client_missing',
          code: 'invalid_request',
          expected: 'tenant and product, or client_id',
        }
      if (clients.length > 0) return null
      const { client } = request
      const received =
        client.kind === 'tenant' ? `tenant ${client.tenant}, product ${client.product}` : client.clientId
      return { cause: 'client_unknown', code: 'invalid_request', received }
    },
  },
  {
    name: 'Redirect URL',
    run(request, clients) {
      if (!request.redirectUri)
        return { cause: 'redirect_url_missing', code: 'invalid_request', expected: 'redirect_uri' }
      if (clients.some((client) => allowsRedirect(client, request.redirectUri))) return null
      const expected = [...new Set(clients.flatMap((client) => client.redirectUrls))].slice(0, 10).join(', ')
      return {
        cause: 'redirect_url_not_registered',
        code: 'invalid_request',
        expected,
        received: request.redirectUri,
      }
    },
  },
]

/** From here on the client learns of an error through its redirect URL. */
export const requestChecks: readonly AuthorizeCheck[] = [
  {
    name: 'Response type',
    run: ({ responseType }) =>
      responseType === 'code'
        ? null
        : {
            cause: 'response_type_unsupported',
            code: 'unsupported_response_type',
            expected: 'code',
            received: responseType,
          },
  },
  {
    name: 'No request object',
    run({ requestObject }) {
      if (!requestObject) return null
      const code = requestObject === 'request' ? 'request_not_supported' : 'request_uri_not_supported'
      return { cause: 'request_object_unsupported', code, received: requestObject }
    },
  },
  {
    name: 'Response mode',
    run: ({ responseMode }) =>
      ['query', 'form_post'].includes(responseMode)
        ? null
        : {
            cause: 'response_mode_unsupported',
            code: 'invalid_request',
            expected: 'query or form_post',
            received: responseMode,
          },
  },
  { name: 'PKCE', run: checkPkce },
  {
    name: 'Prompt',
    run: ({ prompt }) =>
      prompt.includes('none')
        ? {
            cause: 'prompt_unsupported',
            code: 'login_required',
            expected: 'a sign-in at the identity provider',
            received: 'none',
          }
        : null,
  },
  {
    name: 'Max age',
    run: ({ maxAge }) =>
      maxAge === null || /^\d{1,9}$/.test(maxAge)
        ? null
        : {
            cause: 'max_age_invalid',
            code: 'invalid_request',
            expected: 'a number of seconds',
            received: maxAge,
          },
  },
  {
    name: 'Identity provider hint',
    run: ({ idpHint }, clients) =>
      !idpHint || clients.some((client) => client.clientId === idpHint)
        ? null
        : {
            cause: 'idp_hint_unknown',
            code: 'invalid_request',
            expected: 'a clientID of this tenant and product',
            received: idpHint,
          },
  },
  {
    name: 'Connection is active',
    run: ({ idpHint }, clients) =>
      clients.some((client) => client.active && (!idpHint || client.clientId === idpHint))
        ? null
        : { cause: 'connection_deactivated', code: 'access_denied' },
  },
]

/** Whether this client may be answered at that address. The default one is registered too. */
export function allowsRedirect(client: ClientOptions, redirectUri: string): boolean {
  return isAllowedRedirectUrl(redirectUri, [client.defaultRedirectUrl, ...client.redirectUrls])
}

/** RFC 7636 §4.3: S256 only; a connection named the Polis way may leave PKCE out, never weaken it. */
function checkPkce(request: AuthorizeRequest): CheckResult {
  const { codeChallenge, codeChallengeMethod } = request
  if (codeChallenge === null && codeChallengeMethod === null) return null
  if (codeChallengeMethod !== 'S256') {
    return {
      cause: 'pkce_method_unsupported',
      code: 'invalid_request',
      expected: 'S256',
      received: codeChallengeMethod ?? 'nothing, which means plain',
    }
  }
  if (codeChallenge !== null && /^[A-Za-z0-9_-]{43}$/.test(codeChallenge)) return null
  return {
    cause: 'pkce_challenge_invalid',
    code: 'invalid_request',
    expected: '43 characters, base64url of a SHA-256',
  }
}

/** What an admin reads in the trace; `facts` are those of the failed check. */
export function explainAuthorizeCause(
  cause: AuthorizeCause,
  facts: { expected?: string; received?: string },
): string {
  return sentences[cause](facts.expected ?? '', facts.received ?? '')
}

const sentences: Record<AuthorizeCause, (expected: string, received: string) => string> = {
  parameter_repeated: (_, received) =>
    `The application sent these parameters more than once: ${received}. Send each of them once.`,
  parameter_unreadable: (_, received) =>
    `The application sent parameters that are too long or hold a NUL character: ${received}.`,
  client_missing: () =>
    'The application did not say which connection it means. It must send tenant and product, or the clientID of a connection as client_id.',
  client_unknown: (_, received) =>
    `There is no sign-in set up for ${received}. Check the spelling, or make a connection for it in the portal.`,
  redirect_url_missing: () =>
    'The application sent no redirect_uri. It must send one that is registered with the connection.',
  redirect_url_not_registered: (_, received) =>
    `The application wants its answer at ${received}, which is not registered with the connection. Add it to the redirect URLs of the connection if the application is yours.`,
  response_type_unsupported: (_, received) =>
    `The application asked for response_type "${received}". Only "code" is supported: use the authorization code flow.`,
  request_object_unsupported: (_, received) =>
    `The application sent "${received}". Request objects are not supported; send plain parameters.`,
  response_mode_unsupported: (_, received) =>
    `The application asked for response_mode "${received}". Use "query" or "form_post".`,
  pkce_method_unsupported: (_, received) =>
    `The application uses PKCE with the method "${received}". Only S256 is accepted.`,
  pkce_challenge_invalid: () =>
    'The code_challenge of the application is not the SHA-256 of a verifier in base64url.',
  prompt_unsupported: () =>
    'The application asked for a sign-in without any page (prompt=none), but this connection always goes to the identity provider.',
  max_age_invalid: (_, received) =>
    `The application sent max_age "${received}", which is not a number of seconds.`,
  idp_hint_unknown: (_, received) =>
    `The application sent idp_hint "${received}", which is not the clientID of a connection of this tenant and product.`,
  connection_deactivated: () =>
    'The connection is deactivated. Activate it in the portal if people should be able to sign in through it.',
}
