import { isApplicationClientId } from '../base/client-id.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { membersOf } from '../http/body.ts'
import { authenticateApplication } from '../oauth/authenticate-application.ts'
import { clientChecks, explainAuthorizeCause, requestChecks } from '../oauth/authorize-checks.ts'
import { parseAuthorizeRequest } from '../oauth/authorize-request.ts'
import { verifyDpopProof } from '../oauth/dpop.ts'
import { parseClientCredentials } from '../oauth/token-request.ts'
import { consumePushedRequest, insertPushedRequest } from '../store/pushed-requests.ts'
import type { Origin } from '../traces/record-trace.ts'
import { type Attempt, runChecks, type Site, traceRefusal } from './attempt.ts'

const referencePrefix = 'urn:ietf:params:oauth:request_uri:'

/** Life of a reference, in seconds (RFC 9126 §2.2 asks for short). */
const referenceSeconds = 90

/** What says who the client is, and is not part of the authorization request. */
const credentialNames = ['client_secret', 'client_assertion', 'client_assertion_type']

export type PushedAnswer = { request_uri: string; expires_in: number }

/**
 * Takes an authorization request from the client itself and answers a reference to it (RFC 9126 §2). It is checked as
 * the authorization endpoint would. Throws `invalid_client`, and what those checks say.
 */
export async function pushAuthorization(
  house: House,
  site: Site,
  input: { parameters: URLSearchParams; headers: Headers; origin: Origin },
): Promise<PushedAnswer> {
  const { parameters, headers, origin } = input
  const credentials = parseClientCredentials(membersOf(parameters), headers.get('authorization'))
  const application = await authenticateApplication(house, site, credentials)
  const own = withoutCredentials(parameters, application.clientId)
  if (own.has('request_uri'))
    throw new VestibuleError('invalid_request', 'A request that is sent ahead cannot refer to another one.')
  const dpopJkt = await readKey(house, site, headers, own)
  if (dpopJkt) own.set('dpop_jkt', dpopJkt)
  const request = parseAuthorizeRequest(own, true)
  const attempt: Attempt = { house, site, origin, request, application, connections: [], passed: [] }
  const refusal = runChecks([...clientChecks, ...requestChecks], attempt)
  if (refusal) {
    const sentence = explainAuthorizeCause(refusal.cause, refusal)
    const traceId = await traceRefusal(attempt, refusal, sentence)
    throw new VestibuleError(refusal.code, sentence, { traceId })
  }
  const reference = mintToken(house.random)
  const now = house.clock.now()
  await insertPushedRequest(house.db, {
    id: sha256(reference),
    organizationId: site.id,
    applicationId: application.id,
    parameters: own.toString(),
    dpopJkt,
    createdAt: now,
    expiresAt: secondsAfter(now, referenceSeconds),
  })
  return { request_uri: `${referencePrefix}${reference}`, expires_in: referenceSeconds }
}

function withoutCredentials(parameters: URLSearchParams, clientId: string): URLSearchParams {
  const own = new URLSearchParams(parameters)
  for (const name of credentialNames) own.delete(name)
  if (!own.has('client_id')) own.set('client_id', clientId)
  if (own.get('client_id') !== clientId)
    throw new VestibuleError(
      'invalid_request',
      'client_id names another client than the one that is calling.',
    )
  return own
}

/** The key of a proof, or the one named in `dpop_jkt`; both together must agree (RFC 9449 §10.1). */
async function readKey(
  house: House,
  site: Site,
  headers: Headers,
  parameters: URLSearchParams,
): Promise<string | null> {
  const proof = headers.get('dpop')
  const named = parameters.get('dpop_jkt')
  if (!proof) return named
  const url = `${site.issuer}/api/oauth/par`
  const thumbprint = await verifyDpopProof(house, { proof, method: 'POST', url })
  if (named === null || named === thumbprint) return thumbprint
  throw new VestibuleError('invalid_dpop_proof', 'dpop_jkt is another key than that of the proof.')
}

/**
 * The parameters a `request_uri` refers to, used up by this; null when the request refers to none of ours.
 * Throws `invalid_request` for one that is unknown, used, too old, or another client's.
 */
export async function readPushedParameters(
  house: House,
  site: Site,
  parameters: URLSearchParams,
): Promise<URLSearchParams | null> {
  const reference = parameters.get('request_uri')
  const clientId = parameters.get('client_id') ?? ''
  if (!reference?.startsWith(referencePrefix) || !isApplicationClientId(clientId)) return null
  const id = sha256(reference.slice(referencePrefix.length))
  const found = await consumePushedRequest(house.db, site.id, id, clientId, house.clock.now())
  if (found) return new URLSearchParams(found.parameters as string)
  throw new VestibuleError(
    'invalid_request',
    'This sign-in was prepared too long ago, or was begun before. Start again from the application.',
  )
}
