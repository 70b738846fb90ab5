import { z } from 'zod'
import { passwordChosenBy } from '../passwords/password-rules.ts'
import { mailAddressSchema, personNameSchema } from './invitation-input.ts'

/** What people type to make an account; `known`: what a password must not be made of. Whatever else a form brings is not read. */
export function registrationFormSchema(known: string[]) {
  return z.object({
    email: mailAddressSchema,
    firstName: personNameSchema,
    lastName: personNameSchema,
    password: passwordChosenBy(known),
  })
}

/** What waits with a link until its reader confirms it. */
export const waitingRegistrationSchema = z.object({
  tenantId: z.string(),
  firstName: z.string().nullable(),
  lastName: z.string().nullable(),
  passwordHash: z.string(),
  /** Of the cookie of the browser in which the form was filled in. */
  browserHash: z.string(),
  interaction: z.string(),
})
export type WaitingRegistration = z.output<typeof waitingRegistrationSchema>
