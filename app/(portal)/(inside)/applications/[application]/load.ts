import { cache } from 'react'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadApplication } from '#lib/applications/load-application.ts'
import { house } from '#server/house-access.ts'

/** The application of the address, loaded once a request. */
export const loadShown = cache(async (application: string) => {
  const actor = await requireActor()
  return orNotFound(loadApplication(house(), actor, { application: pathParam(application) }))
})
