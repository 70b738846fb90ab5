import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import type { ConnectionKind } from '../connections/contract.ts'
import { connectionTypes } from '../connections/registry.ts'
import type { House } from '../house.ts'
import type { SsoIntent } from '../members/sso-code.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { SealOwner } from '../sealing/sealer.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { insertLoginRequest } from '../store/login-requests.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { bindToBrowser, loginSeconds } from './browser-binding.ts'
import type { Party } from './party.ts'

/** What is remembered of a login while the person is at the identity provider. */
export type PendingLogin = { origin: Origin } & (
  | {
      purpose: 'sign-in'
      authorize: AuthorizeRequest
      application: PendingApplication | null
      /** It began at the identity provider's side, not at the client: see `requestOfNobody`. */
      isIdPFlow?: true
    }
  | { purpose: 'test'; authorize: null }
  /** A member at the company's sign-in to the portal. */
  | { purpose: 'portal'; authorize: null; intent: SsoIntent }
)

/** The application that asked, or the product that takes JWT SSO; null where the connection is its own client. */
export type PendingApplication = {
  kind: Party['kind']
  id: string
  expectedSubject: string | null
  /** The session this browser had when the login began. */
  priorSessionId: string | null
}

export type StartLoginInput = PendingLogin & {
  connection: ConnectionRecord
  cookies: ReadonlyMap<string, string>
}

/** Stores the login, bound to this browser, and sends the browser to the identity provider. */
export async function startLogin(house: House, site: Site, input: StartLoginInput): Promise<LoginOutcome> {
  const { connection, cookies, ...pending } = input
  const { authorize } = pending
  const relayState = mintToken(house.random)
  const upstreamRequestId = `_${house.random.bytes(20).toString('hex')}`
  const { browserHash, cookie } = bindToBrowser(house.config.secure, cookies, house.random)
  const now = house.clock.now()
  const id = sha256(relayState)
  const { upstreamState, ...started } = await connectionTypes[connection.kind as ConnectionKind].start(
    house,
    {
      connection,
      issuer: site.issuer,
      relayState,
      upstreamRequestId,
      forceAuthn: connection.forceAuthn || mustAuthenticateAgain(pending),
      loginHint: authorize?.loginHint ?? null,
      returnToParams: authorize?.returnToParams ?? null,
    },
  )
  await insertLoginRequest(house.db, {
    id,
    organizationId: site.id,
    connectionId: connection.id,
    browserHash,
    upstreamRequestId,
    request: pending,
    upstreamStateSealed:
      upstreamState === undefined ? null : house.sealer.seal(upstreamState, stateOwner(site.id, id)),
    createdAt: now,
    expiresAt: secondsAfter(now, loginSeconds),
  })
  return { ...started, cookies: [cookie] }
}

/** Whether a text is made like the relay state of a sign-in; a clientID is shorter. */
export function isRelayState(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** To what the state of an upstream is bound while it rests: the login it belongs to. */
export function stateOwner(organizationId: string, loginId: string): SealOwner {
  return { organizationId, field: 'login-upstream-state', recordId: loginId }
}

/**
 * `forceAuthn` of the dialect, `prompt=login` and `max_age` of OpenID Connect Core §3.1.2.1. For an application any
 * `max_age` that no session of ours answers: how old one at the identity provider may be is not known.
 */
function mustAuthenticateAgain(pending: PendingLogin): boolean {
  if (pending.purpose !== 'sign-in') return false
  const { authorize, application } = pending
  if (authorize.forceAuthn || authorize.prompt.includes('login') || authorize.maxAge === '0') return true
  return application !== null && authorize.maxAge !== null
}
