import type { OAuthErrorCode } from '../base/errors.ts'
import { isAllowedRedirectUrl } from '../base/redirect-url.ts'
import type { AuthorizeRequest } from './authorize-request.ts'
import { isResource } from './resource.ts'

/** What the checks must know of a client: of each connection that is meant, or of the one application. */
export type ClientOptions = {
  kind: 'connection' | 'application'
  clientId: string
  redirectUrls: string[]
  /** For native applications (RFC 8252 §7.3). */
  anyLoopbackPort: boolean
  active: boolean
  requirePkce: boolean
  /** Whether the request must have been sent ahead (RFC 9126). */
  requirePar: boolean
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
  | 'pkce_missing'
  | 'pkce_method_unsupported'
  | 'pkce_challenge_invalid'
  | 'pushed_request_missing'
  | 'prompt_unsupported'
  | 'prompt_invalid'
  | 'claims_invalid'
  | 'resource_invalid'
  | 'key_thumbprint_invalid'
  | 'max_age_invalid'
  | 'idp_hint_unknown'
  | 'connection_deactivated'
  | 'id_token_hint_invalid'
  | 'tenant_unknown'
  | 'tenant_other'
  | 'session_missing'
  | 'subject_other'
  | 'acr_unmet'
  | 'consent_refused'

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
    name: 'Client',
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
    run: ({ requestObject }) =>
      requestObject === null
        ? null
        : {
            cause: 'request_object_unsupported',
            code: `${requestObject}_not_supported`,
            received: requestObject,
          },
  },
  {
    name: 'Sent ahead',
    run: ({ pushed }, clients) =>
      pushed || !clients.some(({ requirePar }) => requirePar)
        ? null
        : { cause: 'pushed_request_missing', code: 'invalid_request', expected: 'request_uri' },
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
  { name: 'Key thumbprint', run: checkThumbprint },
  { name: 'Prompt', run: checkPrompt },
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
    name: 'Claims',
    run: ({ claims }) =>
      claims === 'invalid'
        ? {
            cause: 'claims_invalid',
            code: 'invalid_request',
            expected: 'a JSON object with userinfo and id_token',
          }
        : null,
  },
  { name: 'Resources', run: checkResources },
  {
    name: 'Identity provider hint',
    run: ({ idpHint }, clients) =>
      !idpHint || clients.some(({ kind, clientId }) => kind === 'application' || clientId === idpHint)
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
      clients.some(
        ({ kind, active, clientId }) =>
          active && (kind === 'application' || !idpHint || clientId === idpHint),
      )
        ? null
        : { cause: 'connection_deactivated', code: 'access_denied' },
  },
]

/** Whether this client may be answered at that address. */
export function allowsRedirect(
  { redirectUrls, anyLoopbackPort }: Pick<ClientOptions, 'redirectUrls' | 'anyLoopbackPort'>,
  redirectUri: string,
): boolean {
  return isAllowedRedirectUrl(redirectUri, redirectUrls, { anyLoopbackPort })
}

/** RFC 7636 §4.3: S256 only. A connection named the Polis way may leave PKCE out, an application if it is set so. */
function checkPkce(request: AuthorizeRequest, clients: ClientOptions[]): CheckResult {
  const { codeChallenge, codeChallengeMethod } = request
  if (codeChallenge === null && codeChallengeMethod === null) {
    return clients.some(({ requirePkce }) => requirePkce)
      ? { cause: 'pkce_missing', code: 'invalid_request', expected: 'code_challenge' }
      : null
  }
  if (codeChallengeMethod !== 'S256') {
    return {
      cause: 'pkce_method_unsupported',
      code: 'invalid_request',
      expected: 'S256',
      received: codeChallengeMethod ?? 'nothing, which means plain',
    }
  }
  if (codeChallenge !== null && isSha256(codeChallenge)) return null
  return {
    cause: 'pkce_challenge_invalid',
    code: 'invalid_request',
    expected: '43 characters, base64url of a SHA-256',
  }
}

