import { type ChildProcess, fork } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeTestIdp, type TestIdp } from '#lib/testing/idp/test-idp.ts'

/** A server in a process of its own, whose work is counted. `idp`: the identity provider of the demo's tenant. */
export type MeasuredServer = {
  url: string
  apiKey: string
  idp: TestIdp
  read(): Promise<Reading>
  stop(): Promise<void>
}

/** Since its start. */
export type Reading = { cpuMicroseconds: number; statements: number }

type Ready = { url: string; apiKey: string; key: string; certificate: string }

/** Starts one with the demo, in a data folder of its own that is deleted at the end. */
export async function startMeasuredServer(env: Record<string, string>): Promise<MeasuredServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vestibule-bench-'))
  const BENCH_ENV = JSON.stringify({ DATA_DIR: dataDir, DEMO: '1', ...env })
  const child = fork(join(import.meta.dirname, 'login-server.ts'), {
    env: { ...process.env, BENCH_ENV, NODE_ENV: 'production' },
  })
  const { url, apiKey, key, certificate } = await nextMessage<Ready>(child)
  return {
    url,
    apiKey,
    idp: composeTestIdp(url, 'acme', keysOf(key, certificate)),
    read() {
      child.send('read')
      return nextMessage<Reading>(child)
    },
    async stop() {
      child.send('stop')
      await once(child, 'exit')
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

async function nextMessage<Message>(child: ChildProcess): Promise<Message> {
  const [message] = (await once(child, 'message')) as [Message]
  return message
}

/** It signs with the one key alone. */
function keysOf(pem: string, certificate: string): Parameters<typeof composeTestIdp>[2] {
  const key = createPrivateKey(pem)
  return {
    key,
    certificate,
    otherKey: key,
    otherCertificate: certificate,
    expiredKey: key,
    expiredCertificate: certificate,
  }
}
