import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemClock } from '#lib/base/clock.ts'
import { sha256 } from '#lib/base/encoding.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import type { DatabaseLog } from './open-database.ts'
import { currentProcess, isProcessRunning, type ProcessIdentity } from './pglite-lock-process.ts'

/**
 * Makes `dataDir` this process's own, for as long as the embedded database is open. Makes the folder when it is
 * missing, closed to other users. Takes over the lock of a process that is gone.
 * Throws a VestibuleError (`internal`) that names the process which holds the folder.
 *
 * A holder on the same machine is judged by its pid and start time. One elsewhere (another container or host that
 * shares the folder) cannot be seen, so its heartbeat, the file's modification time, is watched for a while.
 */
export async function lockPgliteFolder(dataDir: string, options: LockOptions = {}): Promise<PgliteLock> {
  const { heartbeatMilliseconds = 3_000, watchMilliseconds = 12_000, log } = options
  await makeFolder(dataDir)
  const path = join(dataDir, 'pglite.lock')
  const own = JSON.stringify({ ...(await currentProcess()), token: randomUUID() })
  for (let attempt = 0; attempt < 40; attempt++) {
    if (await createLock(path, own)) return keepLock(path, own, heartbeatMilliseconds)
    const held = await readOrNothing(path)
    if (held === undefined) continue
    await refuseWhileHeld(path, held, { dataDir, watchMilliseconds, log })
    await removeStaleLock(path, held)
  }
  throw new VestibuleError(
    'internal',
    `The folder ${dataDir} is being opened by several processes at once: try again.`,
  )
}

export type PgliteLock = { release(): Promise<void> }

export type LockOptions = {
  log?: DatabaseLog
  /** How often the holder shows that it lives. */
  heartbeatMilliseconds?: number
  /** How long the heartbeat of a holder elsewhere is watched; several heartbeats long. */
  watchMilliseconds?: number
}

async function makeFolder(dataDir: string): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new VestibuleError('internal', `The folder DATA_DIR names cannot be made: ${reason}.`, { cause })
  }
}

/** Writes the content first and gives it its name second, so that nobody ever reads half a lock. */
async function createLock(path: string, content: string): Promise<boolean> {
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, content, { mode: 0o600, flag: 'wx' })
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

function keepLock(path: string, own: string, heartbeatMilliseconds: number): PgliteLock {
  const beat = async () => {
    const now = systemClock.now()
    await utimes(path, now, now).catch(() => {})
  }
  const timer = setInterval(beat, heartbeatMilliseconds).unref()
  return {
    release: async () => {
      clearInterval(timer)
      if ((await readOrNothing(path)) === own) await rm(path, { force: true })
    },
  }
}

type Judgement = { dataDir: string; watchMilliseconds: number; log: DatabaseLog | undefined }

/** Returns when the holder is gone; throws while it lives. */
async function refuseWhileHeld(path: string, held: string, judgement: Judgement): Promise<void> {
  const { dataDir, watchMilliseconds, log } = judgement
  const holder = parseHolder(held)
  if (!holder) return
  const refusal = new VestibuleError(
    'internal',
    `The folder ${dataDir} is in use by another process (pid ${holder.pid} on ${holder.host}): ` +
      'stop it first, give this one another DATA_DIR, or use PostgreSQL (DATABASE_URL) to run several.',
  )
  if (holder.place === (await currentProcess()).place) {
    if (await isProcessRunning(holder)) throw refusal
    return
  }
  log?.info(
    { dataDir, pid: holder.pid, host: holder.host },
    'waiting to see whether the last holder of the folder lives',
  )
  const before = await heartbeatOf(path)
  await sleep(watchMilliseconds)
  if ((await heartbeatOf(path)) !== before) throw refusal
}

/**
 * Two may find the same stale lock, and the slower one must not remove the lock the faster one has made since.
 * So a lock is removed only by whoever holds the claim on that very lock, and only while it is still there.
 */
async function removeStaleLock(path: string, judged: string): Promise<void> {
  const claim = `${path}.claim-${sha256(judged)}`
  try {
    await writeFile(claim, '', { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    await removeAbandonedClaim(claim)
    await sleep(50)
    return
  }
  try {
    if ((await readOrNothing(path)) === judged) await rm(path)
  } finally {
    await rm(claim, { force: true })
  }
}

/** A claim is held for milliseconds; one that is a minute old was left by a process that was killed meanwhile. */
async function removeAbandonedClaim(claim: string): Promise<void> {
  const madeAt = await heartbeatOf(claim)
  if (madeAt !== undefined && systemClock.now().getTime() - madeAt > 60_000) await rm(claim, { force: true })
}

function parseHolder(content: string): ProcessIdentity | undefined {
  try {
    const { pid, place, host, startedAt } = JSON.parse(content) as Partial<ProcessIdentity>
    if (!Number.isInteger(pid) || !place) return undefined
    return { pid: Number(pid), place, host: host ?? 'unknown', startedAt: startedAt ?? '' }
  } catch {
    return undefined
  }
}

async function heartbeatOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => found.mtimeMs,
    () => undefined,
  )
}

async function readOrNothing(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  })
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
