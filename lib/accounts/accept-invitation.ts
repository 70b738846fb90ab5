import { z } from 'zod'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { sha256 } from '../base/encoding.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { hashPassword } from '../passwords/password.ts'
import { passwordChosenBy } from '../passwords/password-rules.ts'
import { acceptInvitationWithPassword } from '../store/invitations.ts'
import { personActor } from './entry-actor.ts'
import { checkVisits } from './entry-limits.ts'
import { type EntryPage, type EntrySite, parseTyped } from './entry-page.ts'
import { personNameSchema } from './invitation-input.ts'
import { renderAccepted, renderInvitation, renderNoInvitation } from './invite-page.ts'
import { findInvitationPage } from './show-invitation.ts'

/** Whatever else a form brings is not read. */
const formSchema = (known: string[]) =>
  z.object({
    firstName: personNameSchema,
    lastName: personNameSchema,
    password: passwordChosenBy(known),
  })

export type AcceptInvitationInput = {
  token: string
  form: { firstName: string; lastName: string; password: string }
  address: string
  requestId: string
}

/**
 * Accepts an invitation with the password its person has chosen; of any number of callers one does. Where the tenant's
 * people may not use passwords the page says how they sign in. Throws `rate_limited`.
 */
export async function acceptInvitation(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: EntrySite,
  input: AcceptInvitationInput,
): Promise<EntryPage> {
  await checkVisits(house, 'invite', input.address)
  const found = await findInvitationPage(house, site, input.token)
  if ('refusal' in found) return found.refusal
  const { invitation, applications } = found
  if (!invitation.passwordSignIn) return renderInvitation(site, found, { typed: input.form, problems: {} })
  checkStorable(input.form)
  const { firstName, lastName } = input.form
  const known = [firstName, lastName, invitation.email, invitation.tenantName, site.name]
  const { value, problems } = parseTyped(formSchema(known), input.form)
  if (problems) return renderInvitation(site, found, { typed: input.form, problems })
  const { password, ...names } = value
  const person = { ...names, passwordHash: await hashPassword(password) }
  const which = { organizationId: site.id, tokenHash: sha256(input.token) }
  const userId = await acceptInvitationWithPassword(house.db, which, person, house.clock.now())
  if (userId === null) return renderNoInvitation(site)
  await recordAuditEvent(house, personActor(site.id, { id: userId, email: invitation.email }, input), {
    action: 'invitation.accepted',
    target: { type: 'invitation', id: invitation.id, name: invitation.email },
    tenant: invitation.tenant,
  })
  return renderAccepted(site, { ...invitation, applications })
}
