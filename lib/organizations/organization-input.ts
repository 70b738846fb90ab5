import { z } from 'zod'
import { logoBytes } from './logo-image.ts'

/** What owners may say about their organization. Shared with the browser's forms: imports nothing a browser cannot load. */

export const organizationChangeSchema = z.strictObject({
  /** As the people who sign in know it. */
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(128, 'must not be longer than 128 characters')
    .regex(/^\P{Cc}*$/u, 'must not hold control characters'),
})
export type OrganizationChange = z.output<typeof organizationChangeSchema>

export const logoUploadSchema = z.strictObject({
  logo: z.file('must be a file').max(logoBytes, 'must not be larger than 256 KB'),
})
export type LogoUpload = z.output<typeof logoUploadSchema>
