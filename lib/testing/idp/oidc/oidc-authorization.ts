import { epochSeconds, secondsAfter } from '#lib/base/clock.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import type { Body } from '#lib/http/body.ts'
import { readAttributes, readText } from '../login-submission.ts'
import { findPerson } from '../people.ts'
import type { TestIdp } from '../test-idp-identity.ts'
import { isOidcFault, type OidcFault, oidcFaults } from './oidc-faults.ts'
import { issueStatement } from './statements.ts'
import { oidcIssuerOf } from './token-plan.ts'

/** An authorization request (OpenID Connect Core §3.1.2.1), as far as this provider looks at it. */
export type OidcRequest = {
  clientId: string
  redirectUri: string
  state: string
  nonce: string | null
  challenge: string | null
  responseMode: 'query' | 'form_post'
  /** Whether a sign-in of before is not enough. */
  isFresh: boolean
  loginHint: string
}

/** What a code stands for. */
export type CodeContent = Pick<OidcRequest, 'clientId' | 'redirectUri' | 'nonce' | 'challenge'> & {
  person: string
  attributes: Record<string, string[]>
  fault: OidcFault | null
  authTime: number
}

/** A code is good for so long. It is not remembered: this provider keeps nothing. */
const codeSeconds = 60

/** Reads the request from its parameters, or from the form that carried them. Throws `validation_failed`. */
export function parseOidcRequest(fields: Body, idp: TestIdp): OidcRequest {
  const clientId = readText(fields, 'client_id') ?? ''
  const redirectUri = readText(fields, 'redirect_uri') ?? ''
  if (clientId === '') throw refuse('The request names no client_id.')
  checkRedirectUri(redirectUri, idp)
  if (readText(fields, 'response_type') !== 'code') throw refuse('The response_type must be code.')
  if (!(readText(fields, 'scope') ?? '').split(' ').includes('openid'))
    throw refuse('The scope must hold openid.')
  const method = readText(fields, 'code_challenge_method')
  if (method !== undefined && method !== 'S256') throw refuse('The code_challenge_method must be S256.')
  return {
    clientId,
    redirectUri,
    state: readText(fields, 'state') ?? '',
    nonce: readText(fields, 'nonce') ?? null,
    challenge: readText(fields, 'code_challenge') ?? null,
    responseMode: readText(fields, 'response_mode') === 'form_post' ? 'form_post' : 'query',
    isFresh: readText(fields, 'prompt') === 'login' || readText(fields, 'max_age') === '0',
    loginHint: readText(fields, 'login_hint') ?? '',
  }
}

/** It answers to its own broker only, for the reason given at `checkAcsUrl`. */
function checkRedirectUri(redirectUri: string, idp: TestIdp): void {
  const shared = `${new URL(idp.baseUrl).origin}/api/oauth/oidc`
  const isOurs = redirectUri.startsWith(shared) && /^(\/[\w-]+)?$/.test(redirectUri.slice(shared.length))
  if (isOurs) return
  throw refuse(
    'The test identity provider sends its answer to the redirect URI of this installation only (redirect_uri).',
  )
}

/** The members of a request that the sign-in form has to bring along. */
export const carriedMembers = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'code_challenge',
  'code_challenge_method',
  'prompt',
  'max_age',
] as const

/** The answer to the request: parameters for the redirect URI, with what the chosen fault does to them. */
export function answerOidcRequest(body: Body, idp: TestIdp, now: Date) {
  const request = parseOidcRequest(body, idp)
  const person = findPerson(idp.tenant, readText(body, 'person') ?? readText(body, 'email') ?? '')
  const fault = parseFault(readText(body, 'fault') ?? '')
  const { clientId, redirectUri, nonce, challenge, state } = request
  const content: CodeContent = {
    ...{ clientId, redirectUri, nonce, challenge, fault },
    person: person.id,
    attributes: readAttributes(body),
    authTime: epochSeconds(now),
  }
  const code = issueStatement(idp, 'code', content, secondsAfter(now, codeSeconds))
  const iss = oidcIssuerOf(idp)
  return { request, person, parameters: spoilAnswer({ code, state, iss }, fault) }
}

function spoilAnswer(
  { code, ...answer }: { code: string; state: string; iss: string },
  fault: OidcFault | null,
): Record<string, string> {
  switch (fault) {
    case 'access-denied':
      return { ...answer, error: 'access_denied', error_description: 'Not assigned to this application' }
    case 'server-error':
      return { ...answer, error: 'server_error' }
    case 'no-code':
      return answer
    case 'wrong-answer-issuer':
      return { ...answer, code, iss: `${answer.iss}/another-issuer` }
    case 'no-answer-issuer':
      return { code, state: answer.state }
    default:
      return { ...answer, code }
  }
}

function parseFault(name: string): OidcFault | null {
  if (name === '' || name === 'none') return null
  if (isOidcFault(name)) return name
  throw refuse(`There is no such fault. Choose none or one of ${Object.keys(oidcFaults).join(', ')}.`)
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message)
}
