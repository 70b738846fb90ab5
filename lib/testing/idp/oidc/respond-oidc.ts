import { membersOf, readBody, readForm } from '#lib/http/body.ts'
import { renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondJson, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import { renderLoginPage } from '../login-page.ts'
import { readText } from '../login-submission.ts'
import type { Endpoint, RespondOptions } from '../respond.ts'
import type { TestIdp } from '../test-idp-identity.ts'
import { answerOidcRequest, carriedMembers, parseOidcRequest } from './oidc-authorization.ts'
import { describeTestOidc, testOidcKeys } from './oidc-configuration.ts'
import { oidcFaults } from './oidc-faults.ts'
import { answerTokenRequest, answerUserinfoRequest, type JsonAnswer } from './oidc-tokens.ts'

const bodyLimitBytes = 64 * 1024

/** What follows `/test-idp/{tenant}/oidc/`: the test identity provider as an OpenID provider. */
export const oidcEndpoints: Record<string, Partial<Record<'GET' | 'POST', Endpoint>>> = {
  'oidc/.well-known/openid-configuration': {
    GET: (_request, idp) => respondJson(200, describeTestOidc(idp)),
  },
  'oidc/jwks': { GET: (_request, idp) => respondJson(200, testOidcKeys(idp)) },
  'oidc/authorize': { GET: respondAuthorize },
  'oidc/login': { POST: respondLogin },
  'oidc/token': { POST: respondToken },
  'oidc/userinfo': { GET: respondUserinfo, POST: respondUserinfo },
}

function respondAuthorize(request: Request, idp: TestIdp, options: RespondOptions): Response {
  const fields = membersOf(new URL(request.url).searchParams)
  const asked = parseOidcRequest(fields, idp)
  const carried = carriedMembers.flatMap((name) => {
    const value = readText(fields, name)
    return value === undefined ? [] : [[name, value]]
  })
  const page = renderLoginPage({
    idp,
    tenantName: options.tenantName,
    askedBy: asked.clientId,
    freshness: asked.isFresh ? 'prompt=login' : null,
    isUnsolicited: false,
    wanted: asked.loginHint,
    carried: Object.fromEntries(carried),
    action: 'oidc/login',
    faults: oidcFaults,
    protection: null,
    description: {
      path: 'oidc/.well-known/openid-configuration',
      text: 'Discovery document of this provider',
    },
  })
  // The form is answered by a redirect to us, and that by one to the application.
  return respondHtml(200, page, { formTargets: onwardFormTargets(asked.redirectUri) })
}

/** Signs the chosen person in: back to the redirect URI, or where it leads as JSON for scripts. */
async function respondLogin(request: Request, idp: TestIdp, options: RespondOptions): Promise<Response> {
  const {
    request: asked,
    person,
    parameters,
  } = answerOidcRequest(await readBody(request, bodyLimitBytes), idp, options.now)
  const { redirectUri, responseMode } = asked
  if ((request.headers.get('accept') ?? '').includes('application/json'))
    return respondJson(200, { redirectUri, parameters, person })
  if (responseMode === 'query') return respondRedirect(`${redirectUri}?${new URLSearchParams(parameters)}`)
  const page = renderFormPost({
    brand: { name: options.tenantName },
    action: redirectUri,
    fields: parameters,
  })
  return respondHtml(200, page, { formTargets: onwardFormTargets(redirectUri) })
}

async function respondToken(request: Request, idp: TestIdp, options: RespondOptions): Promise<Response> {
  const form = membersOf(await readForm(request, bodyLimitBytes))
  return respondProgram(answerTokenRequest(idp, form, request.headers.get('authorization') ?? '', options))
}

function respondUserinfo(request: Request, idp: TestIdp, options: RespondOptions): Response {
  return respondProgram(answerUserinfoRequest(idp, request.headers.get('authorization') ?? '', options))
}

function respondProgram({ status, body, headers }: JsonAnswer): Response {
  return respondJson(status, body, headers)
}
