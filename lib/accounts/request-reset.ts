import { clientNetwork } from '../base/client-network.ts'
import { secondsAfter } from '../base/clock.ts'
import { emailKey } from '../base/email.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import type { MailAction } from '../mail/render-mail.ts'
import { deleteAccountTokensOf, insertAccountToken } from '../store/account-tokens.ts'
import { countAttempt } from '../store/rate-limits.ts'
import { type AccountUser, findResettableUsers } from '../store/user-accounts.ts'
import { recordOwnChange } from './account-actor.ts'

/** A link to choose a new password works so long; in seconds. */
export const resetSeconds = 30 * 60

/** So many tenants that have one address get a link each. */
const tenantsLinked = 10

/** Requests of one network in ten minutes, and for one address in an hour, whether or not anybody has it. */
const perNetwork = { tries: 20, windowSeconds: 600 }
const perAddress = { tries: 5, windowSeconds: 3600 }

export type ResetRequest = {
  email: string
  origin: { address: string; userAgent: string; requestId: string }
}

/**
 * Sends a mail with a link to choose a new password, to whoever has a password under that address. It answers before it
 * has looked, so that neither the answer nor its time tells whether there is anybody; what fails then is logged. Throws
 * `validation_failed` for what is no address, `rate_limited`.
 */
export async function requestReset(
  house: House,
  site: { id: string; issuer: string },
  input: ResetRequest,
): Promise<void> {
  const email = emailKey(input.email.toWellFormed().replaceAll('\u0000', ''))
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320)
    throw new VestibuleError('validation_failed', 'Enter your e-mail address, such as ada@company.com.')
  await countRequest(house, site.id, email, input.origin.address)
  void sendLinks(house, site, email, input).catch((thrown) =>
    house.log.error({ err: thrown }, 'sending a link to choose a new password failed'),
  )
}

async function countRequest(
  house: Pick<House, 'db' | 'clock'>,
  organizationId: string,
  email: string,
  address: string,
): Promise<void> {
  const now = house.clock.now()
  const limits = [
    { key: `reset:address:${clientNetwork(address)}`, ...perNetwork },
    { key: `reset:account:${organizationId}:${email}`, ...perAddress },
  ]
  for (const { key, tries, windowSeconds } of limits) {
    const { count, resetAt } = await countAttempt(house.db, key, windowSeconds, now)
    if (count <= tries) continue
    const retryAfterSeconds = Math.max(1, Math.ceil((resetAt.getTime() - now.getTime()) / 1000))
    throw new VestibuleError(
      'rate_limited',
      'A link was asked for too often. Look into your mailbox, or try again in an hour.',
      { retryAfterSeconds },
    )
  }
}

/**
 * One mail; where several tenants have the address, with a link for each. Accounts found under one address may have
 * written it differently (`emailKey`), and what looks alike may be somebody else's mailbox: each spelling gets its own.
 */
async function sendLinks(
  house: House,
  site: { id: string; issuer: string },
  email: string,
  { origin }: ResetRequest,
): Promise<void> {
  const users = await findResettableUsers(house.db, site.id, email, tenantsLinked)
  const bySpelling = Map.groupBy(users, (user) => user.email)
  for (const [to, theirs] of bySpelling) await sendLinksTo(house, site, { to, users: theirs, origin })
}

async function sendLinksTo(
  house: House,
  site: { id: string; issuer: string },
  { to, users, origin }: { to: string; users: AccountUser[]; origin: ResetRequest['origin'] },
): Promise<void> {
  const several = users.length > 1
  const actions: MailAction[] = []
  for (const user of users) {
    const label = several ? `Choose a new password for ${user.tenantName}` : 'Choose a new password'
    actions.push({ label, url: `${site.issuer}/reset/${await mintReset(house, user)}` })
    await recordOwnChange(house, user, origin, { action: 'user.password-reset-requested' })
  }
  const asked = 'Somebody, probably you, asked to choose a new password.'
  await queueMail(house, site.id, {
    to,
    subject: 'Choose a new password',
    body: {
      title: 'Choose a new password',
      paragraphs: [
        several
          ? `${asked} You have an account at more than one company, each with its own password. The links work for 30 minutes, and once.`
          : `${asked} The link works for 30 minutes, and once.`,
        'If it was not you, there is nothing to do: your password stays as it is.',
      ],
      action: actions,
      because:
        'You get this because somebody entered your address where people say they forgot their password.',
    },
  })
}

/** A new token; those sent before are worthless. It belongs to the password the user has now. */
async function mintReset(house: House, user: AccountUser): Promise<string> {
  const token = mintToken(house.random)
  const now = house.clock.now()
  await deleteAccountTokensOf(house.db, {
    organizationId: user.organizationId,
    subjectId: user.id,
    purposes: ['reset-password'],
  })
  await insertAccountToken(house.db, {
    tokenHash: sha256(token),
    organizationId: user.organizationId,
    purpose: 'reset-password',
    subjectId: user.id,
    email: user.email,
    data: { passwordMark: sha256(user.passwordHash ?? '') },
    createdAt: now,
    expiresAt: secondsAfter(now, resetSeconds),
  })
  return token
}
