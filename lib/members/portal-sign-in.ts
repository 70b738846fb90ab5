import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { isLoopbackHost } from '../base/loopback-host.ts'
import { checkRole } from '../base/permit.ts'
import { isTestIdp } from '../base/test-idp.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, findConnectionByAnyId } from '../store/connections.ts'
import { hasOwnerWithPassword, revokeSessionsOfAllMembers } from '../store/members.ts'
import { loadOrganization, type OrganizationRecord, setPortalSignIn } from '../store/organizations.ts'
import { hasSucceeded } from '../store/traces.ts'
import { tellOwners } from './tell-owners.ts'

/** How members sign in to the portal, beside a password. */
export type PortalSignIn = {
  /** The connection they may sign in through; null: passwords alone. */
  connection: { id: string; clientID: string; name: string; tenant: string; active: boolean } | null
  /** Whether they must. Owners keep their password for the day it does not work. */
  required: boolean
}

export type PortalSignInChange = { connection?: string | null; required?: boolean }

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>

/** The setting as it is. */
export async function loadPortalSignIn(house: Pick<House, 'db'>, actor: Actor): Promise<PortalSignIn> {
  checkRole(actor, 'viewer')
  return describePortalSignIn(house, actor.organizationId)
}

/** The same for the sign-in page, which asks for nobody. */
export async function describePortalSignIn(
  house: Pick<House, 'db'>,
  organizationId: string,
): Promise<PortalSignIn> {
  return view(house, await loadOrganization(house.db, organizationId))
}

/**
 * Changes it; a connection is named by clientID or id. It must have let somebody in before, be active, and not be a test
 * identity provider that others can reach. Throws `forbidden`, `not_found`, `validation_failed`, and `conflict` where it
 * would shut out: to require it, the acting owner must be linked to the connection, and some owner must have a password.
 */
export async function updatePortalSignIn(
  house: Parts,
  site: { issuer: string },
  actor: Actor,
  change: PortalSignInChange,
): Promise<PortalSignIn> {
  checkRole(actor, 'owner')
  const { organizationId } = actor
  const before = await loadOrganization(house.db, organizationId)
  const chosen =
    change.connection === undefined || change.connection === null
      ? null
      : await loadUsable(house, site, organizationId, change.connection)
  const after = {
    portalConnectionId: change.connection === undefined ? before.portalConnectionId : (chosen?.id ?? null),
    requirePortalSso: change.required ?? before.requirePortalSso,
  }
  if (after.requirePortalSso && !before.requirePortalSso) await checkBreakGlass(house, organizationId)
  const doer = { ownerId: actor.id, at: house.clock.now() }
  if (!(await setPortalSignIn(house.db, organizationId, after, doer))) throw wouldShutOut()
  if (after.requirePortalSso && !before.requirePortalSso) await endOtherSessions(house, actor)
  const [was, is] = await Promise.all([view(house, before), describePortalSignIn(house, organizationId)])
  await recordAuditEvent(house, actor, {
    action: 'organization.portal-sign-in-changed',
    target: { type: 'organization', id: organizationId, name: before.name },
    before: auditable(was),
    after: auditable(is),
  })
  await tellOwners(house, organizationId, {
    subject: 'How members sign in to the portal was changed',
    body: {
      title: 'How members sign in to the portal was changed',
      paragraphs: [`${actor.name} changed it. If this was not agreed, look into the audit log.`],
      facts: [
        { label: 'Connection', value: is.connection ? is.connection.name : 'none' },
        { label: 'Passwords', value: is.required ? 'for owners alone, in an emergency' : 'work' },
      ],
    },
  })
  return is
}

/** Whether members may sign in through this connection; a test identity provider only where nobody else can reach it. */
export function mayOpenPortal(
  config: Pick<House['config'], 'publicUrl'>,
  site: { issuer: string },
  connection: Pick<ConnectionRecord, 'upstreamId' | 'active' | 'kind'>,
): boolean {
  if (!connection.active || (connection.kind !== 'saml' && connection.kind !== 'oidc')) return false
  return !isTestIdp(site, connection) || isLoopbackHost(new URL(config.publicUrl).hostname)
}

async function loadUsable(
  house: Parts,
  site: { issuer: string },
  organizationId: string,
  clientID: string,
): Promise<ConnectionRecord> {
  const connection = await findConnectionByAnyId(house.db, organizationId, clientID)
  if (!connection) throw new VestibuleError('not_found', 'There is no such connection.')
  if (!mayOpenPortal(house.config, site, connection))
    throw refuse(
      'Choose an active SAML or OpenID Connect connection that does not lead to a test identity provider.',
    )
  if (!(await hasSucceeded(house.db, organizationId, connection.id)))
    throw refuse('Nobody has come in through this connection yet. Test it first.')
  return connection
}

/** With the connection out of order somebody must still get in. */
async function checkBreakGlass(house: Pick<House, 'db'>, organizationId: string): Promise<void> {
  if (await hasOwnerWithPassword(house.db, organizationId)) return
  throw new VestibuleError(
    'conflict',
    'No owner has a password. One of you needs one first, for the day the company’s sign-in does not work.',
  )
}

/** Who came in with a password has to come again. */
async function endOtherSessions(house: Pick<House, 'db' | 'clock'>, actor: Actor): Promise<void> {
  const exceptId = 'sessionId' in actor ? String(actor.sessionId) : ''
  await revokeSessionsOfAllMembers(house.db, actor.organizationId, { exceptId }, house.clock.now())
}

async function view(
  house: Pick<House, 'db'>,
  { id, portalConnectionId, requirePortalSso: required }: OrganizationRecord,
): Promise<PortalSignIn> {
  const row = portalConnectionId && (await findConnectionByAnyId(house.db, id, portalConnectionId))
  if (!row) return { connection: null, required }
  const { clientId: clientID, name, upstreamId, tenant, active } = row
  return { connection: { id: row.id, clientID, name: name ?? upstreamId, tenant, active }, required }
}

function auditable({ connection, required }: PortalSignIn) {
  return { connection: connection && `${connection.name} (${connection.clientID})`, required }
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: 'connection', message }] })
}

function wouldShutOut(): VestibuleError {
  return new VestibuleError(
    'conflict',
    'Link your own company sign-in to this connection first, so that you do not lock yourself out.',
  )
}
