import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { cookieName, mintCookie } from '../http/cookies.ts'
import { hashPassword } from '../passwords/password.ts'
import { findUserByAddress } from '../store/invitations.ts'
import { checkMailsTo, checkVisits } from './entry-limits.ts'
import { type EntryPage, type EntrySite, type Problems, parseTyped, waitingSignIn } from './entry-page.ts'
import { registrationFormSchema, type WaitingRegistration } from './register-input.ts'
import { describeKnown, proofSeconds, sendProof } from './register-mail.ts'
import {
  describeDomains,
  renderLookIntoMail,
  renderRegistration,
  renderRegistrationClosed,
  type TypedRegistration,
} from './register-page.ts'
import { findOpenTenant, takesAddress } from './show-registration.ts'

/** Names the browser in which a form was filled in, so that whoever only reads the mail has to know the password. */
const browserCookie = 'vestibule_register'

type RegistrationHouse = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>

export type RegisterInput = {
  form: TypedRegistration & { tenant: string; password: string; interaction: string }
  cookies: ReadonlyMap<string, string>
  address: string
  /** Whether the browser says that a page of ours sent the form (Fetch Metadata). */
  ownSite: boolean
}

/**
 * Takes what somebody typed who wants an account, and writes to the address: a link that makes it, or, to somebody who
 * has one, that they do. The answer is the same, and takes as long. Throws `rate_limited`, `invalid_request`.
 */
export async function registerUser(
  house: RegistrationHouse,
  site: EntrySite,
  input: RegisterInput,
): Promise<EntryPage> {
  await checkVisits(house, 'register', input.address)
  const { form } = input
  checkStorable(form)
  const tenant = await findOpenTenant(house, site, form.tenant)
  if (!tenant) return renderRegistrationClosed(site)
  const interaction = waitingSignIn(form.interaction)
  const again = (problems: Problems) =>
    renderRegistration(site, { tenant, interaction, typed: form, problems })
  const known = [form.firstName, form.lastName, form.email, tenant.name, site.name]
  const { value, problems } = parseTyped(registrationFormSchema(known), form)
  if (problems) return again(problems)
  if (!takesAddress(tenant, value.email))
    return again({
      email: `${tenant.name} takes no address of this domain. ${describeDomains(tenant.registrationDomains)}`,
    })
  await checkMailsTo(house, 'register', { organizationId: site.id, emailKey: emailKey(value.email) })

  const { password, email, ...names } = value
  const passwordHash = await hashPassword(password)
  // A form another site sent must not make this browser one that need not know the password.
  const browser = (input.ownSite ? nameOfBrowser(house, input.cookies) : null) ?? mintToken(house.random)
  const waiting: WaitingRegistration = {
    ...names,
    tenantId: tenant.id,
    passwordHash,
    browserHash: sha256(browser),
    interaction,
  }
  const user = await findUserByAddress(house.db, tenant.id, emailKey(email))
  await sendProof(house, site, {
    purpose: 'register',
    email,
    waiting,
    sentence: `With one more step you have an account with ${tenant.name}.`,
    instead: user && describeKnown(site, tenant.name, user.status),
  })
  const cookie = mintCookie(house.config.secure, browserCookie, browser, { maxAgeSeconds: proofSeconds })
  return renderLookIntoMail(site, email, input.ownSite ? [cookie] : [])
}

/** Whether this is the browser in which the form was filled in. */
export function isSameBrowser(
  house: Pick<House, 'config'>,
  cookies: ReadonlyMap<string, string>,
  { browserHash }: WaitingRegistration,
): boolean {
  const browser = nameOfBrowser(house, cookies)
  return browser !== null && sha256(browser) === browserHash
}

function nameOfBrowser(
  { config }: Pick<House, 'config'>,
  cookies: ReadonlyMap<string, string>,
): string | null {
  const value = cookies.get(cookieName(config.secure, browserCookie)) ?? ''
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : null
}

/** Takes the browser's name away again. */
export function forgetBrowser({ config }: Pick<House, 'config'>): string {
  return mintCookie(config.secure, browserCookie, '', { maxAgeSeconds: 0 })
}
