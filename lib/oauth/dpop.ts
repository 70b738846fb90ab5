import { calculateJwkThumbprint, EmbeddedJWK, errors, jwtVerify } from 'jose'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { rememberValue } from '../store/seen-values.ts'

/** Algorithms of proofs; asymmetric ones alone (RFC 9449 §11.6). */
export const proofAlgorithms = ['ES256', 'RS256', 'PS256', 'EdDSA', 'Ed25519']

/** A proof is accepted for so long after, and so shortly before, the time it names; in seconds. */
const proofSeconds = 60
const skewSeconds = 10

/**
 * Checks a DPoP proof (RFC 9449 §4.3) and returns the thumbprint of its key (RFC 7638). `url` is the endpoint's address
 * without query; `accessToken` the token that comes with it, at a resource. Throws `invalid_dpop_proof`.
 */
export async function verifyDpopProof(
  house: Pick<House, 'db' | 'clock'>,
  input: { proof: string; method: string; url: string; accessToken?: string },
): Promise<string> {
  const now = house.clock.now()
  const { payload, protectedHeader } = await readProof(input.proof, now)
  const jwk = protectedHeader.jwk
  if (!jwk || 'd' in jwk || 'k' in jwk) throw refuse('it must name its public key')
  if (payload.htm !== input.method) throw refuse(`htm must be ${input.method}`)
  if (typeof payload.htu !== 'string' || withoutQuery(payload.htu) !== withoutQuery(input.url))
    throw refuse(`htu must be ${input.url}`)
  if (typeof payload.jti !== 'string' || payload.jti.length > 256) throw refuse('jti is missing')
  if (typeof payload.iat !== 'number') throw refuse('iat is missing')
  const age = now.getTime() / 1000 - payload.iat
  if (age > proofSeconds || age < -skewSeconds) throw refuse('it is not of this moment')
  if (input.accessToken !== undefined && payload.ath !== sha256(input.accessToken))
    throw refuse('ath must be the hash of the access token')
  const thumbprint = await calculateJwkThumbprint(jwk, 'sha256')
  const fresh = await rememberValue(house.db, {
    scope: `dpop:${thumbprint}`,
    hash: sha256(payload.jti),
    expiresAt: secondsAfter(now, proofSeconds + skewSeconds - age),
  })
  if (!fresh) throw refuse('it was used before')
  return thumbprint
}

async function readProof(proof: string, now: Date) {
  try {
    return await jwtVerify(proof, EmbeddedJWK, {
      typ: 'dpop+jwt',
      algorithms: proofAlgorithms,
      currentDate: now,
    })
  } catch (cause) {
    const reason = cause instanceof errors.JOSEError ? cause.code : 'it is not a JWT'
    throw refuse(reason, cause)
  }
}

/** Scheme, host and path alone, normalised (RFC 9449 §4.3, check 9). */
function withoutQuery(url: string): string {
  if (!URL.canParse(url)) return ''
  const { origin, pathname } = new URL(url)
  return `${origin}${pathname}`
}

function refuse(reason: string, cause?: unknown): VestibuleError {
  return new VestibuleError('invalid_dpop_proof', `This DPoP proof was not accepted: ${reason}.`, { cause })
}
