import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { generateClient } from './generate.ts'
import { root, runCommand, stopCommands } from './run-command.ts'

/**
 * Builds the pages, unless .next already holds what these very sources give. The stamp is written last, so that a
 * build that was interrupted is made again. Throws an Error with a sentence when the build fails.
 */
export async function buildPages({ always = false } = {}): Promise<void> {
  const fingerprint = fingerprintSources()
  if (!always && existsSync(stampPath) && readFileSync(stampPath, 'utf8') === fingerprint) return
  console.log('Building the pages. This takes a minute, and is done again only when something has changed.')
  const startedAt = performance.now()
  const code = await runCommand('next', ['build'], { env: { NODE_ENV: 'production' }, onLine: progress() })
  if (code !== 0) throw new Error('The pages could not be built; what is wrong stands above.')
  writeFileSync(stampPath, fingerprint)
  console.log(`Built in ${Math.round((performance.now() - startedAt) / 1000)} s.`)
}

const stampPath = join(root, '.next', 'made-from.sha256')

/** Everything a page is made of. */
const sources = ['app', 'components', 'lib', 'server', 'public', 'prisma/schema.prisma']
const settings = [
  'package-lock.json',
  'package.json',
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
]

function fingerprintSources(): string {
  const hash = createHash('sha256').update(`${process.versions.node}\n`)
  for (const path of [...sources, ...settings].flatMap((source) => listFiles(join(root, source)))) {
    hash
      .update(`${relative(root, path)}\n`)
      .update(readFileSync(path))
      .update('\n')
  }
  return hash.digest('hex')
}

function listFiles(path: string): string[] {
  if (!existsSync(path)) return []
  try {
    const entries = readdirSync(path, { withFileTypes: true })
    return entries
      .filter((entry) => !/\.test\.tsx?$|^testdata$|^generated$/.test(entry.name))
      .map((entry) => join(path, entry.name))
      .sort()
      .flatMap(listFiles)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return [path]
    throw error
  }
}

/** Passes on what Next says while it builds; not the table of all addresses at the end. */
function progress(): (line: string) => void {
  let tableBegan = false
  return (line) => {
    tableBegan ||= line.startsWith('Route (')
    if (!tableBegan && line.trim() !== '') console.log(`  ${line.trim()}`)
  }
}

if (import.meta.main) {
  process.once('SIGTERM', () => {
    stopCommands()
    process.exit(143)
  })
  try {
    generateClient()
    await buildPages({ always: true })
  } catch (error) {
    console.error((error as Error).message)
    process.exitCode = 1
  }
}
