import { cache } from 'react'
import { countJoinRequests } from '#lib/accounts/count-join-requests.ts'
import { house } from '#server/house-access.ts'
import { requireActor } from './session.ts'

/** How many people wait to be let in, counted once a request and no further than a hundred. */
export const countWaiting = cache(async () =>
  countJoinRequests(house(), await requireActor(), { atMost: 100 }),
)
