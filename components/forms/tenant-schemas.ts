import { z } from 'zod'

/** What the browser can tell about a new tenant; the server's rules for slugs are stricter and final. */
export const newTenantForm = z.object({
  name: z.string().trim().min(1, 'Enter the name of the company.').max(120, 'Use at most 120 characters.'),
  slug: z
    .string()
    .trim()
    .min(1, 'Enter a short name for addresses and API calls.')
    .max(128, 'Use at most 128 characters.')
    .refine((slug) => !slug.includes(':'), 'A colon is not possible here.'),
})

export const tenantNameForm = newTenantForm

/** A slug that reads like the name: `Globex & Söhne GmbH` becomes `globex-sohne-gmbh`. */
export function suggestSlug(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '')
    .slice(0, 60)
}
