import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, findConnectionByClientId } from '../store/connections.ts'
import { type Origin, recordTrace } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { explainLoginCause, type LoginCause } from './login-causes.ts'
import { requestOfNobody } from './request-of-nobody.ts'
import { startLogin } from './start-login.ts'
import { isTestIdpOfLiveTenant } from './test-idp-of-live-tenant.ts'

export type InitiateLoginInput = {
  /** The connection named in the address. */
  clientId: string
  parameters: URLSearchParams
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/**
 * Begins a sign-in that a portal of the identity provider asks for (OpenID Connect Core §4): `iss` must be the
 * connection's own, `login_hint` is passed on, and `target_link_uri` is where the answer goes if it is registered. The
 * connection must allow it; then it is a sign-in like any other, whose answer nobody at the client waits for.
 * Throws `not_found`, `access_denied`, for a page; every refusal leaves a trace.
 */
export async function initiateLogin(
  house: House,
  site: Site,
  input: InitiateLoginInput,
): Promise<LoginOutcome> {
  const { parameters, cookies, origin } = input
  const connection = await findConnectionByClientId(house.db, site.id, input.clientId)
  if (!connection) throw new VestibuleError('not_found', 'There is no sign-in at this address.')
  const cause = whyNot(site, connection, read(parameters, 'iss'))
  if (cause) return refuse(house, site, origin, connection, cause)
  return startLogin(house, site, {
    connection,
    purpose: 'sign-in',
    authorize: requestOfNobody(
      connection,
      read(parameters, 'target_link_uri'),
      read(parameters, 'login_hint'),
    ),
    application: null,
    isIdPFlow: true,
    cookies,
    origin,
  })
}

function whyNot(site: Site, connection: ConnectionRecord, issuer: string): LoginCause | null {
  if (!connection.active) return 'login_connection_deactivated'
  if (!connection.allowUnsolicited) return 'login_unsolicited_not_allowed'
  if (!isIssuer(connection, issuer)) return 'login_initiator_wrong_issuer'
  return isTestIdpOfLiveTenant(site, connection) ? 'login_test_idp_for_live_tenant' : null
}

/** What tells one upstream from another begins with its issuer; what follows, as a fragment, is ours. */
function isIssuer({ upstreamId }: ConnectionRecord, issuer: string): boolean {
  return issuer !== '' && (upstreamId === issuer || upstreamId.startsWith(`${issuer}#`))
}

/** A parameter that came once and can be stored; empty otherwise. */
function read(parameters: URLSearchParams, name: string): string {
  const [value = '', ...others] = parameters.getAll(name)
  const usable =
    others.length === 0 && value.length <= 2048 && !value.includes('\u0000') && value.isWellFormed()
  return usable ? value : ''
}

async function refuse(
  house: House,
  site: Site,
  origin: Origin,
  connection: ConnectionRecord,
  cause: LoginCause,
): Promise<never> {
  const traceId = mintId('trc', house.clock.now(), house.random)
  const called = connection.name ?? connection.upstreamId
  const { name, sentence } = explainLoginCause(cause, called)
  await recordTrace(house, {
    id: traceId,
    organizationId: site.id,
    tenant: connection.tenant,
    product: connection.product,
    connection: { id: connection.id, name: called, kind: connection.kind },
    purpose: 'sign-in',
    outcome: 'failure',
    cause,
    sentence,
    checks: [{ name, ok: false }],
    origin,
  })
  throw new VestibuleError(
    'access_denied',
    'Your company’s sign-in sent you here in a way that is not open. Start at the application instead.',
    { traceId },
  )
}
