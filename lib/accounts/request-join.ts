import { z } from 'zod'
import { secondsAfter } from '../base/clock.ts'
import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { insertAccountToken } from '../store/account-tokens.ts'
import { findUserByAddress } from '../store/invitations.ts'
import { wasRejected } from '../store/join-requests.ts'
import type { TenantRecord } from '../store/tenants.ts'
import { checkMailsTo, checkVisits } from './entry-limits.ts'
import { type EntryPage, type EntrySite, parseTyped, waitingSignIn } from './entry-page.ts'
import { mailAddressSchema, personNameSchema } from './invitation-input.ts'
import { renderFindCompany, renderJoin, type TypedJoinRequest } from './join-page.ts'
import { noteSchema } from './join-request-input.ts'
import { describeKnown, sendProofMail } from './register-mail.ts'
import { renderLookIntoMail } from './register-page.ts'
import { proofSeconds } from './register-user.ts'
import { findJoinable } from './show-join.ts'

/** Whatever else a form brings is not read. */
const formSchema = z.object({
  email: mailAddressSchema,
  firstName: personNameSchema,
  lastName: personNameSchema,
  note: noteSchema,
})

/** What waits with a link until its reader confirms it. */
export const waitingJoinSchema = z.object({
  tenantId: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  note: z.string().nullable(),
})
type WaitingJoin = z.output<typeof waitingJoinSchema>

export type RequestJoinInput = {
  form: TypedJoinRequest & { tenant: string; interaction: string }
  address: string
}

type MailHouse = Pick<House, 'db' | 'clock' | 'random' | 'sealer'>

/**
 * Takes what somebody typed who wants to join, and writes to the address: a link that files the request, or, to somebody
 * who is known, how they stand. The answer is the same, and takes as long. Throws `rate_limited`, `invalid_request`.
 */
export async function requestJoin(
  house: MailHouse,
  site: EntrySite,
  input: RequestJoinInput,
): Promise<EntryPage> {
  await checkVisits(house, 'join', input.address)
  const { form } = input
  checkStorable(form)
  const interaction = waitingSignIn(form.interaction)
  const tenant = await findJoinable(house, site, form.tenant)
  if (!tenant) return renderFindCompany(site, { interaction, asked: '', found: [], problems: {} })
  const { value, problems } = parseTyped(formSchema, form)
  if (problems) return renderJoin(site, { tenant, interaction, typed: form, problems })
  const { email, ...said } = value
  await checkMailsTo(house, 'join', { organizationId: site.id, emailKey: emailKey(email) })
  await sendLinkOrNotice(house, site, tenant, email, { ...said, tenantId: tenant.id })
  return renderLookIntoMail(site, email)
}

/** The token is kept in any case, so that nobody can tell by the time it takes; to somebody known it is never told. */
async function sendLinkOrNotice(
  house: MailHouse,
  site: EntrySite,
  tenant: TenantRecord,
  email: string,
  waiting: WaitingJoin,
): Promise<void> {
  const [known, rejected] = await Promise.all([
    findUserByAddress(house.db, tenant.id, emailKey(email)),
    wasRejected(house.db, tenant.id, emailKey(email)),
  ])
  const token = mintToken(house.random)
  const createdAt = house.clock.now()
  await insertAccountToken(house.db, {
    tokenHash: sha256(token),
    organizationId: site.id,
    purpose: 'join',
    subjectId: null,
    email,
    data: waiting,
    createdAt,
    expiresAt: secondsAfter(createdAt, proofSeconds),
  })
  const mail = known
    ? describeKnown(site, tenant.name, known.status)
    : rejected
      ? describeRejected(site, tenant.name)
      : proofMail(site, tenant, token)
  await sendProofMail(house, site, { to: email, ...mail })
}

export function describeRejected(site: EntrySite, tenantName: string) {
  const title = 'Your request was declined'
  const sentence = `${tenantName} has declined an earlier request of yours. Ask the people of your company who look after sign-in; they can let you ask again.`
  return { subject: `${title} (${site.name})`, body: { title, paragraphs: [sentence] } }
}

function proofMail(site: EntrySite, tenant: TenantRecord, token: string) {
  return {
    subject: `Confirm your address for ${site.name}`,
    body: {
      title: 'Confirm your address',
      paragraphs: [
        `With one more step your request to join ${tenant.name} goes to its admins. The link is good for 30 minutes and once.`,
      ],
      action: { label: 'Confirm the address', url: `${site.issuer}/join/${token}` },
    },
  }
}
