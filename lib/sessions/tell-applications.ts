import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import { issuerOf } from '../base/issuer.ts'
import type { House } from '../house.ts'
import type { SafeFetchAnswer } from '../http/safe-fetch.ts'
import {
  type ClaimedNotice,
  claimLogoutNotices,
  type NoticeOutcome,
  settleLogoutNotice,
} from '../store/logout-notices.ts'
import { mintLogoutToken } from './logout-token.ts'

/** After each attempt that failed, how long until the next, in seconds. After the last one it is given up. */
export const pausesBetweenAttempts = [30, 120, 600, 3600, 6 * 3600, 24 * 3600]

/** An application that answers no sooner has not answered. */
const timeoutSeconds = 10

/** An attempt not written down after this time was lost with its instance. */
const leaseSeconds = 60

/** How many applications are spoken to at once. */
const atOnce = 20

/** Answers are one short JSON object at most. */
const maxAnswerBytes = 16 * 1024

/**
 * Sends every logout notice whose time has come (OpenID Connect Back-Channel Logout 1.0 §2.5). Any number of instances
 * may do it at once. Returns how many were sent, heard or not.
 */
export async function tellApplications(house: House): Promise<number> {
  let sent = 0
  for (;;) {
    const now = house.clock.now()
    const leaseUntil = secondsAfter(now, leaseSeconds)
    const claimed = await claimLogoutNotices(house.db, { now, leaseUntil, count: atOnce })
    await Promise.all(claimed.map((notice) => tell(house, notice)))
    sent += claimed.length
    if (claimed.length < atOnce) return sent
  }
}

/** The first attempt, at once and beside the request that ended the session; the job takes up what it misses. */
export function tellApplicationsSoon(house: House): void {
  void tellApplications(house).catch((thrown) =>
    house.log.error({ err: thrown }, 'telling applications of a logout failed'),
  )
}

async function tell(house: House, notice: ClaimedNotice): Promise<void> {
  const outcome = await attempt(house, notice)
  const written = await settleLogoutNotice(house.db, notice, outcome)
  if (written && 'failedAt' in outcome) await recordFailure(house, notice, outcome.lastError)
}

async function attempt(house: House, notice: ClaimedNotice): Promise<NoticeOutcome> {
  const { backchannelLogoutUrl } = notice
  const now = () => house.clock.now()
  if (backchannelLogoutUrl === null)
    return { failedAt: now(), lastError: 'The application has no back-channel logout URL any more.' }
  const issuer = issuerOf(house.config.secure, notice.host)
  const token = await mintLogoutToken(house, { ...notice, issuer })
  try {
    const answer = await house.fetch(backchannelLogoutUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ logout_token: token }).toString(),
      timeoutSeconds,
      maxBytes: maxAnswerBytes,
      maxRedirects: 0,
    })
    return judge(answer, notice, now())
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    return postpone(notice, thrown.message, now())
  }
}

/** 200 and 204 are heard; 400 is the application's no, which another try would not change (§2.8). */
function judge(answer: SafeFetchAnswer, notice: ClaimedNotice, now: Date): NoticeOutcome {
  if (answer.status === 200 || answer.status === 204) return { deliveredAt: now }
  const sentence = `The application answered with ${answer.status}${reasonIn(answer.text)}.`
  return answer.status === 400 ? { failedAt: now, lastError: sentence } : postpone(notice, sentence, now)
}

function postpone(notice: ClaimedNotice, lastError: string, now: Date): NoticeOutcome {
  const pause = pausesBetweenAttempts[notice.attempts - 1]
  return pause === undefined
    ? { failedAt: now, lastError }
    : { nextAttemptAt: secondsAfter(now, pause), lastError }
}

/** `error` and `error_description` of the answer, where it has them as text. */
function reasonIn(text: string): string {
  try {
    const { error, error_description: description } = JSON.parse(text) as Record<string, unknown>
    const words = [error, description].filter((word) => typeof word === 'string' && word !== '')
    return words.length > 0
      ? `: ${words
          .join(', ')
          .replace(/[\p{Cc}\s]+/gu, ' ')
          .slice(0, 300)
          .toWellFormed()}`
      : ''
  } catch {
    return ''
  }
}

async function recordFailure(house: House, notice: ClaimedNotice, reason: string): Promise<void> {
  const ourselves: Actor = {
    type: 'system',
    id: 'system',
    name: 'Vestibule',
    role: 'owner',
    organizationId: notice.organizationId,
    address: '',
    requestId: '',
  }
  await recordAuditEvent(house, ourselves, {
    action: 'application.logout-not-heard',
    target: { type: 'application', id: notice.applicationId, name: notice.applicationName },
    result: 'failure',
    reason,
    after: { session: notice.sessionId, attempts: notice.attempts },
  })
}
