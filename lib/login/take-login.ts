import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import {
  consumeLoginRequest,
  findLoginRequest,
  forgetLoginRequest,
  type LoginRequestRecord,
} from '../store/login-requests.ts'
import { type Origin, recordTrace, type TraceEntry } from '../traces/record-trace.ts'
import type { Site } from './attempt.ts'
import { browserHashOf } from './browser-binding.ts'
import { explainLoginCause, type LoginCause } from './login-causes.ts'
import { type PendingLogin, stateOwner } from './start-login.ts'

/** What the browser brings back from the identity provider. */
export type FinishLoginInput = {
  /** The form with which the identity provider sent the browser back. */
  parameters: URLSearchParams
  /** The connection named in the address, when it was not the shared one. */
  clientId: string | null
  /** The address it was posted to, without its query. */
  url: string
  /** Whether the browser says that another site posted it (Fetch Metadata, `Sec-Fetch-Site`). */
  crossSite: boolean
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/** A login taken out of the store: from here on it ends, one way or the other, and its trace has an id. */
export type TakenLogin = {
  house: House
  site: Site
  origin: Origin
  /** Those the browser brought; across sites only the one that binds it to the login. */
  cookies: ReadonlyMap<string, string>
  traceId: string
  connection: ConnectionRecord
  /** Null for an answer nobody asked for. */
  upstreamRequestId: string | null
  upstreamState: string | null
  pending: PendingLogin
  /** When the person was sent to the identity provider; null for an answer nobody asked for. */
  begunAt: Date | null
}

/**
 * Uses up the stored login of this browser: of ten parallel answers one gets it. Null when no such login is stored.
 * Throws `invalid_request`, for a page, with a trace, when it is not this browser's or too old.
 */
export async function takeLogin(
  house: House,
  site: Site,
  input: FinishLoginInput,
): Promise<TakenLogin | null> {
  const now = house.clock.now()
  const relayState = relayStateOf(input.parameters)
  const browserHash = browserHashOf(house.config.secure, input.cookies)
  const id = sha256(relayState)
  const taken =
    relayState && browserHash ? await consumeLoginRequest(house.db, site.id, id, browserHash, now) : null
  if (taken) {
    const { connection, login } = taken
    const pending = login.request as PendingLogin
    const { upstreamRequestId, upstreamStateSealed } = login
    const upstreamState =
      upstreamStateSealed && house.sealer.open(upstreamStateSealed, stateOwner(site.id, id))
    return {
      house,
      site,
      origin: input.origin,
      cookies: input.cookies,
      traceId: mintId('trc', now, house.random),
      connection,
      upstreamRequestId,
      upstreamState,
      pending,
      begunAt: login.createdAt,
    }
  }
  const stored = relayState ? await findLoginRequest(house.db, site.id, id) : null
  if (!stored) return null
  const cause = whyNotTaken(browserHash, stored, now)
  if (cause === 'login_expired' && browserHash) await forgetLoginRequest(house.db, id, browserHash)
  return refuseAnswer(house, site, input, cause, { id: stored.connectionId, name: '', kind: '' })
}

/** Refuses an answer to which no login belongs: leaves a trace and throws `invalid_request`, for a page. */
export async function refuseAnswer(
  house: House,
  site: Site,
  { origin }: FinishLoginInput,
  cause: LoginCause,
  connection: TraceEntry['connection'] = null,
): Promise<never> {
  const traceId = mintId('trc', house.clock.now(), house.random)
  const { name, sentence } = explainLoginCause(cause, 'the identity provider')
  await recordTrace(house, {
    id: traceId,
    organizationId: site.id,
    tenant: '',
    product: '',
    connection,
    purpose: 'sign-in',
    outcome: 'failure',
    cause,
    sentence,
    checks: [{ name, ok: false }],
    origin,
  })
  throw new VestibuleError(
    'invalid_request',
    'This sign-in is over, or was begun in another browser. Start again from the application.',
    { traceId },
  )
}

/** What travelled with the browser, as SAML (saml-bindings-2.0 §3.5.3) and OAuth (RFC 6749 §4.1.2) call it. */
function relayStateOf(parameters: URLSearchParams): string {
  return parameters.get('RelayState') ?? parameters.get('state') ?? ''
}

function whyNotTaken(browserHash: string | null, stored: LoginRequestRecord, now: Date): LoginCause {
  if (stored.expiresAt <= now) return 'login_expired'
  return browserHash === null ? 'login_cookie_missing' : 'login_other_browser'
}
