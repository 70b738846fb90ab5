/** How long before its end a certificate is worth a warning, as by mail: time enough to reach another company's IT. */
export const warnDays = 60

const millisecondsPerDay = 86_400_000

export type CertificateAge = { state: 'valid' | 'ending' | 'ended' | 'future'; days: number }

/** Where a certificate stands at `now`; `days` is how many until, or since, the instant that matters. */
export function certificateAge(
  certificate: { notBefore?: Date | string; notAfter: Date | string },
  now: Date,
): CertificateAge {
  const daysTo = (instant: Date | string) =>
    (new Date(instant).getTime() - now.getTime()) / millisecondsPerDay
  const end = daysTo(certificate.notAfter)
  if (end < 0) return { state: 'ended', days: Math.floor(-end) }
  const start = certificate.notBefore === undefined ? 0 : daysTo(certificate.notBefore)
  if (start > 0) return { state: 'future', days: Math.ceil(start) }
  const days = Math.floor(end)
  return { state: days < warnDays ? 'ending' : 'valid', days }
}

/** `today`, `in 1 day`, `in 12 days`, `12 days ago`. */
export function inDays(age: CertificateAge): string {
  if (age.days === 0) return 'today'
  const days = age.days === 1 ? '1 day' : `${age.days} days`
  return age.state === 'ended' ? `${days} ago` : `in ${days}`
}
