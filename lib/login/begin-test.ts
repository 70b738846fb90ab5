import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import { loadConnectionRecord } from '../connections/load-connection.ts'
import type { House } from '../house.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { startLogin } from './start-login.ts'

/**
 * An admin tries a connection: the login runs like any other, but ends on the page that shows its trace, and no
 * application learns of it. A deactivated connection can be tried too. Throws `not_found`, `forbidden`.
 */
export async function beginTest(
  house: House,
  site: Site,
  actor: Actor,
  input: { clientID: string; cookies: ReadonlyMap<string, string>; userAgent: string },
): Promise<LoginOutcome> {
  checkRole(actor, 'admin')
  const connection = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  const { address, requestId } = actor
  const origin = { address, requestId, userAgent: input.userAgent }
  return startLogin(house, site, {
    connection,
    purpose: 'test',
    authorize: null,
    cookies: input.cookies,
    origin,
  })
}
