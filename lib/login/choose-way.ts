import { emailDomain } from '../base/email.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import { findTenantByDomain } from '../store/domains.ts'
import { findTenant } from '../store/tenants.ts'
import { hasPasswordUsers } from '../store/users.ts'
import type { Attempt, Refusal } from './attempt.ts'
import type { PartyAttempt } from './begin-application-login.ts'
import type { Party } from './party.ts'

/** A tenant as far as signing in needs it. */
export type LoginTenant = {
  id: string
  slug: string
  name: string
  passwordSignIn: boolean
  enforceSso: boolean
  registrationEnabled: boolean
  joinRequestsEnabled: boolean
}

/** Ways in, when the person has to say which. `password`: whether somebody might have one here. */
export type Choices = { tenant: LoginTenant | null; connections: ConnectionRecord[]; password: boolean }

export type Way =
  | { kind: 'connection'; connection: ConnectionRecord }
  | ({ kind: 'page' } & Choices)
  | { kind: 'refused'; refusal: Refusal }

/**
 * How a person gets in. `idp_hint` says it; else the tenant the application names, or the one that owns the domain of
 * the e-mail address. With a single way there is nothing to choose: the person goes there at once. `choosing`: they
 * are to be asked all the same, because somebody is signed in and another account is wanted.
 */
export async function chooseWay(
  attempt: PartyAttempt,
  given: { email: string | null; choosing: boolean },
): Promise<Way> {
  const { request } = attempt
  const named = request.client?.kind === 'application' ? request.client.tenant : null
  const tenant = named === null ? null : await findTenant(attempt.house.db, attempt.site.id, named)
  if (named !== null && !tenant) return refuse('Tenant', 'tenant_unknown', named)
  if (request.idpHint) return followHint(attempt, tenant, request.idpHint)
  const asked = given.choosing && request.prompt.includes('select_account')
  const owner = given.email ? await findOwner(attempt, given.email) : null
  if (owner && !asked && (tenant === null || tenant.id === owner.id)) {
    const [only, ...others] = await usableConnections(attempt, owner)
    if (only && others.length === 0) return { kind: 'connection', connection: only }
  }
  const choices = await findChoices(attempt, tenant ?? owner)
  const [only, ...others] = choices.connections
  if (only && others.length === 0 && !choices.password && !asked)
    return { kind: 'connection', connection: only }
  return { kind: 'page', ...choices }
}

/** What a page offers to the people of a tenant; without one, to type an address and perhaps a password. */
export async function findChoices(
  attempt: Pick<PartyAttempt, 'house' | 'site' | 'party'>,
  tenant: LoginTenant | null,
): Promise<Choices> {
  if (tenant === null) return { tenant: null, connections: [], password: true }
  const mayUsePassword = tenant.passwordSignIn && !tenant.enforceSso
  const [connections, password] = await Promise.all([
    usableConnections(attempt, tenant),
    mayUsePassword && hasPasswordUsers(attempt.house.db, tenant.id),
  ])
  return { tenant, connections, password }
}

/** The tenant that owns the domain of an address; null where nobody does. */
export async function findOwner(
  { house, site }: Pick<Attempt, 'house' | 'site'>,
  email: string,
): Promise<LoginTenant | null> {
  const domain = emailDomain(email)
  return domain === null ? null : findTenantByDomain(house.db, site.id, domain)
}

/** The connections that count for the one who waits: those for its product, where it has one. */
export function forProduct({ product }: Party): { product?: string } {
  return product === null ? {} : { product }
}

/** Active connections of the tenant for the product of the one who waits, those to be preferred first. */
export async function usableConnections(
  { house, site, party }: Pick<PartyAttempt, 'house' | 'site' | 'party'>,
  tenant: { slug: string },
): Promise<ConnectionRecord[]> {
  const filter = { tenants: [tenant.slug], ...forProduct(party) }
  const found = await findConnections(house.db, site.id, filter, { sorted: true, limit: 50 })
  return found.filter(({ active }) => active)
}

/** Only within the tenant and product of the client. */
async function followHint(
  { house, site, party }: PartyAttempt,
  tenant: { slug: string } | null,
  clientId: string,
): Promise<Way> {
  const filter = { clientId, ...forProduct(party), ...(tenant && { tenants: [tenant.slug] }) }
  const [connection] = await findConnections(house.db, site.id, filter, { limit: 1 })
  if (!connection) return refuse('Identity provider hint', 'idp_hint_unknown', clientId)
  if (!connection.active) return refuse('Connection is active', 'connection_deactivated', clientId)
  return { kind: 'connection', connection }
}

function refuse(
  name: string,
  cause: 'tenant_unknown' | 'idp_hint_unknown' | 'connection_deactivated',
  received: string,
): Way {
  const code = cause === 'connection_deactivated' ? 'access_denied' : 'invalid_request'
  return { kind: 'refused', refusal: { name, cause, code, received } }
}
