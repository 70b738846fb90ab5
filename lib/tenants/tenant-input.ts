import { z } from 'zod'

/** What callers may say about a tenant. Shared with the browser's forms: imports nothing else. */

/** A slug is any string of 1–128 characters without `:` and control characters; clients choose it. */
export const slugSchema = z
  .string()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')
  .regex(/^[^:\u0000-\u001f\u007f-\u009f]*$/, 'cannot contain the character : or control characters')
  .refine((slug) => slug === slug.trim(), 'must not begin or end with a space')
  .refine((slug) => slug !== '.' && slug !== '..', 'cannot be a dot path')

export const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')

export const newTenantSchema = z.strictObject({ slug: slugSchema, name: nameSchema })
export type NewTenant = z.output<typeof newTenantSchema>

export const tenantChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    slug: slugSchema.optional(),
    live: z.boolean().optional(),
    passwordSignIn: z.boolean().optional(),
    enforceSso: z.boolean().optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type TenantChange = z.output<typeof tenantChangeSchema>
