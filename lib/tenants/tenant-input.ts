import { z } from 'zod'
import { slugSchema } from '../base/slug.ts'

/** What callers may say about a tenant. Shared with the browser's forms: imports nothing a browser cannot load. */

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
