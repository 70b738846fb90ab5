import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

/**
 * Generates the Prisma client from prisma/schema.prisma when it is missing or was made from another schema.
 * Works offline: the command line insists on a schema engine to exist, and does not call it to generate.
 */

const root = join(import.meta.dirname, '..')
const stampPath = join(root, 'lib', 'store', 'generated', 'made-from.sha256')

export function generateClient(): void {
  const stamp = fingerprint()
  if (readOrNothing(stampPath) === stamp) return
  console.log('Generating the database client …')
  const cli = createRequire(import.meta.url).resolve('prisma/build/index.js')
  const { status } = spawnSync(process.execPath, [cli, 'generate', '--no-hints'], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, PRISMA_HIDE_UPDATE_MESSAGE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error('The database client could not be generated from prisma/schema.prisma.')
  writeFileSync(stampPath, stamp)
}

function fingerprint(): string {
  const parts = ['prisma/schema.prisma', 'node_modules/prisma/package.json']
  const hash = createHash('sha256')
  for (const part of parts) hash.update(readFileSync(join(root, part)))
  return hash.digest('hex')
}

function readOrNothing(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

if (import.meta.main) generateClient()
