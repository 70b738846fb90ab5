import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'

/**
 * A process as another one can recognise it. `place` is where its pid means something: one start of one machine, and
 * on Linux one pid namespace, which is what tells containers apart. `startedAt` tells a process from a later one
 * that was given the same pid; empty where the system does not say.
 */
export type ProcessIdentity = { pid: number; place: string; host: string; startedAt: string }

export async function currentProcess(): Promise<ProcessIdentity> {
  return {
    pid: process.pid,
    place: await currentPlace(),
    host: hostname(),
    startedAt: await startOf(process.pid),
  }
}

/** Whether the very process that `identity` describes still runs. Only asks about pids of this place. */
export async function isProcessRunning(identity: ProcessIdentity): Promise<boolean> {
  try {
    process.kill(identity.pid, 0)
  } catch (error) {
    // EPERM: it runs, under another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return identity.startedAt === '' || identity.startedAt === (await startOf(identity.pid))
}

async function currentPlace(): Promise<string> {
  const [boot, namespace] = await Promise.all([
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => ''),
    readlink('/proc/self/ns/pid').catch(() => ''),
  ])
  return [hostname(), boot.trim(), namespace].join(' ').trim()
}

/** Linux tells it in /proc/<pid>/stat (field 22, after the name in brackets), macOS through ps. */
async function startOf(pid: number): Promise<string> {
  try {
    const line = await readFile(`/proc/${pid}/stat`, 'utf8')
    return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    const found = await promisify(execFile)('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => undefined)
    return found?.stdout.trim() ?? ''
  }
}
