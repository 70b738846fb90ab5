import { VestibuleError } from '#lib/base/errors.ts'
import { type Body, membersOf, readBody } from '#lib/http/body.ts'
import { respondHtml, respondJson, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import { renderLoginPage } from '../login-page.ts'
import { readAttributes, readText } from '../login-submission.ts'
import { findPerson } from '../people.ts'
import type { Endpoint, RespondOptions } from '../respond.ts'
import type { TestIdp } from '../test-idp-identity.ts'
import { isJwtFault, type JwtFault, jwtFaults } from './jwt-faults.ts'
import { mintJwt, type SsoTerms } from './mint-jwt.ts'

const bodyLimitBytes = 64 * 1024

/** `{baseUrl}/jwt`: the test identity provider as a login page of the customer's own (JWT SSO). */
export const jwtEndpoints: Record<string, Partial<Record<'GET' | 'POST', Endpoint>>> = {
  jwt: { GET: respondSignIn },
  'jwt/login': { POST: respondLogin },
}

/** The SSO URL of the test page of a provider. */
export function ssoUrlOf(idp: Pick<TestIdp, 'baseUrl'>): string {
  return `${idp.baseUrl}/jwt`
}

function respondSignIn(request: Request, idp: TestIdp, options: RespondOptions): Response {
  const asked = readAsked(membersOf(new URL(request.url).searchParams))
  const { origin } = new URL(idp.baseUrl)
  const page = renderLoginPage({
    idp,
    tenantName: options.tenantName,
    askedBy: origin,
    freshness: null,
    isUnsolicited: false,
    wanted: '',
    carried: {
      return_to_path: asked.path,
      ...(asked.params !== null && { return_to_params: asked.params }),
    },
    action: 'jwt/login',
    faults: jwtFaults,
    protection: null,
    description: null,
  })
  // The form is answered by a redirect to us, and that by one to the application.
  return respondHtml(200, page, { formTargets: onwardFormTargets(origin) })
}

/** Signs the chosen person in: on to where they came from with a token, or the same as JSON for scripts. */
async function respondLogin(request: Request, idp: TestIdp, options: RespondOptions): Promise<Response> {
  const body = await readBody(request, bodyLimitBytes)
  const { path: askedPath, params } = readAsked(body)
  const person = findPerson(idp.tenant, readText(body, 'person') ?? readText(body, 'email') ?? '')
  const terms = readTerms(body) ?? (await options.findSsoTerms?.(askedPath))
  if (!terms)
    throw refuse('No connection of this tenant has this page as its SSO URL and waits for this path.')
  const { token, path } = mintJwt(terms, {
    person,
    attributes: readAttributes(body),
    path: askedPath,
    fault: parseFault(readText(body, 'fault') ?? ''),
    now: options.now,
    random: options.random,
  })
  const { origin } = new URL(idp.baseUrl)
  const url = `${origin}/${path}?sso_jwt=${token}${params ? `&${params}` : ''}`
  if ((request.headers.get('accept') ?? '').includes('application/json'))
    return respondJson(200, { url, sso_jwt: token, person })
  return respondRedirect(url)
}

/**
 * Where the person is to return to. This page answers to its own broker only: a path of it is all there can be. Throws
 * `validation_failed`.
 */
function readAsked(fields: Body): { path: string; params: string | null } {
  const path = readText(fields, 'return_to_path') ?? ''
  if (!/^i\/[\w-]+$/.test(path)) throw refuse('The return_to_path must be one of this installation, i/….')
  const params = readText(fields, 'return_to_params') || null
  return { path, params }
}

/** A script that holds the secret of a connection needs no look at it. */
function readTerms(body: Body): SsoTerms | null {
  const secret = readText(body, 'secret')
  const audience = readText(body, 'audience')
  return secret && audience ? { secret, audience } : null
}

function parseFault(name: string): JwtFault | null {
  if (name === '' || name === 'none') return null
  if (isJwtFault(name)) return name
  throw refuse(`There is no such fault. Choose none or one of ${Object.keys(jwtFaults).join(', ')}.`)
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message)
}
