import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findFreePort } from '../scripts/free-port.ts'

export type TestServer = {
  /** The origin it is served on: http://localhost:<port>. */
  url: string
  adminEmail: string
  adminPassword: string
  apiKey: string
  stop(): Promise<void>
}

/**
 * Starts the built application as an operator would, on an empty database of its own, and waits until it is ready.
 * `further` is what else configures it. Throws with what the server had to say when it ends before or takes longer than a minute.
 */
export async function startTestServer(
  kind: 'pglite' | 'postgresql',
  further: Record<string, string> = {},
): Promise<TestServer> {
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  const dataDir = await mkdtemp(join(tmpdir(), 'vestibule-e2e-'))
  const database = kind === 'postgresql' ? await createDatabase() : undefined
  const credentials = {
    adminEmail: 'owner@acme.example',
    adminPassword: randomBytes(18).toString('base64url'),
    apiKey: randomBytes(24).toString('base64url'),
  }
  const { child, output } = spawnServer({
    PORT: String(port),
    PUBLIC_URL: url,
    DATA_DIR: dataDir,
    DATABASE_URL: database?.url,
    VESTIBULE_SECRET: randomBytes(32).toString('base64'),
    ADMIN_EMAIL: credentials.adminEmail,
    ADMIN_PASSWORD: credentials.adminPassword,
    API_KEYS: credentials.apiKey,
    DEMO: '1',
    ...further,
  })
  const stop = async () => {
    await stopChild(child)
    await database?.drop()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await waitUntilReady(url, child, output)
  } catch (error) {
    await stop()
    throw error
  }
  return { url, ...credentials, stop }
}

/** With only what is given of what configures Vestibule, whatever the environment of the tests has. */
function spawnServer(configuration: Record<string, string | undefined>): {
  child: ChildProcess
  output: string[]
} {
  const { PATH, HOME, TMPDIR } = process.env
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join('server', 'main.ts')],
    {
      cwd: join(import.meta.dirname, '..'),
      env: { PATH, HOME, TMPDIR, NODE_ENV: 'production', ...configuration },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  const output: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output.push(chunk)
      if (output.length > 200) output.shift()
    })
  }
  return { child, output }
}

async function waitUntilReady(url: string, child: ChildProcess, output: string[]): Promise<void> {
  const deadline = performance.now() + 60_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) break
    const answer = await fetch(`${url}/api/ready`).catch(() => undefined)
    if (answer?.ok) return
    await sleep(100)
  }
  const ended =
    child.exitCode === null ? 'was not ready within a minute' : `ended with exit code ${child.exitCode}`
  throw new Error(`The server under test ${ended}.\n${output.join('')}`)
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, sleep(10_000).then(() => child.kill('SIGKILL'))])
  await ended
}

async function createDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const serverUrl = process.env.TEST_DATABASE_URL
  if (!serverUrl) throw new Error('TEST_DATABASE_URL names no PostgreSQL server.')
  const name = `vestibule_e2e_${randomBytes(8).toString('hex')}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: serverUrl })
    await client.connect()
    await client.query(statement).finally(() => client.end())
  }
  await run(`CREATE DATABASE ${name}`)
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  return { url: url.href, drop: () => run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}
