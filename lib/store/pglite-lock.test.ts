import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { lockPgliteFolder } from './pglite-lock.ts'
import { currentProcess, isProcessRunning } from './pglite-lock-process.ts'

describe('lockPgliteFolder', () => {
  const parent = mkdtemp(join(tmpdir(), 'vestibule-lock-'))
  let folder: string
  let number = 0
  beforeEach(async () => {
    folder = join(await parent, String(++number))
  })
  afterAll(async () => rm(await parent, { recursive: true, force: true }))

  const lockFile = () => join(folder, 'pglite.lock')
  /** Leaves the folder as a holder described by `change` would have left it. */
  const leaveLock = async (change: Record<string, unknown>) => {
    await (await lockPgliteFolder(folder)).release()
    await writeFile(lockFile(), JSON.stringify({ ...(await currentProcess()), ...change }))
  }

  test('one holder at a time; the second is told the pid', async () => {
    const lock = await lockPgliteFolder(folder)
    await expect(lockPgliteFolder(folder)).rejects.toThrow(new RegExp(`pid ${process.pid} on `))
    await lock.release()
    await (await lockPgliteFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  test('a process that lives holds it, and one that was killed does not', async () => {
    const script = `
      import { lockPgliteFolder } from ${JSON.stringify(join(import.meta.dirname, 'pglite-lock.ts'))}
      await lockPgliteFolder(${JSON.stringify(folder)})
      console.log('held')
      setInterval(() => {}, 1000)`
    const holder = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', script], {
      cwd: join(import.meta.dirname, '..', '..'),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(holder.stdout, 'data')
    await expect(lockPgliteFolder(folder)).rejects.toThrow(new RegExp(`pid ${holder.pid} on `))
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    await (await lockPgliteFolder(folder)).release()
  })

  test('a pid that was given to another process since does not hold it', async () => {
    await leaveLock({ startedAt: 'long ago' })
    await (await lockPgliteFolder(folder)).release()
  })

  test('of many that find the lock of a dead process, exactly one takes it over', async () => {
    for (let round = 0; round < 20; round++) {
      await leaveLock({ startedAt: `round ${round}` })
      const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockPgliteFolder(folder)))
      const held = tries.filter((result) => result.status === 'fulfilled')
      expect(held).toHaveLength(1)
      await held[0]!.value.release()
    }
  })

  test('a holder elsewhere whose heartbeat goes on holds it', async () => {
    await leaveLock({ place: 'another container', host: 'elsewhere', pid: 1 })
    const beating = setInterval(() => utimes(lockFile(), new Date(), new Date()), 20)
    const attempt = lockPgliteFolder(folder, { watchMilliseconds: 200 })
    await expect(attempt).rejects.toThrow('pid 1 on elsewhere')
    clearInterval(beating)
  })

  test('a holder elsewhere whose heartbeat has stopped does not', async () => {
    await leaveLock({ place: 'another container', host: 'elsewhere', pid: 1 })
    await (await lockPgliteFolder(folder, { watchMilliseconds: 200 })).release()
  })

  test('the holder beats', async () => {
    const lock = await lockPgliteFolder(folder, { heartbeatMilliseconds: 10 })
    const watched = JSON.stringify({
      ...JSON.parse(await readFile(lockFile(), 'utf8')),
      place: 'another container',
    })
    await writeFile(lockFile(), watched)
    await expect(lockPgliteFolder(folder, { watchMilliseconds: 200 })).rejects.toThrow('in use')
    await lock.release()
  })

  test('half a lock, left by a machine that lost power, is no lock', async () => {
    await leaveLock({})
    await writeFile(lockFile(), '{"pid": 1')
    await (await lockPgliteFolder(folder)).release()
  })

  test('a folder that cannot be made is one sentence', async () => {
    await leaveLock({})
    await expect(lockPgliteFolder(join(lockFile(), 'below'))).rejects.toThrow(/DATA_DIR names cannot be made/)
  })
})

describe('isProcessRunning', () => {
  test('this process runs', async () => expect(await isProcessRunning(await currentProcess())).toBe(true))
  test('a process that ended does not', async () => {
    const ended = spawn(process.execPath, ['-e', ''])
    await once(ended, 'exit')
    expect(await isProcessRunning({ ...(await currentProcess()), pid: ended.pid! })).toBe(false)
  })
})
