import type { Reading, Seen } from './answer-reading.ts'
import { show } from './answer-reading.ts'
import { answerErrors, refuse } from './causes.ts'
import { findSigningKey } from './signing-keys.ts'
import { exchangeCode, fetchUserinfo, isClientRefused } from './token-request.ts'

// The checks of what travelled: the answer in the browser's address, the token request, and userinfo.

/** OpenID Connect Core §3.1.2.5–6. */
export function checkAnswer({ parameters }: Reading): Seen {
  const error = parameters.get('error')
  if (error !== null) {
    const description = parameters.get('error_description')
    const received = description ? `${error}: ${description}` : error
    refuse(Object.hasOwn(answerErrors, error) ? answerErrors[error]! : 'oidc_other_error', {
      received: show(received),
    })
  }
  if (!parameters.get('code')) refuse('oidc_code_missing', { expected: 'a code' })
  return {}
}

/** RFC 9207 §2.4: an answer that names another issuer is never followed, announced or not. */
export function checkAnswerIssuer({ parameters, expect: { provider } }: Reading): Seen {
  const expected = provider.issuer
  const received = parameters.get('iss')
  if (received !== null && received !== expected)
    refuse('oidc_answer_issuer_wrong', { expected, received: show(received) })
  if (received === null && provider.authorization_response_iss_parameter_supported)
    refuse('oidc_answer_issuer_missing', { expected })
  return { expected, received: received ?? 'not said, and not announced' }
}

/** RFC 6749 §5.1–5.2, OpenID Connect Core §3.1.3.3. */
export async function checkTokenRequest(reading: Reading): Promise<Seen> {
  const { parameters, expect } = reading
  const { nonce, verifier } = expect.sent
  const exchanged = await exchangeCode({
    ...expect,
    code: parameters.get('code')!,
    nonce,
    verifier,
    loadKeySet: (idToken) => loadKeySet(reading, idToken),
  })
  const { answer, method } = exchanged
  if ('unreachable' in answer) return refuse('oidc_token_unreachable', { received: answer.unreachable })
  const { status, json } = answer
  const received = describeError(status, json)
  if (isClientRefused(answer)) refuse('oidc_client_refused', { expected: method, received })
  if (json?.error === 'invalid_grant') refuse('oidc_code_refused', { received })
  if (status !== 200) refuse('oidc_token_refused', { received })
  if (!json) return refuse('oidc_token_malformed', { received: 'no JSON object' })
  if (typeof json.access_token !== 'string' || json.access_token === '')
    refuse('oidc_token_malformed', { received: 'no access token' })
  if (String(json.token_type).toLowerCase() !== 'bearer')
    refuse('oidc_token_malformed', { received: `token_type ${show(json.token_type)}` })
  Object.assign(reading, { exchanged, tokens: json, accessToken: json.access_token })
  return { received: `status 200, client authenticated by ${method}` }
}

/** The key set for the library, fetched anew where it does not hold the key; what is wrong with it our own check says. */
async function loadKeySet({ expect }: Reading, idToken: string): Promise<string> {
  const { alg = '', kid } = JSON.parse(Buffer.from(idToken.split('.')[0]!, 'base64url').toString('utf8'))
  const key = await findSigningKey(expect.keys, { alg, kid })
  return JSON.stringify({ keys: [key] })
}

function describeError(status: number, json: Record<string, unknown> | null): string {
  const { error, error_description: description } = json ?? {}
  if (error === undefined) return `status ${status}`
  return show(description === undefined ? show(error) : `${show(error)}: ${show(description)}`)
}

/** What the library objects to and no check of ours has found. */
export function checkLibrary({ exchanged }: Reading): Seen {
  if (exchanged.objection !== null) refuse('oidc_token_answer_refused', { received: exchanged.objection })
  return {}
}

/** OpenID Connect Core §5.3.2. */
export async function checkUserinfo(reading: Reading): Promise<Seen> {
  const { expect, accessToken } = reading
  reading.userinfo = null
  if (!expect.provider.userinfo_endpoint) return { received: 'the provider has no userinfo endpoint' }
  const answer = await fetchUserinfo(expect, accessToken)
  if ('unreachable' in answer) return refuse('oidc_userinfo_unreachable', { received: answer.unreachable })
  if ('refused' in answer) return refuse('oidc_userinfo_refused', { received: answer.refused })
  if ('malformed' in answer) return refuse('oidc_userinfo_malformed', { received: show(answer.malformed) })
  reading.userinfo = answer.claims
  return { received: Object.keys(answer.claims).join(', ') }
}

/** "The sub Claim in the UserInfo Response MUST be verified to exactly match the sub Claim in the ID Token" (§5.3.2). */
export function checkUserinfoSubject({ userinfo, subject }: Reading): Seen {
  if (userinfo === null) return { received: 'no userinfo' }
  const received = show(userinfo.sub)
  if (userinfo.sub !== subject) refuse('oidc_userinfo_other_subject', { expected: subject, received })
  return { expected: subject, received }
}
