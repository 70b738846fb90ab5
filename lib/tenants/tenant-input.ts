import { z } from 'zod'
import { toDomain } from '../base/email.ts'
import { slugSchema } from '../base/slug.ts'

/** What callers may say about a tenant. Shared with the browser's forms: imports nothing a browser cannot load. */

export const nameSchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')

export const newTenantSchema = z.strictObject({ slug: slugSchema, name: nameSchema })
export type NewTenant = z.output<typeof newTenantSchema>

/** A domain as people write it; comes out in its ASCII form (RFC 5890), lower case. */
const domainSchema = z
  .string()
  .max(1000, 'must not be longer than 1000 characters')
  .transform((written, context) => {
    const domain = toDomain(written)
    if (domain !== null) return domain
    context.addIssue({ code: 'custom', message: 'must be a domain name such as acme.example' })
    return z.NEVER
  })

/** Who may make an account: whoever reads mail in one of the domains, or anybody where none is named. */
export const registrationSchema = z
  .strictObject({
    enabled: z.boolean().optional(),
    domains: z
      .array(domainSchema)
      .max(100, 'must not be more than 100')
      .transform((domains) => [...new Set(domains)])
      .optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')

const tagCategorySchema = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(128, 'must not be longer than 128 characters')
  .regex(/^[^\p{Cc}\u2028\u2029]*$/u, 'must not have control characters')

export const tenantChangeSchema = z
  .strictObject({
    name: nameSchema.optional(),
    slug: slugSchema.optional(),
    live: z.boolean().optional(),
    passwordSignIn: z.boolean().optional(),
    enforceSso: z.boolean().optional(),
    registration: registrationSchema.optional(),
    joinRequests: z.strictObject({ enabled: z.boolean() }).optional(),
    tagCategories: z
      .array(tagCategorySchema)
      .max(50, 'must not be more than 50')
      .transform((names) => [...new Set(names)])
      .optional(),
  })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type TenantChange = z.output<typeof tenantChangeSchema>
