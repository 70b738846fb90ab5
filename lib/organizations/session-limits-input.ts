import { z } from 'zod'

/** How long end users stay signed in. Shared with the browser's forms: imports nothing else. */

/** Limits an organization may choose, in seconds. */
const seconds = (least: number, most: number, sentence: string) =>
  z.coerce.number({ error: sentence }).int(sentence).min(least, sentence).max(most, sentence)

const day = 86_400

export const sessionLimitsSchema = z
  .strictObject({
    /** A session nobody uses ends after so long: five minutes to thirty days. */
    sessionIdleSeconds: seconds(300, 30 * day, 'must be from 5 minutes to 30 days'),
    /** And any session after so long: five minutes to ninety days. */
    sessionAbsoluteSeconds: seconds(300, 90 * day, 'must be from 5 minutes to 90 days'),
  })
  .refine((limits) => limits.sessionIdleSeconds <= limits.sessionAbsoluteSeconds, {
    path: ['sessionIdleSeconds'],
    message: 'must not be longer than a sign-in lasts at most',
  })

export type SessionLimits = z.output<typeof sessionLimitsSchema>
