import { cache } from 'react'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadUser } from '#lib/directory/load-user.ts'
import { house } from '#server/house-access.ts'

/** The user of the address, loaded once a request. */
export const loadShown = cache(async (user: string) => {
  const actor = await requireActor()
  return orNotFound(loadUser(house(), actor, { user: pathParam(user) }))
})
