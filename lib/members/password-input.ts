import { z } from 'zod'
import { chosenPassword } from '../passwords/password-rules.ts'

/** What a member types to change the password. Shared with the browser's form: imports the rules alone. */
export const changePasswordSchema = z.strictObject({
  current: z.string().min(1, 'Enter your current password').max(1000),
  next: chosenPassword,
})
