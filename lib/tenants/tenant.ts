import { z } from 'zod'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'

/**
 * The tenants room: customer companies of the organization. Owns their names and states;
 * must not know protocols.
 */

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
  .max(120, 'must not be longer than 120 characters')

export const newTenantSchema = z.strictObject({ slug: slugSchema, name: nameSchema })
export type NewTenant = z.output<typeof newTenantSchema>

export const tenantChangeSchema = z
  .strictObject({ name: nameSchema.optional(), slug: slugSchema.optional(), live: z.boolean().optional() })
  .refine((change) => Object.keys(change).length > 0, 'nothing to change')
export type TenantChange = z.output<typeof tenantChangeSchema>

/** A tenant as the API answers it; instants in RFC 3339. */
export type TenantView = {
  id: string
  slug: string
  name: string
  live: boolean
  createdAt: string
  updatedAt: string
}

export function viewTenant(row: TenantRecord): TenantView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    live: row.live,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** The tenant with that slug or id in the organization; throws `not_found`. */
export async function loadTenantRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  slugOrId: string,
): Promise<TenantRecord> {
  const tenant = await findTenant(house.db, organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  return tenant
}
