import { z } from 'zod'

/** A slug is any string of 1–128 characters without `:` and control characters; clients choose it. */
export const slugSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')
  .regex(/^[^:\u0000-\u001f\u007f-\u009f]*$/, 'cannot contain the character : or control characters')
  .refine((slug) => slug === slug.trim(), 'must not begin or end with a space')
  .refine((slug) => slug !== '.' && slug !== '..', 'cannot be a dot path')
