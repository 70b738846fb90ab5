import { cache } from 'react'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadNamespace } from '#lib/directory/load-namespace.ts'
import { house } from '#server/house-access.ts'

/** The namespace of the address, by name or id; loaded once a request. */
export const loadShown = cache(async (name: string) => {
  const actor = await requireActor()
  return orNotFound(loadNamespace(house(), actor, { namespace: pathParam(name) }))
})
