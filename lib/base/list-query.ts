import { z } from 'zod'

/** The query of every list: `limit` 1–200 (default 50), `cursor` as the page before gave it, `query` to search. */
export const listQuery = z.object({
  limit: z.coerce.number({ error: 'must be a number from 1 to 200' }).int().min(1).max(200).default(50),
  cursor: z.string().max(100).optional(),
  query: z.string().trim().max(200).optional(),
})
