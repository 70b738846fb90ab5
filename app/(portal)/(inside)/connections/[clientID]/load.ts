import { cache } from 'react'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { connectionTitle } from '#components/portal/connection-views.ts'
import { loadConnection } from '#lib/connections/load-connection.ts'
import { house } from '#server/house-access.ts'

/** The connection of the address, loaded once a request, with what it is called. */
export const loadShown = cache(async (clientID: string) => {
  const actor = await requireActor()
  const connection = await orNotFound(loadConnection(house(), actor, { clientID: pathParam(clientID) }))
  return { ...connection, title: connectionTitle(connection) }
})
