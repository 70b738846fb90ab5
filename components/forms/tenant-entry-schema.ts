import { z } from 'zod'
import { tenantChangeSchema } from '#lib/tenants/tenant-input.ts'
import { toLines } from './connection-schemas.ts'

/** How people come to a tenant, as the form holds it: lists one entry a line. */
export const tenantEntryForm = z
  .object({
    registrationEnabled: z.boolean(),
    registrationDomains: z.string(),
    joinRequestsEnabled: z.boolean(),
    tagCategories: z.string(),
  })
  .superRefine((values, context) => {
    const parsed = tenantChangeSchema.safeParse(toTenantEntryChange(values, true))
    for (const { path, message } of parsed.error?.issues ?? []) {
      const field = path[0] === 'registration' ? 'registrationDomains' : 'tagCategories'
      const line = path.find((part) => typeof part === 'number')
      const place = line === undefined ? '' : `line ${line + 1} `
      context.addIssue({ code: 'custom', path: [field], message: place + message })
    }
  })

export type TenantEntryChange = {
  registration: { enabled?: boolean; domains: string[] }
  joinRequests: { enabled: boolean }
  tagCategories: string[]
}

/** What the form holds, as the API takes it. Where there are no passwords, whether people register stays as it was set. */
export function toTenantEntryChange(
  values: z.output<typeof tenantEntryForm>,
  passwordSignIn: boolean,
): TenantEntryChange {
  return {
    registration: {
      ...(passwordSignIn && { enabled: values.registrationEnabled }),
      domains: toLines(values.registrationDomains),
    },
    joinRequests: { enabled: values.joinRequestsEnabled },
    tagCategories: toLines(values.tagCategories),
  }
}
