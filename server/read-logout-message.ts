import { readForm } from '#lib/http/body.ts'
import type { LogoutMessageInput } from '#lib/single-logout/take-logout-message.ts'
import { type Call, smallBody } from './endpoints.ts'

/** A logout message by redirect: the query exactly as it was received, because that is what is signed. */
export function readRedirectedLogout({ incoming, origin, request }: Call): LogoutMessageInput {
  const at = request.url.indexOf('?')
  const query = at < 0 ? '' : request.url.slice(at + 1).split('#', 1)[0]!
  return { delivery: { binding: 'redirect', query }, clientId: incoming.params.clientID ?? null, origin }
}

/** A logout message in a form. */
export async function readPostedLogout({ incoming, origin, request }: Call): Promise<LogoutMessageInput> {
  const form = await readForm(request, smallBody)
  return { delivery: { binding: 'post', form }, clientId: incoming.params.clientID ?? null, origin }
}
