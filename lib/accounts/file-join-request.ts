import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { findAccountToken, takeAccountToken } from '../store/account-tokens.ts'
import { findUserByAddress } from '../store/invitations.ts'
import { insertJoinRequest } from '../store/join-requests.ts'
import type { TenantRecord } from '../store/tenants.ts'
import { personActor } from './entry-actor.ts'
import { checkVisits } from './entry-limits.ts'
import type { EntryPage, EntrySite } from './entry-page.ts'
import { renderCannotAsk, renderConfirmJoin, renderWaitingForAdmin, type SaidToAdmins } from './join-page.ts'
import { loadJoinRequestRecord } from './join-request.ts'
import { tellAdminsOfRequest } from './join-request-mail.ts'
import { describeKnown, describeRejected } from './register-mail.ts'
import { renderLinkOver } from './register-page.ts'
import { waitingJoinSchema } from './request-join.ts'
import { findJoinable } from './show-join.ts'

type Waiting = { email: string; tenant: TenantRecord; said: SaidToAdmins }

/** The page the link in the mail leads to. It changes nothing: mail scanners follow links. Throws `rate_limited`. */
export async function showJoinConfirmation(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  input: { token: string; address: string },
): Promise<EntryPage> {
  await checkVisits(house, 'join', input.address)
  const waiting = await findWaiting(house, site, input.token)
  if (!waiting) return renderLinkOver(site)
  const { email, tenant, said } = waiting
  return renderConfirmJoin(site, { email, tenantName: tenant.name, said })
}

/**
 * Files the request of somebody who has read the mail, and tells the admins; of any number of callers one does. Throws
 * `rate_limited`.
 */
export async function fileJoinRequest(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>,
  site: EntrySite,
  input: { token: string; address: string; requestId: string },
): Promise<EntryPage> {
  await checkVisits(house, 'join', input.address)
  const waiting = await findWaiting(house, site, input.token)
  const taken = await takeAccountToken(house.db, whichToken(site, input.token), house.clock.now())
  if (!waiting || !taken) return renderLinkOver(site)
  const { email, tenant, said } = waiting
  const at = house.clock.now()
  const id = mintId('jrq', at, house.random)
  const userId = mintId('usr', at, house.random)
  const filed = await insertJoinRequest(house.db, {
    ...said,
    id,
    organizationId: site.id,
    tenantId: tenant.id,
    userId,
    email,
    emailKey: emailKey(email),
    at,
  })
  if (!filed) return sayHowTheyStand(house, site, waiting)
  await tellAdminsOfRequest(house, await loadJoinRequestRecord(house, site.id, id))
  await recordAuditEvent(house, personActor(site.id, { id: userId, email }, input), {
    action: 'join-request.filed',
    target: { type: 'join-request', id, name: email },
    tenant: tenant.slug,
  })
  return renderWaitingForAdmin(site, { email, tenantName: tenant.name })
}

/** Why an address cannot ask, to whoever has just proven that it is theirs. */
async function sayHowTheyStand(
  house: Pick<House, 'db'>,
  site: EntrySite,
  { email, tenant }: Waiting,
): Promise<EntryPage> {
  const known = await findUserByAddress(house.db, tenant.id, emailKey(email))
  if (known?.status === 'pending') return renderWaitingForAdmin(site, { email, tenantName: tenant.name })
  const { body } = known
    ? describeKnown(site, tenant.name, known.status)
    : describeRejected(site, tenant.name)
  return renderCannotAsk(site, { title: body.title, sentence: body.paragraphs.join(' ') })
}

async function findWaiting(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  token: string,
): Promise<Waiting | null> {
  const found = await findAccountToken(house.db, whichToken(site, token), house.clock.now())
  if (!found?.email) return null
  const { tenantId, ...said } = waitingJoinSchema.parse(found.data)
  const tenant = await findJoinable(house, site, tenantId)
  return tenant && { email: found.email, tenant, said }
}

function whichToken(site: EntrySite, token: string) {
  return { organizationId: site.id, purpose: 'join' as const, tokenHash: sha256(token) }
}
