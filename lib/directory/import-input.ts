import { z } from 'zod'

/** The query of an import. Without `preview` it is done. */
export const userImportSchema = z.object({
  tenant: z.string({ error: 'must name the tenant' }).min(1, 'must name the tenant'),
  preview: z
    .enum(['true', 'false'], { error: 'must be true or false' })
    .default('false')
    .transform((said) => said === 'true'),
})
