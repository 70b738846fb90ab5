import { respondJson } from '#lib/http/respond.ts'

/** Whether the process lives. Answers under any host name, for load balancers. */
export async function GET(): Promise<Response> {
  return respondJson(200, { status: 'ok' })
}
