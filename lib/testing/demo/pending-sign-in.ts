import { z } from 'zod'
import type { House } from '../../house.ts'
import { cookieName, mintCookie } from '../../http/cookies.ts'
import type { DemoSite } from './demo-application.ts'

/**
 * What the demo application remembers of a sign-in while the person is away: in one sealed cookie, so that it needs
 * no store and works on every instance. `over` once its code was redeemed; it then only recognises a reload.
 */
export type PendingSignIn =
  | { over: false; state: string; nonce: string; verifier: string; startedAt: number }
  | { over: true; state: string; startedAt: number }

/** A sign-in not finished after this time is forgotten, in seconds. */
const pendingSeconds = 15 * 60

const name = 'vestibule-demo'

const shape = z.discriminatedUnion('over', [
  z.object({
    over: z.literal(false),
    state: z.string(),
    nonce: z.string(),
    verifier: z.string(),
    startedAt: z.number(),
  }),
  z.object({ over: z.literal(true), state: z.string(), startedAt: z.number() }),
])

type Keeper = Pick<House, 'config' | 'sealer' | 'clock'>

/** The cookie that remembers it. */
export function keepPendingSignIn(house: Keeper, site: DemoSite, pending: PendingSignIn): string {
  const sealed = house.sealer.seal(JSON.stringify(pending), ownerIn(site))
  return mintCookie(house.config.secure, name, sealed, { maxAgeSeconds: pendingSeconds })
}

/** Null when the browser brought none, it was altered, or it is too old. */
export function findPendingSignIn(
  house: Keeper,
  site: DemoSite,
  cookies: ReadonlyMap<string, string>,
): PendingSignIn | null {
  const sealed = cookies.get(cookieName(house.config.secure, name))
  if (!sealed) return null
  try {
    const pending = shape.parse(JSON.parse(house.sealer.open(sealed, ownerIn(site))))
    const age = house.clock.now().getTime() - pending.startedAt
    return age <= pendingSeconds * 1000 ? pending : null
  } catch {
    return null
  }
}

function ownerIn(site: DemoSite) {
  return { organizationId: site.id, field: 'demo-sign-in', recordId: name }
}
