import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import type { SamlCause } from '../causes.ts'
import type { KeyName } from './build-response.ts'

/** One document of the corpus and what must come of it. Absent members mean the defaults of build-response.ts. */
export type CorpusDocument = {
  file: string
  body: string | Buffer
  /** Absent: the document must be accepted. */
  cause?: SamlCause
  /** `post` when absent: the file is base64-encoded into the field. */
  deliver?: 'post' | 'field' | 'redirect'
  certificates?: (KeyName | 'unreadable')[]
  requestId?: null
  allowLegacyEncryption?: true
  nameId?: string | null
  /** As an object, or as pairs where a name would not survive in one. */
  attributes?: Record<string, string[]> | [string, string[]][]
  /** Why node-saml cannot be asked about it. */
  nodeSaml?: string
  /** Its bytes differ each time it is made. */
  random?: true
}

/** What the manifest keeps of a document: everything but its body. */
export type ManifestEntry = Omit<CorpusDocument, 'body' | 'random'> & { folder: 'good' | 'hostile' }

if (import.meta.main) await makeCorpus(process.argv.includes('--all'))

async function makeCorpus(all: boolean): Promise<void> {
  // Loaded here because these modules take their types from this one.
  const { goodDocuments } = await import('./good-documents.ts')
  const { hostileDocuments } = await import('./hostile-documents.ts')
  const folders = { good: await goodDocuments(), hostile: await hostileDocuments() }
  const manifest: ManifestEntry[] = []
  for (const folder of ['good', 'hostile'] as const) {
    const place = new URL(`${folder}/`, import.meta.url)
    mkdirSync(place, { recursive: true })
    const names = new Set(folders[folder].map(({ file }) => `${file}.xml`))
    if (names.size !== folders[folder].length) throw new Error('two documents of one name')
    for (const old of readdirSync(place)) if (!names.has(old)) rmSync(new URL(old, place))
    for (const { body, random, ...entry } of folders[folder]) {
      const path = new URL(`${entry.file}.xml`, place)
      if (all || !random || !existsSync(path)) writeFileSync(path, body)
      manifest.push({ folder, ...entry })
    }
  }
  const lines = manifest.map((entry) => `  ${JSON.stringify(entry)}`)
  writeFileSync(new URL('manifest.json', import.meta.url), `[\n${lines.join(',\n')}\n]\n`)
}
