import type { House } from '../house.ts'
import { findMailsByOnceKey, type MailRecord } from '../store/mails.ts'

/** `kept`: there is no mail server, so it stays in the outbox and is read there. */
export type MailState = 'kept' | 'waiting' | 'sent' | 'failed'

export function mailState(
  house: Pick<House, 'config'>,
  mail: Pick<MailRecord, 'sentAt' | 'failedAt'>,
): MailState {
  if (mail.sentAt) return 'sent'
  if (mail.failedAt) return 'failed'
  return house.config.smtp === null ? 'kept' : 'waiting'
}

/** How far the mails that were queued under these `onceKey`s have come, by key; old ones are forgotten. */
export async function findMailStates(
  house: Pick<House, 'db' | 'config'>,
  organizationId: string,
  onceKeys: string[],
): Promise<Map<string, { state: MailState; lastError: string | null }>> {
  if (onceKeys.length === 0) return new Map()
  const prefix = onceKeyOf(organizationId, '')
  const rows = await findMailsByOnceKey(
    house.db,
    organizationId,
    onceKeys.map((key) => prefix + key),
  )
  return new Map(
    rows.map((row) => [
      row.onceKey.slice(prefix.length),
      { state: mailState(house, row), lastError: row.lastError },
    ]),
  )
}

/** The key as it is stored: each organization has its own. */
export function onceKeyOf(organizationId: string, onceKey: string): string {
  return `${organizationId} ${onceKey}`
}
