import { type ErrorCode, isVestibuleError, VestibuleError } from '#lib/base/errors.ts'
import type { Random } from '#lib/base/ids.ts'
import { type Body, membersOf, readBody, readForm } from '#lib/http/body.ts'
import { html, renderEndUserPage, renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondJson, respondText } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import { faults } from './faults.ts'
import { renderTestIdpMetadata } from './idp-metadata.ts'
import type { SsoTerms } from './jwt/mint-jwt.ts'
import { jwtEndpoints } from './jwt/respond-jwt.ts'
import { renderLoginPage } from './login-page.ts'
import { checkAcsUrl, parseLogin } from './login-submission.ts'
import { mintTestResponse } from './mint-test-response.ts'
import { oidcEndpoints } from './oidc/respond-oidc.ts'
import { people } from './people.ts'
import { type Binding, readAuthnRequest } from './read-authn-request.ts'
import type { TestIdp } from './test-idp-identity.ts'

export type RespondOptions = {
  /** What follows `/test-idp/{tenant}/`: `metadata`, `sso`, `login`, or an address below `oidc/` or `jwt`. */
  path: string
  now: Date
  random: Random
  tenantName: string
  /** Certificate of our service provider (base64 DER); without it nothing is encrypted for it. */
  spCertificate?: string
  /** Entity ID for sign-ins that start here; `{issuer}/saml` unless told. */
  spEntityId?: string
  /** With what a token is signed for whoever waits at `i/…`; null when that is nobody who trusts this page. */
  findSsoTerms?: (path: string) => Promise<SsoTerms | null>
}

export type Endpoint = (
  request: Request,
  idp: TestIdp,
  options: RespondOptions,
) => Promise<Response> | Response

const bodyLimitBytes = 350 * 1024

/** Answers every request below `/test-idp/{tenant}/`. Bad input is answered here; anything else is thrown. */
export async function respondTestIdp(
  request: Request,
  idp: TestIdp,
  options: RespondOptions,
): Promise<Response> {
  const methods = Object.hasOwn(endpoints, options.path) ? endpoints[options.path] : undefined
  if (!methods) return respondRefusal(request, idp, options, 404, 'There is nothing at this address.')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const endpoint = methods[method as 'GET' | 'POST']
  if (!endpoint) {
    const allow = Object.keys(methods).flatMap((name) => (name === 'GET' ? ['GET', 'HEAD'] : [name]))
    const refusal = respondRefusal(request, idp, options, 405, `Method ${request.method} not allowed.`)
    refusal.headers.set('allow', allow.join(', '))
    return refusal
  }
  try {
    return await endpoint(request, idp, options)
  } catch (thrown) {
    const status = isVestibuleError(thrown) ? statusOf[thrown.code] : undefined
    if (!status) throw thrown
    return respondRefusal(request, idp, options, status, (thrown as VestibuleError).message)
  }
}

const endpoints: Record<string, Partial<Record<'GET' | 'POST', Endpoint>>> = {
  metadata: { GET: respondMetadata },
  sso: {
    GET: (request, idp, options) => {
      const { searchParams } = new URL(request.url)
      return respondSignOn(membersOf(searchParams), 'redirect', idp, options)
    },
    POST: async (request, idp, options) =>
      respondSignOn(membersOf(await readForm(request, bodyLimitBytes)), 'post', idp, options),
  },
  login: { POST: respondLogin },
  ...oidcEndpoints,
  ...jwtEndpoints,
}

const statusOf: Partial<Record<ErrorCode, number>> = {
  validation_failed: 400,
  invalid_request: 400,
  payload_too_large: 413,
  unsupported_media_type: 415,
}

function respondMetadata(request: Request, idp: TestIdp): Response {
  const named = new URL(request.url).searchParams.get('certificate') === 'expired' ? 'expired' : 'current'
  return respondText('application/samlmetadata+xml', renderTestIdpMetadata(idp, named), {
    'cache-control': 'no-store',
  })
}

/** Single sign-on service: with a SAMLRequest the page answers it, without one the sign-in starts here. */
function respondSignOn(fields: Body, binding: Binding, idp: TestIdp, options: RespondOptions): Response {
  const { origin } = new URL(idp.baseUrl)
  const samlRequest = textOf(fields.SAMLRequest)
  const relayState = textOf(fields.RelayState)
  const request = samlRequest
    ? readAuthnRequest(samlRequest, binding)
    : {
        acsUrl: textOf(fields.acsUrl) || `${origin}/api/oauth/saml`,
        issuer: textOf(fields.issuer) || (options.spEntityId ?? `${origin}/saml`),
        forceAuthn: false,
      }
  checkAcsUrl(request.acsUrl, idp)
  const asked: Record<string, string> = samlRequest
    ? { SAMLRequest: samlRequest, binding }
    : { acsUrl: request.acsUrl, issuer: request.issuer }
  const page = renderLoginPage({
    idp,
    tenantName: options.tenantName,
    askedBy: request.issuer,
    freshness: request.forceAuthn ? 'ForceAuthn' : null,
    isUnsolicited: samlRequest === '',
    wanted: '',
    carried: relayState ? { ...asked, RelayState: relayState } : asked,
    action: 'login',
    faults,
    protection: { canEncrypt: options.spCertificate !== undefined },
    description: { path: 'metadata', text: 'Metadata of this identity provider' },
  })
  return respondHtml(200, page)
}

/** Signs the chosen person in: a form that goes on to the ACS, or the same as JSON for scripts. */
async function respondLogin(request: Request, idp: TestIdp, options: RespondOptions): Promise<Response> {
  const login = parseLogin(await readBody(request, bodyLimitBytes), idp)
  if (login.isEncrypted && !options.spCertificate) {
    throw new VestibuleError(
      'validation_failed',
      'There is no certificate here to encrypt the assertion for.',
    )
  }
  const isEncrypted = login.isEncrypted || login.fault === 'encrypted-cbc'
  const SAMLResponse = mintTestResponse({
    idp,
    ...login,
    encryptFor: isEncrypted ? options.spCertificate : undefined,
    now: options.now,
    random: options.random,
  })
  const { acsUrl } = login.request
  const RelayState = login.relayState
  if (wantsJson(request)) return respondJson(200, { acsUrl, SAMLResponse, RelayState, person: login.person })
  const fields: Record<string, string> = RelayState ? { SAMLResponse, RelayState } : { SAMLResponse }
  const page = renderFormPost({ brand: { name: options.tenantName }, action: acsUrl, fields })
  return respondHtml(200, page, { formTargets: onwardFormTargets(acsUrl) })
}

/** A refusal in the form the caller reads: JSON with everything that may be chosen, or a page. */
function respondRefusal(
  request: Request,
  idp: TestIdp,
  options: RespondOptions,
  status: number,
  message: string,
): Response {
  if (wantsJson(request)) {
    const choices = status === 400 ? { people: people(idp.tenant), faults: Object.keys(faults) } : {}
    return respondJson(status, { error: { message }, ...choices })
  }
  const page = renderEndUserPage({
    title: 'Test identity provider',
    brand: { name: options.tenantName },
    body: html`<h1 class="title">This does not work</h1>
<p class="error" role="alert">${message}</p>`,
  })
  return respondHtml(status, page)
}

/** Scripts say so by Accept, or by sending JSON themselves. */
function wantsJson(request: Request): boolean {
  const isJson = (header: string) => (request.headers.get(header) ?? '').includes('application/json')
  return isJson('accept') || isJson('content-type')
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
