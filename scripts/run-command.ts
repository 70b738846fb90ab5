import { type ChildProcess, spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'

/** The folder of the project. */
export const root = join(import.meta.dirname, '..')

/**
 * Runs a command of node_modules/.bin in the project's folder until it ends, under the Node that runs this.
 * Returns its exit code, 1 when a signal ended it. When we are told to stop, it is stopped as well.
 */
export async function runCommand(name: string, given: string[], options: RunOptions = {}): Promise<number> {
  const binaries = join(root, 'node_modules', '.bin')
  const child = spawn(join(binaries, name), given, {
    cwd: root,
    env: {
      ...process.env,
      NEXT_TELEMETRY_DISABLED: '1',
      ...options.env,
      PATH: [binaries, process.env.PATH].join(delimiter),
    },
    stdio: ['ignore', options.onLine ? 'pipe' : 'inherit', 'inherit'],
  })
  if (options.onLine) readLines(child, options.onLine)
  running.add(child)
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (code) => resolve(code ?? 1))
    })
  } finally {
    running.delete(child)
  }
}

export type RunOptions = {
  env?: Record<string, string | undefined>
  /** Told each line of the standard output, which is passed on otherwise. */
  onLine?: (line: string) => void
}

/** Stops what runCommand has started. */
export function stopCommands(): void {
  for (const child of running) child.kill('SIGTERM')
}

const running = new Set<ChildProcess>()

function readLines(child: ChildProcess, onLine: (line: string) => void): void {
  let rest = ''
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line)
  })
  child.stdout?.on('end', () => {
    if (rest) onLine(rest)
  })
}
