import { cache } from 'react'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { isOwner, mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { connectionTitle } from '#components/portal/connection-views.ts'
import type { Actor } from '#lib/base/actor.ts'
import { loadConnection } from '#lib/connections/load-connection.ts'
import { loadPortalSignIn } from '#lib/members/portal-sign-in.ts'
import { house } from '#server/house-access.ts'

/** The connection of the address, loaded once a request, with what it is called. */
export const loadShown = cache(async (clientID: string) => {
  const actor = await requireActor()
  const connection = await orNotFound(loadConnection(house(), actor, { clientID: pathParam(clientID) }))
  return { ...connection, title: connectionTitle(connection) }
})

/** Whether to offer what changes it: of the one through which members sign in to the portal, to owners alone. */
export async function mayChangeShown(connection: { id: string }): Promise<boolean> {
  const actor = await requireActor()
  if (!mayChange(actor) || isOwner(actor)) return mayChange(actor)
  const { connection: used } = await loadPortalSignIn(house(), actor)
  return used?.id !== connection.id
}

/** Where it may not be changed, as a sentence. */
export function whyReadOnly(actor: Actor): string {
  return mayChange(actor)
    ? 'Members sign in to this portal through this connection: owners alone change it.'
    : 'Your role can look, not change.'
}