function isSha256(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

function checkThumbprint({ dpopJkt }: AuthorizeRequest): CheckResult {
  if (dpopJkt === null || isSha256(dpopJkt)) return null
  return { cause: 'key_thumbprint_invalid', code: 'invalid_request', expected: 'a JWK thumbprint, base64url' }
}

const prompts = ['none', 'login', 'consent', 'select_account']

/**
 * OpenID Connect Core §3.1.2.1: `none` stands alone. A connection addressed the Polis way always goes to the identity
 * provider, so it cannot do without a page; what else it is asked for there was never an error.
 */
function checkPrompt({ prompt }: AuthorizeRequest, clients: ClientOptions[]): CheckResult {
  const isApplication = clients.some(({ kind }) => kind === 'application')
  if (!isApplication) {
    return prompt.includes('none')
      ? {
          cause: 'prompt_unsupported',
          code: 'login_required',
          expected: 'a sign-in at the identity provider',
          received: 'none',
        }
      : null
  }
  const wrong = prompt.some((one) => !prompts.includes(one)) || (prompt.includes('none') && prompt.length > 1)
  if (!wrong) return null
  return {
    cause: 'prompt_invalid',
    code: 'invalid_request',
    expected: 'none, or any of login, consent, select_account',
    received: prompt.join(' '),
  }
}

/** RFC 8707 §2. The dialect carries tenant and product in `resource`. */
function checkResources({ resources }: AuthorizeRequest, clients: ClientOptions[]): CheckResult {
  if (!clients.some(({ kind }) => kind === 'application')) return null
  const wrong = resources.find((one) => !isResource(one))
  if (wrong === undefined) return null
  return { cause: 'resource_invalid', code: 'invalid_target', expected: 'an absolute URI', received: wrong }
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
    'The application did not say which client it is. It must send its client_id, or tenant and product, or the clientID of a connection as client_id.',
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
  pkce_missing: () =>
    'The application came without PKCE (code_challenge). Switch PKCE on in its OAuth library, or make it optional for this application in the portal.',
  pkce_method_unsupported: (_, received) =>
    `The application uses PKCE with the method "${received}". Only S256 is accepted.`,
  pkce_challenge_invalid: () =>
    'The code_challenge of the application is not the SHA-256 of a verifier in base64url.',
  pushed_request_missing: () =>
    'This application is set to send its authorization requests ahead (PAR), and came without a request_uri.',
  prompt_invalid: (_, received) =>
    `The application sent prompt "${received}". "none" stands alone; the others are login, consent and select_account.`,
  claims_invalid: () =>
    'The application sent a claims parameter that is not a JSON object of the form OpenID Connect Core §5.5 describes.',
  resource_invalid: (_, received) =>
    `The application asked for a token for "${received}", which is not an absolute URI.`,
  key_thumbprint_invalid: () => 'The application sent a dpop_jkt that is not the thumbprint of a key.',
  prompt_unsupported: () =>
    'The application asked for a sign-in without any page (prompt=none), but this connection always goes to the identity provider.',
  max_age_invalid: (_, received) =>
    `The application sent max_age "${received}", which is not a number of seconds.`,
  idp_hint_unknown: (_, received) =>
    `The application sent idp_hint "${received}", which is not the clientID of a connection of this tenant and product.`,
  id_token_hint_invalid: () => 'The application sent an id_token_hint that is not an ID token of ours.',
  tenant_unknown: (_, received) =>
    `The application named the tenant "${received}", which there is none of. Check the spelling, or make the tenant.`,
  tenant_other: (expected, received) =>
    `The application asked for somebody of the tenant "${expected}", and somebody of "${received}" signed in.`,
  session_missing: () =>
    'The application asked for somebody who is signed in already (prompt=none), and nobody was who fits what it asked for.',
  subject_other: () =>
    'The application expected a certain person (id_token_hint or claims), and another one signed in.',
  acr_unmet: (expected, received) =>
    `The application insists on a way of authentication (${expected}) that this sign-in did not have (${received}).`,
  consent_refused: () => 'The person was asked whether the application may know them, and said no.',
  connection_deactivated: () =>
    'The connection is deactivated. Activate it in the portal if people should be able to sign in through it.',
}
