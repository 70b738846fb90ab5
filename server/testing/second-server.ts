import { fork } from 'node:child_process'
import { once } from 'node:events'
import { openDatabase } from '#lib/store/open-database.ts'
import { startProtocolServer } from './start-protocol-server.ts'

/**
 * An installation of its own in a process of its own, with an embedded database: what a server of another company is to
 * the one under test. Routes find their house through one door per process, so that two cannot share one.
 */
export type SecondServer = { url: string; port: number; apiKey: string; stop(): Promise<void> }

type Started = Pick<SecondServer, 'url' | 'port' | 'apiKey'>

export async function startSecondServer(): Promise<SecondServer> {
  const child = fork(import.meta.filename, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const gone = once(child, 'exit')
  const [started] = (await Promise.race([
    once(child, 'message'),
    gone.then(() => Promise.reject(new Error('the second server did not start'))),
  ])) as [Started]
  return {
    ...started,
    async stop() {
      child.disconnect()
      await gone
    },
  }
}

/** The other process: says where it is, and goes when the first one does. */
if (import.meta.main && process.send) {
  const env = { DEMO: '0', API_KEYS: 'the-management-key-of-the-second-0002' }
  const { url, port, apiKey, close } = await startProtocolServer(env, { database: await openDatabase({}) })
  process.once('disconnect', () => void close().finally(() => process.exit(0)))
  process.send({ url, port, apiKey } satisfies Started)
}
