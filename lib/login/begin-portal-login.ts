import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findInvited } from '../members/invitation.ts'
import { mayOpenPortal } from '../members/portal-sign-in.ts'
import { type SsoIntent, takeLinkTicket } from '../members/sso-code.ts'
import { type ConnectionRecord, findConnectionByAnyId } from '../store/connections.ts'
import { loadOrganization } from '../store/organizations.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { browserHashOf } from './browser-binding.ts'
import { startLogin } from './start-login.ts'

export type BeginPortalInput = {
  /** `from`: the page a member came for. Or `link`: a ticket; or `invitation`: what the link of one holds. */
  parameters: URLSearchParams
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/**
 * Sends a member, or somebody who is invited to be one, to the company's sign-in. Throws `not_found` where members do
 * not sign in through a connection, and when the ticket or the invitation is worth nothing (any more).
 */
export async function beginPortalLogin(
  house: House,
  site: Site,
  { parameters, cookies, origin }: BeginPortalInput,
): Promise<LoginOutcome> {
  const connection = await loadPortalConnection(house, site)
  const intent = await readIntent(house, site, parameters)
  return startLogin(house, site, { connection, purpose: 'portal', authorize: null, intent, cookies, origin })
}

/** Under which hand-overs to this browser are kept; null when nothing was begun in it. */
export function handOverBrowser(
  { config }: Pick<House, 'config'>,
  cookies: ReadonlyMap<string, string>,
): string | null {
  return browserHashOf(config.secure, cookies)
}

async function loadPortalConnection(house: House, site: Site): Promise<ConnectionRecord> {
  const { portalConnectionId } = await loadOrganization(house.db, site.id)
  const found = portalConnectionId && (await findConnectionByAnyId(house.db, site.id, portalConnectionId))
  if (found && mayOpenPortal(house.config, site, found)) return found
  throw new VestibuleError('not_found', 'Members do not sign in to this portal through their company.')
}

async function readIntent(house: House, site: Site, parameters: URLSearchParams): Promise<SsoIntent> {
  const organizationId = site.id
  const ticket = parameters.get('link')
  if (ticket !== null) {
    const memberId = await takeLinkTicket(house, { organizationId, ticket })
    if (memberId === null) throw over()
    return { kind: 'link', memberId }
  }
  const invitation = parameters.get('invitation')
  if (invitation !== null) {
    const invitationHash = sha256(invitation)
    if (!(await findInvited(house, { organizationId, tokenHash: invitationHash }))) throw over()
    return { kind: 'invitation', invitationHash }
  }
  return { kind: 'sign-in', from: (parameters.get('from') ?? '/').slice(0, 2000) }
}

function over(): VestibuleError {
  return new VestibuleError(
    'not_found',
    'This took too long, or was used before. Begin again where you came from.',
  )
}
