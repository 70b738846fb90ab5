import { z } from 'zod'

/** What a member types to change the password. Shared with the browser's form: imports nothing else. */
export const changePasswordSchema = z.strictObject({
  current: z.string().min(1, 'Enter your current password').max(1000),
  next: z.string().min(12, 'At least 12 characters').max(1000),
})
