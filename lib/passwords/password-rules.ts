import { z } from 'zod'

/** What a new password must be. Shared with the browser's forms: imports nothing else. */

/** One that a person chooses. */
export const chosenPassword = z
  .string()
  .min(12, 'At least 12 characters')
  .max(1000, 'At most 1000 characters')

/** One that an admin gives to a user: the rules of where it comes from are the admin's. */
export const givenPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(1000, 'must not be longer than 1000 characters')
