import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { SamlCause } from '../causes.ts'
import type { LogoutMessageName } from '../logout-reading.ts'
import type { LogoutStatus } from '../logout-message.ts'
import type { KeyName } from './build-response.ts'

/** One logout message and what must come of it. Absent members mean the defaults of build-logout.ts. */
export type LogoutDocument = {
  file: string
  /** What it is judged as. */
  name: LogoutMessageName
  /** `post`: the file is base64-encoded into the form field; `redirect`: the file is the query. */
  binding: 'post' | 'redirect'
  body: string
  /** Absent: it must be accepted. */
  cause?: SamlCause
  certificates?: (KeyName | 'unreadable')[]
  relayState?: string
  nameId?: string
  sessionIndexes?: string[]
  status?: LogoutStatus
  /** Its bytes differ each time it is made. */
  random?: true
}

/** What the manifest keeps of a message: everything but its body. */
export type LogoutManifestEntry = Omit<LogoutDocument, 'body' | 'random'>

const place = new URL('logout/', import.meta.url)

export const logoutFileName = ({ file, binding }: Pick<LogoutDocument, 'file' | 'binding'>) =>
  `${file}.${binding === 'post' ? 'xml' : 'query'}`

if (import.meta.main) await makeCorpus(process.argv.includes('--all'))

async function makeCorpus(all: boolean): Promise<void> {
  // Loaded here because it takes its types from this module.
  const { logoutDocuments } = await import('./logout-documents.ts')
  const documents = await logoutDocuments()
  mkdirSync(place, { recursive: true })
  const names = new Set(documents.map(logoutFileName))
  if (names.size !== documents.length) throw new Error('two messages of one name')
  for (const old of readdirSync(place)) if (!names.has(old)) rmSync(new URL(old, place))
  const manifest = documents.map(({ body, random, ...entry }) => {
    const path = new URL(logoutFileName(entry), place)
    if (all || !random || !existsSync(path)) writeFileSync(path, body)
    return `  ${JSON.stringify(entry)}`
  })
  writeFileSync(new URL('logout-manifest.json', import.meta.url), `[\n${manifest.join(',\n')}\n]\n`)
}
