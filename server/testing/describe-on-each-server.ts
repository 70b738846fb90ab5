import { afterAll, beforeAll } from 'vitest'
import { type Clock, secondsAfter, systemClock } from '#lib/base/clock.ts'
import type { ResolveTxt } from '#lib/base/resolve-txt.ts'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { createClient } from './http-client.ts'
import { type ProtocolServer, startProtocolServer } from './start-protocol-server.ts'

/** The server under test; its members are there from `beforeAll` on. */
export type TestServer = ProtocolServer & {
  clock: Clock & { advance(seconds: number): void }
  /** Lines of the log so far. */
  logLines: string[]
  /** The DNS: values of the TXT records of a name, or how asking for it fails. What is not in it does not exist. */
  txtRecords: Map<string, string[] | Error>
  kind: 'pglite' | 'postgresql'
}

/**
 * Runs the tests of `define` against the real front and protocol routes, on each database Vestibule supports, empty at
 * the beginning. Its clock goes with the system's and can be put forward.
 */
export function describeOnEachServer(
  name: string,
  define: (server: TestServer) => void,
  env: Record<string, string> = {},
): void {
  describeOnEachDatabase(name, (open) => {
    const server = {} as TestServer
    beforeAll(async () => {
      const clock = createMovableClock()
      const logLines: string[] = []
      const txtRecords: TestServer['txtRecords'] = new Map()
      const database = await open()
      const onLogLine = (line: string) => void logLines.push(line)
      const resolveTxt = createTestResolver(txtRecords)
      const parts = { clock, database, onLogLine, resolveTxt }
      const started = await startProtocolServer({ DEMO: '0', ...env }, parts)
      Object.assign(server, started, { clock, logLines, txtRecords, kind: database.kind })
    })
    afterAll(() => server.close())
    define(server)
  })
}

function createMovableClock(): TestServer['clock'] {
  let ahead = 0
  return {
    now: () => secondsAfter(systemClock.now(), ahead),
    advance(seconds) {
      ahead += seconds
    },
  }
}

/** Each record in two strings, as name servers split long ones. */
function createTestResolver(records: TestServer['txtRecords']): ResolveTxt {
  return async (name) => {
    const values = records.get(name) ?? []
    if (values instanceof Error) throw values
    return values.map((value) => [value.slice(0, 20), value.slice(20)])
  }
}

/** A client with the management key. */
export function managementClient(server: ProtocolServer) {
  return createClient(server.port, { authorization: `Api-Key ${server.apiKey}` })
}
