import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, vi } from 'vitest'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { startControl } from './control.ts'
import { type RelyingParty, startRelyingParty } from './relying-party.ts'
import { http } from './run.ts'
import type { Target } from './target.ts'
import { startVestibule } from './vestibule.ts'

/** What the modules of a plan work with; its members are there from `beforeAll` on. */
export type Bench = {
  target: Target
  relyingParty: RelyingParty
  /** What the provider declares of itself. */
  server: oauth.AuthorizationServer
  responseMode: 'default' | 'form_post'
  /** Time passes for the provider and for the client. */
  passTime(seconds: number): void
}

/**
 * Runs the modules of a plan of the OpenID Foundation against the control, which validates them, and against Vestibule
 * on each database it supports.
 */
export function describeOnEachTarget(
  plan: string,
  define: (bench: Bench) => void,
  { responseMode = 'default' }: Partial<Pick<Bench, 'responseMode'>> = {},
): void {
  describe(`${plan}: the control`, () => defineWith(startControl))
  describeOnEachServer(`${plan}: Vestibule`, (server) => defineWith(() => startVestibule(server)))

  function defineWith(start: () => Promise<Target>): void {
    const bench = {} as Bench
    const clock = createClientClock()
    beforeAll(async () => {
      const target = await start()
      const relyingParty = await startRelyingParty()
      const server = await discover(target.issuer)
      const passTime = (seconds: number) => {
        clock.advance(seconds)
        target.passTime(seconds)
      }
      Object.assign(bench, { target, relyingParty, server, responseMode, passTime })
    })
    afterAll(async () => {
      await Promise.all([bench.target?.close(), bench.relyingParty?.close()])
      clock.restore()
    })
    define(bench)
  }
}

async function discover(issuer: URL): Promise<oauth.AuthorizationServer> {
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, http))
}

/** The clock of this process: that of the client, and of a provider that has none of its own. */
function createClientClock(): { advance(seconds: number): void; restore(): void } {
  const now = Date.now.bind(Date)
  let ahead = 0
  return {
    advance(seconds) {
      ahead += seconds
      vi.spyOn(Date, 'now').mockImplementation(() => now() + ahead * 1000)
    },
    restore: () => void vi.restoreAllMocks(),
  }
}
