import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { findAccountToken, takeAccountToken } from '../store/account-tokens.ts'
import { findStartableApplications } from '../store/applications.ts'
import { isUniqueViolation } from '../store/db.ts'
import type { TenantRecord } from '../store/tenants.ts'
import { insertUser } from '../store/users.ts'
import { personActor } from './entry-actor.ts'
import { checkTriesOf, checkVisits } from './entry-limits.ts'
import type { EntryPage, EntrySite } from './entry-page.ts'
import { type WaitingRegistration, waitingRegistrationSchema } from './register-input.ts'
import { renderConfirmation, renderLinkOver, renderRegistered } from './register-page.ts'
import { forgetBrowser, isSameBrowser } from './register-user.ts'
import { findOpenTenant, takesAddress } from './show-registration.ts'

export type ConfirmInput = {
  token: string
  cookies: ReadonlyMap<string, string>
  address: string
  requestId: string
}

type Waiting = { email: string; tenant: TenantRecord; registration: WaitingRegistration }

/** The page the link in the mail leads to. It changes nothing: mail scanners follow links. Throws `rate_limited`. */
export async function showConfirmation(
  house: Pick<House, 'db' | 'clock' | 'config'>,
  site: EntrySite,
  input: Omit<ConfirmInput, 'requestId'>,
): Promise<EntryPage> {
  await checkVisits(house, 'register', input.address)
  const waiting = await findWaiting(house, site, input.token)
  return waiting ? askAgain(house, site, input, waiting, {}) : renderLinkOver(site)
}

/**
 * Makes the account: in the browser that asked for it, or with its password. An attacker who fills in somebody else's
 * address gets no account whose mailbox they do not read, and its owner none whose password they do not know. Of any
 * number of callers one does. Throws `rate_limited`.
 */
export async function confirmRegistration(
  house: Pick<House, 'db' | 'clock' | 'random' | 'config'>,
  site: EntrySite,
  input: ConfirmInput & { password: string },
): Promise<EntryPage> {
  await checkVisits(house, 'register', input.address)
  const waiting = await findWaiting(house, site, input.token)
  if (!waiting) return renderLinkOver(site)
  const { registration, tenant, email } = waiting
  if (!isSameBrowser(house, input.cookies, registration)) {
    await checkTriesOf(house, sha256(input.token))
    if (!(await verifyPassword(registration.passwordHash, input.password)))
      return askAgain(house, site, input, waiting, { password: 'That is not the password that was chosen.' })
  }
  if (!(await takeAccountToken(house.db, whichToken(site, input.token), house.clock.now())))
    return renderLinkOver(site)
  if (!(await insertRegistered(house, site, waiting, input))) return renderLinkOver(site)
  return renderRegistered(site, {
    email,
    tenantName: tenant.name,
    interaction: registration.interaction,
    applications: await findStartableApplications(house.db, site.id),
    cookies: [forgetBrowser(house)],
  })
}

function askAgain(
  house: Pick<House, 'config'>,
  site: EntrySite,
  { cookies }: Pick<ConfirmInput, 'cookies'>,
  { email, tenant, registration }: Waiting,
  problems: Record<string, string>,
): EntryPage {
  const sameBrowser = isSameBrowser(house, cookies, registration)
  return renderConfirmation(site, { email, tenantName: tenant.name, sameBrowser, problems })
}

/** What waits with the link, as long as the tenant would still take it. */
async function findWaiting(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  token: string,
): Promise<Waiting | null> {
  const found = await findAccountToken(house.db, whichToken(site, token), house.clock.now())
  if (!found?.email) return null
  const registration = waitingRegistrationSchema.parse(found.data)
  const tenant = await findOpenTenant(house, site, registration.tenantId)
  return tenant && takesAddress(tenant, found.email) ? { email: found.email, tenant, registration } : null
}

function whichToken(site: EntrySite, token: string) {
  return { organizationId: site.id, purpose: 'register' as const, tokenHash: sha256(token) }
}

/** False when the tenant has a user of that address meanwhile. */
async function insertRegistered(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  site: EntrySite,
  { email, tenant, registration }: Waiting,
  origin: { address: string; requestId: string },
): Promise<boolean> {
  const now = house.clock.now()
  const id = mintId('usr', now, house.random)
  const { firstName, lastName, passwordHash } = registration
  try {
    await insertUser(house.db, {
      id,
      organizationId: site.id,
      tenantId: tenant.id,
      email,
      emailKey: emailKey(email),
      username: null,
      usernameKey: null,
      ssoUsername: null,
      ssoUsernameKey: null,
      firstName,
      lastName,
      status: 'active',
      passwordHash,
      tags: {},
      attributes: {},
      emailVerifiedAt: now,
    })
  } catch (thrown) {
    if (isUniqueViolation(thrown)) return false
    throw thrown
  }
  await recordAuditEvent(house, personActor(site.id, { id, email }, origin), {
    action: 'user.registered',
    target: { type: 'user', id, name: email },
    tenant: tenant.slug,
    after: { email, firstName, lastName },
  })
  return true
}
