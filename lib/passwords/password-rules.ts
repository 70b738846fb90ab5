import { z } from 'zod'
import { isCommonPassword } from './guessability.ts'

/** What a new password must be. Shared with the browser's forms: imports no more than rules. */

/** One that a person chooses, of whom `known` is known: addresses and names, of the person, the product, the organization. */
export function passwordChosenBy(known: string[]) {
  return z
    .string()
    .min(12, 'At least 12 characters')
    .max(1000, 'At most 1000 characters')
    .refine(
      (password) => !isCommonPassword(password, known),
      'This is too easy to guess: common words, names, years and rows of keys are tried first. Take several words that have nothing to do with each other.',
    )
}

/** One that a person chooses, where nothing is known of whom. */
export const chosenPassword = passwordChosenBy([])

/** One that an admin gives to a user: the rules of where it comes from are the admin's. */
export const givenPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(1000, 'must not be longer than 1000 characters')
