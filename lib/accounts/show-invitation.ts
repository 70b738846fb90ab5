import { sha256 } from '../base/encoding.ts'
import type { House } from '../house.ts'
import { findStartableApplications } from '../store/applications.ts'
import { findConnections } from '../store/connections.ts'
import { findOpenInvitation } from '../store/invitations.ts'
import { checkVisits } from './entry-limits.ts'
import type { EntryPage, EntrySite } from './entry-page.ts'
import { type InvitationPage, renderExpired, renderInvitation, renderNoInvitation } from './invite-page.ts'

/** The page the link of an invitation leads to. It changes nothing: mail scanners follow links. Throws `rate_limited`. */
export async function showInvitation(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  input: { token: string; address: string },
): Promise<EntryPage> {
  await checkVisits(house, 'invite', input.address)
  const found = await findInvitationPage(house, site, input.token)
  return 'refusal' in found ? found.refusal : renderInvitation(site, found, null)
}

/** What the page of a token shows, or the page that says why it does not. */
export async function findInvitationPage(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  token: string,
): Promise<InvitationPage | { refusal: EntryPage }> {
  const which = { organizationId: site.id, tokenHash: sha256(token) }
  const invitation = await findOpenInvitation(house.db, which)
  if (!invitation) return { refusal: renderNoInvitation(site) }
  if (invitation.expiresAt <= house.clock.now()) return { refusal: renderExpired(site, invitation) }
  const [connections, applications] = await Promise.all([
    findConnections(house.db, site.id, { tenants: [invitation.tenant] }, { sorted: true, limit: 50 }),
    findStartableApplications(house.db, site.id),
  ])
  const names = connections.filter(({ active }) => active).map(({ label, name }) => label ?? name)
  return {
    invitation,
    connections: [...new Set(names.filter((name) => name !== null))],
    applications,
  }
}
