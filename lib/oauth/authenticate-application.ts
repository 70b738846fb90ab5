import { createLocalJWKSet, decodeProtectedHeader, errors, type JSONWebKeySet, jwtVerify } from 'jose'
import { isApplicationClientId } from '../base/client-id.ts'
import { epochSeconds, secondsAfter } from '../base/clock.ts'
import { equalsConstantTime, sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import {
  type ApplicationWithSecrets,
  findApplicationWithSecrets,
  touchApplicationSecret,
} from '../store/applications.ts'
import { rememberValue } from '../store/seen-values.ts'
import { loadClientKeys } from './client-keys.ts'
import type { ClientCredentials } from './token-request.ts'

type Site = { id: string; issuer: string }

/** Algorithms of client assertions; never HMAC, for which the secret would have to be kept. */
export const assertionAlgorithms = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519']

/** An assertion must not live longer than this, in seconds. */
const assertionSeconds = 300
const skewSeconds = 60

/**
 * The application that calls, authenticated by the one method it is registered with (RFC 6749 §2.3, RFC 7523 §3).
 * Throws `invalid_client` with one text for an unknown client and a wrong secret alike.
 */
export async function authenticateApplication(
  house: House,
  site: Site,
  credentials: ClientCredentials,
): Promise<ApplicationWithSecrets> {
  const { clientId, method } = credentials
  const application = isApplicationClientId(clientId)
    ? await findApplicationWithSecrets(house.db, site.id, clientId)
    : null
  if (!application) throw refuse('This client is not known here, or did not prove who it is.')
  if (method !== application.tokenEndpointAuthMethod) {
    throw refuse(
      `This client is registered to authenticate by ${application.tokenEndpointAuthMethod}, and came with ${method}.`,
    )
  }
  if (method === 'private_key_jwt') await verifyAssertion(house, site, application, credentials)
  else if (method !== 'none') await verifySecret(house, application, credentials.clientSecret ?? '')
  return application
}

async function verifySecret(
  house: House,
  application: ApplicationWithSecrets,
  secret: string,
): Promise<void> {
  const hash = sha256(secret)
  // Every one is compared, so that the time does not tell which.
  const [fitting] = application.secrets.filter((known) => equalsConstantTime(known.hash, hash))
  if (!fitting) throw refuse('This client is not known here, or did not prove who it is.')
  await touchApplicationSecret(house.db, fitting, house.clock.now())
}

/**
 * RFC 7523 §3 and OpenID Connect Core §9: `iss` and `sub` are the client, `aud` is us, by one of the names of RFC 9126
 * §2, each `jti` comes once.
 */
async function verifyAssertion(
  house: House,
  site: Site,
  application: ApplicationWithSecrets,
  { clientAssertion }: ClientCredentials,
): Promise<void> {
  const now = house.clock.now()
  const payload = await verifyWithKeys(house, application, clientAssertion!, {
    issuer: application.clientId,
    subject: application.clientId,
    audience: ['', '/api/oauth/token', '/api/oauth/par'].map((path) => `${site.issuer}${path}`),
    algorithms: assertionAlgorithms,
    currentDate: now,
    clockTolerance: skewSeconds,
    requiredClaims: ['exp', 'jti'],
  })
  const seconds = payload.exp! - epochSeconds(now)
  if (seconds > assertionSeconds + skewSeconds)
    throw refuse('This client assertion lives too long; five minutes at most are accepted.')
  if (typeof payload.jti !== 'string') throw refuse('The jti of this client assertion is not text.')
  const fresh = await rememberValue(house.db, {
    scope: `client-assertion:${application.clientId}`,
    hash: sha256(payload.jti),
    expiresAt: secondsAfter(now, seconds + skewSeconds * 2),
  })
  if (!fresh) throw refuse('This client assertion was used before.')
}

type VerifyOptions = Parameters<typeof jwtVerify>[2]

/** With the keys as they are known; once more with those fetched anew when none of them fits. */
async function verifyWithKeys(
  house: House,
  application: ApplicationWithSecrets,
  assertion: string,
  options: VerifyOptions,
) {
  const verify = async (keys: JSONWebKeySet) =>
    (await jwtVerify(assertion, createLocalJWKSet(keys), options)).payload
  try {
    decodeProtectedHeader(assertion)
    return await verify(await loadClientKeys(house, application, 'known'))
  } catch (thrown) {
    if (!(thrown instanceof errors.JWKSNoMatchingKey) || !application.jwksUrl) throw toRefusal(thrown)
  }
  try {
    return await verify(await loadClientKeys(house, application, 'anew'))
  } catch (thrown) {
    throw toRefusal(thrown)
  }
}

function toRefusal(cause: unknown): VestibuleError {
  const reason = cause instanceof errors.JWTClaimValidationFailed ? ` (${cause.claim} ${cause.reason})` : ''
  return new VestibuleError('invalid_client', `This client assertion was not accepted${reason}.`, { cause })
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('invalid_client', message)
}
