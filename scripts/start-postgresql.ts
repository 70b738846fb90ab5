import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findFreePort } from './free-port.ts'
import { installOnDebian, isRoot } from './install-on-debian.ts'

/**
 * A PostgreSQL server for tests: a cluster of its own in a temporary folder, on a free port of 127.0.0.1, without
 * fsync, run by an unprivileged user. `stop` ends it and removes the folder. Throws PostgresqlMissing, with a sentence
 * about how to install it, when there is none, and another Error when it does not start.
 */
export async function startPostgresql(): Promise<{ url: string; stop(): Promise<void> }> {
  const binaries = findBinaries() ?? installBinaries()
  const owner = isRoot() ? findUnprivilegedUser() : undefined
  // The owner must be able to reach the folder, which it cannot below root's own TMPDIR.
  const folder = mkdtempSync(join(owner ? '/tmp' : tmpdir(), 'vestibule-postgresql-'))
  const password = randomBytes(18).toString('base64url')
  try {
    initializeCluster(binaries, folder, password, owner)
    const port = await findFreePort()
    const server = spawnServer(binaries, folder, port, owner)
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`
    await waitUntilReady(server, url)
    return { url, stop: () => stopServer(server, folder) }
  } catch (error) {
    removeFolder(folder)
    throw error
  }
}

export class PostgresqlMissing extends Error {}

type User = { uid: number; gid: number }

const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  shared_buffers: '64MB',
  log_min_messages: 'fatal',
}

/** The folder with the newest `postgres` and its `initdb`. */
function findBinaries(): string | undefined {
  const versioned = (parent: string, bin: string) =>
    existsSync(parent)
      ? readdirSync(parent)
          .sort((a, b) => Number.parseFloat(b.replace(/\D*/, '')) - Number.parseFloat(a.replace(/\D*/, '')))
          .map((version) => join(parent, version, bin))
      : []
  const folders = [
    ...(process.env.PATH ?? '').split(delimiter),
    ...versioned('/usr/lib/postgresql', 'bin'),
    ...versioned('/Applications/Postgres.app/Contents/Versions', 'bin'),
    ...['/opt/homebrew/opt', '/usr/local/opt', '/home/linuxbrew/.linuxbrew/opt'].flatMap((parent) =>
      existsSync(parent)
        ? readdirSync(parent)
            .filter((name) => /^postgresql(@\d+)?$/.test(name))
            .map((name) => join(parent, name, 'bin'))
        : [],
    ),
    '/usr/pgsql/bin',
    '/usr/local/pgsql/bin',
  ]
  return folders.find(
    (folder) => folder && existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')),
  )
}

function installBinaries(): string {
  installOnDebian('postgresql')
  const found = findBinaries()
  if (found) return found
  throw new PostgresqlMissing(
    'PostgreSQL is not installed. Install it ("apt-get install postgresql" or "brew install postgresql"), ' +
      'or name a server on which databases may be created in TEST_DATABASE_URL.',
  )
}

/** PostgreSQL refuses to run as root. */
function findUnprivilegedUser(): User {
  for (const name of ['postgres', 'nobody']) {
    const uid = spawnSync('id', ['-u', name], { encoding: 'utf8' })
    const gid = spawnSync('id', ['-g', name], { encoding: 'utf8' })
    if (uid.status === 0 && gid.status === 0) return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as.',
  )
}

function initializeCluster(
  binaries: string,
  folder: string,
  password: string,
  owner: User | undefined,
): void {
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (owner) for (const path of [folder, passwordFile]) chownSync(path, owner.uid, owner.gid)
  const given = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '--no-sync']
  execFileSync(
    join(binaries, 'initdb'),
    [...given, '--encoding=UTF8', '--locale=C', `--pgdata=${join(folder, 'data')}`],
    { ...owner, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], env: environment() },
  )
  rmSync(passwordFile)
}

function spawnServer(binaries: string, folder: string, port: number, owner: User | undefined): ChildProcess {
  const options = Object.entries({ ...settings, port: String(port) }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  return spawn(join(binaries, 'postgres'), ['-D', join(folder, 'data'), ...options], {
    ...owner,
    cwd: folder,
    stdio: 'ignore',
    env: environment(),
  })
}

/** Without the PG* variables of whoever runs the tests. */
function environment(): NodeJS.ProcessEnv {
  return { NODE_ENV: process.env.NODE_ENV, PATH: process.env.PATH, LC_ALL: 'C' }
}

async function waitUntilReady(server: ChildProcess, url: string): Promise<void> {
  let failure: Error | undefined
  server.once('error', (error) => {
    failure = error
  })
  for (let attempt = 0; attempt < 300; attempt++) {
    if (failure) throw failure
    if (server.exitCode !== null)
      throw new Error(`PostgreSQL ended while it started (exit code ${server.exitCode}).`)
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch {
      await sleep(100)
    }
  }
  server.kill('SIGKILL')
  throw new Error('PostgreSQL did not start within 30 seconds.')
}

/** SIGINT is a "fast shutdown": connections are closed, and nothing is waited for. */
async function stopServer(server: ChildProcess, folder: string): Promise<void> {
  if (server.exitCode === null && server.signalCode === null) {
    const ended = new Promise((resolve) => server.once('exit', resolve))
    server.kill('SIGINT')
    await ended
  }
  removeFolder(folder)
}

/** Processes of the server that are about to end may still write a last file. */
function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}
