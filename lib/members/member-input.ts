import { z } from 'zod'
import { chosenPassword } from '../passwords/password-rules.ts'

/** What callers may say about a member. Shared with the browser's forms: imports the rules alone. */

export const roleSchema = z.enum(['owner', 'admin', 'viewer'], { error: 'must be owner, admin or viewer' })

const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not have control characters')

export const memberEmail = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'must not be longer than 254 characters')
  .pipe(z.email('must be an e-mail address'))

export const newMemberSchema = z.strictObject({ email: memberEmail, name: nameSchema, role: roleSchema })
export type NewMember = z.output<typeof newMemberSchema>

export const memberChangeSchema = z.strictObject({ role: roleSchema })
export type MemberChange = z.output<typeof memberChangeSchema>

/** What an invited person chooses. */
export const joinSchema = z.strictObject({ name: nameSchema, password: chosenPassword })

export const joinBySsoSchema = z.strictObject({ name: nameSchema })

export const newPasswordSchema = z.strictObject({ password: chosenPassword })
