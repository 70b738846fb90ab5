/** How many days before something expires its admins are told, each once. */
export const warningDays = [60, 30, 14, 7, 1] as const

const millisecondsPerDay = 86_400_000

/**
 * Which warning is due at `now` for what expires at `endsAt`, when the last one was `warned` (null: none yet). Null when
 * none is: it is too early, the warning was given, or it has expired.
 */
export function dueWarning(endsAt: Date, warned: number | null, now: Date): number | null {
  const left = (endsAt.getTime() - now.getTime()) / millisecondsPerDay
  if (left <= 0) return null
  const due = warningDays.findLast((days) => left <= days)
  return due !== undefined && (warned === null || due < warned) ? due : null
}

/** `in 13 days`, `within a day`, from `now` to `endsAt`, which is later. */
export function daysUntil(endsAt: Date, now: Date): string {
  const days = Math.floor((endsAt.getTime() - now.getTime()) / millisecondsPerDay)
  return days === 0 ? 'within a day' : days === 1 ? 'in 1 day' : `in ${days} days`
}
