import { z } from 'zod'
import { listQuery } from '../base/list-query.ts'
import { emailSchema } from '../directory/user-input.ts'

/** What callers may say about an invitation. Shared with the browser's forms. */

/** An address that mail can be handed over for: one, without a name, a comment or a quoted part (RFC 5321 §4.1.2). */
export const mailAddressSchema = emailSchema.refine(
  (email) => /^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"\\]+$/.test(email),
  'must be an e-mail address without quotes or brackets',
)

/** One line of at most 128 characters; an empty one says nothing. */
export const personNameSchema = z
  .string()
  .trim()
  .max(128, 'must not be longer than 128 characters')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not have control characters')
  .transform((name) => name || null)

export const newInvitationSchema = z.strictObject({
  tenant: z.string().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters'),
  email: mailAddressSchema,
  firstName: personNameSchema.nullish(),
  lastName: personNameSchema.nullish(),
  /** Names. The person is put into them on acceptance. */
  namespaces: z
    .array(z.string().trim().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters'))
    .max(50, 'must not be more than 50')
    .default([])
    .transform((names) => [...new Set(names)]),
})
export type NewInvitationInput = z.output<typeof newInvitationSchema>

export const invitationQuerySchema = listQuery.extend({
  tenant: z.string().optional(),
  status: z
    .enum(['pending', 'expired', 'accepted', 'revoked'], {
      error: 'must be pending, expired, accepted or revoked',
    })
    .optional(),
})
export type InvitationQuery = z.output<typeof invitationQuerySchema>
