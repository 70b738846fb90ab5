import { createHash } from 'node:crypto'
import { compactVerify, errors, type JWTVerifyGetKey } from 'jose'
import type { Check } from '../../base/check.ts'
import { epochSeconds } from '../../base/clock.ts'

export type ExpectedIdToken = {
  issuer: string
  clientId: string
  nonce: string
  accessToken: string
  now: Date
}

type Claims = Record<string, unknown>
type ClaimCheck = { name: string; judge(claims: Claims, expected: ExpectedIdToken): Omit<Check, 'name'> }

/** How far the clocks of two machines may be apart, in seconds. */
const toleranceSeconds = 60

/** In the order of OpenID Connect Core §3.1.3.7, then `at_hash` of §3.1.3.8. */
export const claimChecks: readonly ClaimCheck[] = [
  {
    name: 'Issuer',
    judge: ({ iss }, { issuer }) => ({ ok: iss === issuer, expected: issuer, received: show(iss) }),
  },
  {
    name: 'Audience',
    judge: ({ aud }, { clientId }) => ({
      ok: aud === clientId,
      expected: clientId,
      received: show(aud),
    }),
  },
  {
    name: 'Not expired',
    judge: ({ exp, iat }, { now }) => ({
      ok: Number(iat) <= epochSeconds(now) + toleranceSeconds && Number(exp) > epochSeconds(now),
      expected: `a time after ${now.toISOString()}`,
      received: showTime(exp),
    }),
  },
  {
    name: 'Nonce',
    judge: (claims, { nonce }) => ({
      ok: claims.nonce === nonce,
      expected: nonce,
      received: show(claims.nonce),
    }),
  },
  {
    name: 'Fits the access token',
    judge({ at_hash }, { accessToken }) {
      const expected = createHash('sha256')
        .update(accessToken, 'ascii')
        .digest()
        .subarray(0, 16)
        .toString('base64url')
      return { ok: at_hash === expected, expected, received: show(at_hash) }
    },
  },
]

/** Verifies an ID token with the issuer's keys, RS256 alone. Ends at the first check that fails; never throws for a bad token. */
export async function verifyIdToken(
  token: string,
  keys: JWTVerifyGetKey,
  expected: ExpectedIdToken,
): Promise<{ claims: Claims; checks: Check[] }> {
  const { claims, check } = await verifySignature(token, keys)
  const checks = [check]
  for (const { name, judge } of claimChecks) {
    if (!checks.at(-1)!.ok) break
    checks.push({ name, ...judge(claims, expected) })
  }
  return { claims, checks }
}

async function verifySignature(
  token: string,
  keys: JWTVerifyGetKey,
): Promise<{ claims: Claims; check: Check }> {
  const name = 'Signature of the ID token'
  const expected = 'RS256, by a key of the JWKS'
  try {
    const { payload, protectedHeader } = await compactVerify(token, keys, { algorithms: ['RS256'] })
    const claims = JSON.parse(new TextDecoder().decode(payload)) as Claims
    const received = `${protectedHeader.alg}, key ${protectedHeader.kid}`
    return { claims, check: { name, ok: true, expected, received } }
  } catch (thrown) {
    if (!(thrown instanceof errors.JOSEError || thrown instanceof SyntaxError)) throw thrown
    return { claims: {}, check: { name, ok: false, expected, received: thrown.message } }
  }
}

function show(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
}

function showTime(seconds: unknown): string {
  return typeof seconds === 'number' && Number.isSafeInteger(seconds) && Math.abs(seconds) < 1e11
    ? new Date(seconds * 1000).toISOString()
    : show(seconds)
}
