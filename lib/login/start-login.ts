import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import type { ConnectionKind } from '../connections/contract.ts'
import { connectionTypes } from '../connections/registry.ts'
import type { House } from '../house.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { insertLoginRequest } from '../store/login-requests.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './begin-login.ts'
import { bindToBrowser, loginSeconds } from './browser-binding.ts'

/** What is remembered of a login while the person is at the identity provider. */
export type PendingLogin = { origin: Origin } & (
  | { purpose: 'sign-in'; authorize: AuthorizeRequest }
  | { purpose: 'test'; authorize: null }
)

export type StartLoginInput = PendingLogin & {
  connection: ConnectionRecord
  cookies: ReadonlyMap<string, string>
}

/** Stores the login, bound to this browser, and sends the browser to the identity provider. */
export async function startLogin(house: House, site: Site, input: StartLoginInput): Promise<LoginOutcome> {
  const { connection, authorize, purpose, origin } = input
  const relayState = mintToken(house.random)
  const upstreamRequestId = `_${house.random.bytes(20).toString('hex')}`
  const { browserHash, cookie } = bindToBrowser(house.config.secure, input.cookies, house.random)
  const now = house.clock.now()
  const started = await connectionTypes[connection.kind as ConnectionKind].start(house, {
    connection,
    issuer: site.issuer,
    relayState,
    upstreamRequestId,
    forceAuthn: connection.forceAuthn || (authorize !== null && mustAuthenticateAgain(authorize)),
  })
  await insertLoginRequest(house.db, {
    id: sha256(relayState),
    organizationId: site.id,
    connectionId: connection.id,
    browserHash,
    upstreamRequestId,
    request: { purpose, authorize, origin },
    createdAt: now,
    expiresAt: secondsAfter(now, loginSeconds),
  })
  return { ...started, cookies: [cookie] }
}

/** `forceAuthn` of the dialect, `prompt=login` and `max_age=0` of OpenID Connect Core §3.1.2.1. */
function mustAuthenticateAgain(authorize: AuthorizeRequest): boolean {
  return authorize.forceAuthn || authorize.prompt.includes('login') || authorize.maxAge === '0'
}
