import { z } from 'zod'
import { slugSchema } from '../base/slug.ts'

/** What callers may say about namespaces. Shared with the browser's forms: imports no more than rules. */

/** Like a slug; without `;`, which stands between several of them in a CSV. */
const namespaceName = slugSchema.refine((name) => !name.includes(';'), 'cannot contain a semicolon')

export const newNamespaceSchema = z.strictObject({ name: namespaceName })
export type NewNamespace = z.output<typeof newNamespaceSchema>

/** The namespaces of a user: names, each once. */
export const namespaceNames = z
  .array(z.string().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters'), {
    error: 'must be a list of names of namespaces',
  })
  .max(100, 'must not be more than 100')
  .transform((names) => [...new Set(names)])
