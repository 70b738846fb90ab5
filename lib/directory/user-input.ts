import { z } from 'zod'
import { emailDomain } from '../base/email.ts'
import { givenPassword } from '../passwords/password-rules.ts'
import { attributesSchema } from './attributes.ts'
import { namespaceNames } from './namespace-input.ts'

/** What callers may say about a user. Shared with the browser's forms: imports no more than rules. */

export const emailSchema = z
  .string()
  .trim()
  .max(254, 'must not be longer than 254 characters')
  .refine((email) => /^[^\s\p{C}]+$/u.test(email) && emailDomain(email) !== null, 'must be an e-mail address')

/** One line of 1–128 characters. */
const lineSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not have control characters')

/** Null says the same as leaving it out, and takes away what was there. */
const optionalLine = lineSchema.nullish()

const tagValue = z.string().max(256, 'must not be longer than 256 characters')

/** Category -> value, or several. */
export const tagsSchema = z
  .record(
    z.string().min(1, 'must have a name').max(128, 'must have a name of at most 128 characters'),
    z.union([tagValue, z.array(tagValue).max(50, 'must not have more than 50 values')], {
      error: 'must be a text or a list of texts',
    }),
  )
  .refine((tags) => Object.keys(tags).length <= 50, 'must not be more than 50')

const statusSchema = z.enum(['active', 'disabled'], { error: 'must be active or disabled' })

export const newUserSchema = z.strictObject({
  tenant: z.string().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters'),
  email: emailSchema,
  username: optionalLine,
  firstName: optionalLine,
  lastName: optionalLine,
  ssoUsername: optionalLine,
  password: givenPassword.nullish(),
  tags: tagsSchema.default({}),
  attributes: attributesSchema.default({}),
  namespaces: namespaceNames.default([]),
  status: statusSchema.default('active'),
})
export type NewUserInput = z.output<typeof newUserSchema>

/** `tags`, `attributes` and `namespaces` replace what was there as a whole. */
export const userChangeSchema = z
  .strictObject({
    email: emailSchema.optional(),
    username: optionalLine,
    firstName: optionalLine,
    lastName: optionalLine,
    ssoUsername: optionalLine,
    password: givenPassword.nullish(),
    tags: tagsSchema.optional(),
    attributes: attributesSchema.optional(),
    namespaces: namespaceNames.optional(),
    status: statusSchema.optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type UserChangeInput = z.output<typeof userChangeSchema>
