import { notFound } from 'next/navigation'
import { requireActor } from '#app/(portal)/session.ts'
import { exportUsers, userExportSchema } from '#lib/directory/export-users.ts'
import { respondError } from '#lib/http/error-dialects.ts'
import { respondFile } from '#lib/http/respond.ts'
import { house } from '#server/house-access.ts'
import { loadSite } from '../../../request-facts.ts'

/** The users of a tenant that a list shows, as a file to keep. */
export async function GET(request: Request): Promise<Response> {
  const [actor, site] = await Promise.all([requireActor(), loadSite()])
  const asked = [...new URL(request.url).searchParams].filter(([, value]) => value !== '')
  const query = userExportSchema.safeParse(Object.fromEntries(asked))
  if (!query.success) notFound()
  const about = { log: house().log, requestId: actor.requestId, brand: site }
  return exportUsers(house(), actor, query.data).then(
    ({ fileName, pieces }) => respondFile('text/csv; charset=utf-8', fileName, pieces),
    (thrown) => respondError(thrown, 'page', about),
  )
}
