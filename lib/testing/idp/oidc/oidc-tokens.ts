import { createHash } from 'node:crypto'
import { secondsAfter } from '#lib/base/clock.ts'
import type { Random } from '#lib/base/ids.ts'
import { type Body, membersOf } from '#lib/http/body.ts'
import { readText } from '../login-submission.ts'
import { findPerson } from '../people.ts'
import type { TestIdp } from '../test-idp-identity.ts'
import type { CodeContent } from './oidc-authorization.ts'
import { oidcFaults } from './oidc-faults.ts'
import { encode, issueStatement, readStatement, signWithKey, signWithSecret, writeJws } from './statements.ts'
import { planTokens, type TokenPlan, tokenSeconds } from './token-plan.ts'

type At = { now: Date; random: Random }

/** Status, body and headers of an answer for a program. */
export type JsonAnswer = { status: number; body: Record<string, unknown>; headers?: Record<string, string> }

/** The token endpoint (OpenID Connect Core §3.1.3). Any secret is right here: anyone may be a client. */
export function answerTokenRequest(idp: TestIdp, form: Body, authorization: string, at: At): JsonAnswer {
  const client = readCredentials(form, authorization)
  if (!client?.secret) return refuse(401, 'invalid_client', 'Send client_id and client_secret.')
  if (readText(form, 'grant_type') !== 'authorization_code') return refuse(400, 'unsupported_grant_type')
  const content = readStatement(idp, 'code', readText(form, 'code') ?? '', at.now) as CodeContent | null
  if (!content) return refuse(400, 'invalid_grant', 'The code is none, or is over.')
  if (content.fault === 'client-refused')
    return refuse(401, 'invalid_client', `The secret "${client.secret}" has expired.`)
  if (content.clientId !== client.id || content.redirectUri !== readText(form, 'redirect_uri'))
    return refuse(400, 'invalid_grant', 'The code was issued to another client or redirect URI.')
  if (content.challenge !== null && content.challenge !== challengeOf(readText(form, 'code_verifier') ?? ''))
    return refuse(400, 'invalid_grant', 'The code_verifier does not fit.')
  const accessToken = issueStatement(idp, 'access token', content, secondsAfter(at.now, tokenSeconds))
  const idToken = writeIdToken(idp, plan(idp, content, accessToken, at), client.secret)
  const tokens = { access_token: accessToken, token_type: 'Bearer', expires_in: tokenSeconds }
  return { status: 200, body: idToken === null ? tokens : { ...tokens, id_token: idToken } }
}

/** The userinfo endpoint (OpenID Connect Core §5.3). */
export function answerUserinfoRequest(idp: TestIdp, authorization: string, at: At): JsonAnswer {
  const [, accessToken = ''] = /^Bearer (\S+)$/i.exec(authorization) ?? []
  const content = readStatement(idp, 'access token', accessToken, at.now) as CodeContent | null
  const claims = content && plan(idp, content, accessToken, at).userinfo
  if (claims) return { status: 200, body: claims }
  const headers = { 'www-authenticate': 'Bearer error="invalid_token"' }
  return { status: 401, body: { error: 'invalid_token' }, headers }
}

function plan(idp: TestIdp, content: CodeContent, accessToken: string, at: At): TokenPlan {
  const { fault, authTime, attributes, clientId, nonce } = content
  const person = findPerson(idp.tenant, content.person)
  const good = planTokens({ idp, clientId, nonce, person, attributes, accessToken, authTime, ...at })
  return fault === null ? good : (oidcFaults[fault].spoil?.(good) ?? good)
}

function writeIdToken(
  idp: TestIdp,
  { form, header, claims, signer }: TokenPlan,
  secret: string,
): string | null {
  if (form === 'absent') return null
  if (form === 'encrypted')
    return `${encode({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.a2V5.aXY.Y2lwaGVydGV4dA.dGFn`
  const signers = {
    provider: signWithKey(idp.key),
    stranger: signWithKey(idp.otherKey),
    secret: signWithSecret(secret),
    nobody: () => '',
  }
  const written = writeJws(header, claims, signers[signer])
  if (form === 'signed') return written
  const [head, , signature] = written.split('.')
  return `${head}.${encode({ ...claims, sub: 'somebody-else' })}.${signature}`
}

/** Client authentication in the header or in the form (RFC 6749 §2.3.1). */
function readCredentials(form: Body, authorization: string): { id: string; secret: string } | null {
  const [, basic] = /^Basic (\S+)$/i.exec(authorization) ?? []
  if (basic === undefined)
    return { id: readText(form, 'client_id') ?? '', secret: readText(form, 'client_secret') ?? '' }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString('utf8').split(':')
  const decode = (text: string) => String(membersOf(new URLSearchParams(`value=${text}`)).value ?? '')
  return { id: decode(id), secret: decode(secret) }
}

function challengeOf(verifier: string): string {
  return createHash('sha256').update(verifier, 'ascii').digest('base64url')
}

function refuse(status: number, error: string, description?: string): JsonAnswer {
  return { status, body: { error, ...(description && { error_description: description }) } }
}
