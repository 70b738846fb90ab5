import { z } from 'zod'
import { emailKey } from '../base/email.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { findUserByAddress } from '../store/invitations.ts'
import { wasRejected } from '../store/join-requests.ts'
import { checkMailsTo, checkVisits } from './entry-limits.ts'
import { type EntryPage, type EntrySite, parseTyped, waitingSignIn } from './entry-page.ts'
import { mailAddressSchema, personNameSchema } from './invitation-input.ts'
import { renderFindCompany, renderJoin, type TypedJoinRequest } from './join-page.ts'
import { noteSchema } from './join-request-input.ts'
import { describeKnown, describeRejected, sendProof } from './register-mail.ts'
import { renderLookIntoMail } from './register-page.ts'
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

/**
 * Takes what somebody typed who wants to join, and writes to the address: a link that files the request, or, to somebody
 * who is known, how they stand. The answer is the same, and takes as long. Throws `rate_limited`, `invalid_request`.
 */
export async function requestJoin(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
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
  const [user, rejected] = await Promise.all([
    findUserByAddress(house.db, tenant.id, emailKey(email)),
    wasRejected(house.db, tenant.id, emailKey(email)),
  ])
  const waiting: WaitingJoin = { ...said, tenantId: tenant.id }
  await sendProof(house, site, {
    purpose: 'join',
    email,
    waiting,
    sentence: `With one more step your request to join ${tenant.name} goes to its admins.`,
    instead: user
      ? describeKnown(site, tenant.name, user.status)
      : rejected
        ? describeRejected(site, tenant.name)
        : null,
  })
  return renderLookIntoMail(site, email)
}
