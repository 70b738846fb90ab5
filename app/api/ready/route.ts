import { respondJson } from '#lib/http/respond.ts'
import { pingDatabase } from '#lib/store/ping-database.ts'
import { house } from '#server/house-access.ts'

/** Whether the process can serve: its database answers. Answers under any host name, for load balancers. */
export async function GET(): Promise<Response> {
  const ready = await pingDatabase(house().db)
  return ready
    ? respondJson(200, { status: 'ready' })
    : respondJson(503, { status: 'the database does not answer' })
}
