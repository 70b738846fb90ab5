import { issuerOf } from '../base/issuer.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import type { InvitationRecord } from '../store/invitations.ts'
import { loadOrganization } from '../store/organizations.ts'
import { mailKey } from './invitation.ts'

/** Sends the link of an invitation. It leads to the organization's own host, whatever the request said. */
export async function sendInvitationMail(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>,
  invitation: Pick<
    InvitationRecord,
    'id' | 'organizationId' | 'tenantName' | 'email' | 'invitedBy' | 'sentAt'
  >,
  token: string,
): Promise<void> {
  const { organizationId, tenantName, email, invitedBy } = invitation
  const { name, host } = await loadOrganization(house.db, organizationId)
  await queueMail(house, organizationId, {
    to: email,
    // With a key of the API it is the organization itself that invites.
    subject: invitedBy === name ? `You are invited to ${name}` : `${invitedBy} invites you to ${name}`,
    body: {
      title: `You are invited to ${name}`,
      paragraphs: [
        `${invitedBy} has invited you to sign in${invitedBy === name ? '' : ` to ${name}`} as one of the people of ${tenantName}.`,
        'The link below is good for seven days, for you alone, and once. Whoever has it can accept the invitation, so do not pass it on.',
      ],
      action: {
        label: 'Accept the invitation',
        url: `${issuerOf(house.config.secure, host)}/invite/${token}`,
      },
      because: `You get this because ${invitedBy} entered your address. If you do not know why, there is nothing you have to do.`,
    },
    onceKey: mailKey(invitation),
  })
}
