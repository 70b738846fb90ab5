import { issuerOf } from '../base/issuer.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import { notifyAdmins } from '../mail/notify-admins.ts'
import type { JoinRequestRecord } from '../store/join-requests.ts'
import { loadOrganization } from '../store/organizations.ts'

type MailHouse = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>

/** Tells the organization's admins that somebody asks to join; once a request, however often it is called. */
export async function tellAdminsOfRequest(
  house: MailHouse,
  request: Pick<
    JoinRequestRecord,
    'id' | 'organizationId' | 'tenantName' | 'email' | 'firstName' | 'lastName' | 'note' | 'connection'
  >,
): Promise<void> {
  const { organizationId, tenantName, email, note, connection } = request
  const { host } = await loadOrganization(house.db, organizationId)
  const name = [request.firstName, request.lastName].filter(Boolean).join(' ')
  await notifyAdmins(house, organizationId, {
    subject: `${email} asks to join ${tenantName}`,
    body: {
      title: `${name || email} asks to join ${tenantName}`,
      paragraphs: ['Nobody gets in before an admin has approved it. The person gets a mail either way.'],
      facts: [
        { label: 'E-mail', value: email },
        { label: 'Tenant', value: tenantName },
        ...(connection ? [{ label: 'Signed in through', value: connection.name }] : []),
        ...(note ? [{ label: 'Note', value: note }] : []),
      ],
      action: { label: 'Decide', url: `${issuerOf(house.config.secure, host)}/users/requests` },
    },
    onceKey: `join-request ${request.id}`,
  })
}

/** Tells the person that they are let in; `token` opens the page on which they choose a password. */
export async function sendApproval(
  house: MailHouse,
  request: Pick<JoinRequestRecord, 'id' | 'organizationId' | 'tenantName' | 'email'>,
  token: string | null,
  onceKey: string,
): Promise<void> {
  const { organizationId, tenantName, email } = request
  const { name, host } = await loadOrganization(house.db, organizationId)
  const howToGoOn = token
    ? 'Choose a password with the link below; it is good for seven days and works once. Then sign in.'
    : 'Open the application again and sign in with your company’s account, as before.'
  await queueMail(house, organizationId, {
    to: email,
    subject: `You may sign in to ${name} now`,
    body: {
      title: `Welcome to ${name}`,
      paragraphs: [`Your request to join ${tenantName} has been approved.`, howToGoOn],
      ...(token && {
        action: {
          label: 'Choose a password',
          url: `${issuerOf(house.config.secure, host)}/invite/${token}`,
        },
      }),
      because: `You get this because you asked to join ${tenantName}.`,
    },
    onceKey,
  })
}

/** Tells the person that they are not, with the admin's note. */
export async function sendRejection(
  house: MailHouse,
  request: Pick<JoinRequestRecord, 'id' | 'organizationId' | 'tenantName' | 'email'>,
  note: string | null,
): Promise<void> {
  const { organizationId, tenantName, email } = request
  const { name } = await loadOrganization(house.db, organizationId)
  await queueMail(house, organizationId, {
    to: email,
    subject: `Your request to join ${tenantName}`,
    body: {
      title: 'Your request was declined',
      paragraphs: [
        `An admin of ${name} has declined your request to join ${tenantName}.`,
        'If you think this is a mistake, ask the people of your company who look after it.',
      ],
      facts: note ? [{ label: 'Note', value: note }] : [],
      because: `You get this because you asked to join ${tenantName}.`,
    },
    onceKey: `join-request rejected ${request.id}`,
  })
}
