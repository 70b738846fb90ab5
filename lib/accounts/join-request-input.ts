import { z } from 'zod'
import { listQuery } from '../base/list-query.ts'

/** What callers may say about requests to join. Shared with the browser's forms. */

/** What people write to each other, as one paragraph; empty says nothing. */
export const noteSchema = z
  .string()
  .max(1000, 'must not be longer than 1000 characters')
  .transform((note) => note.replace(/\s+/gu, ' ').trim() || null)
  .refine((note) => !/\p{Cc}/u.test(note ?? ''), 'must not have control characters')

export const rejectionSchema = z.strictObject({ note: noteSchema.nullish() })

export const joinRequestQuerySchema = listQuery.extend({
  tenant: z.string().optional(),
  status: z
    .enum(['pending', 'approved', 'rejected'], { error: 'must be pending, approved or rejected' })
    .optional(),
})
export type JoinRequestQuery = z.output<typeof joinRequestQuerySchema>
