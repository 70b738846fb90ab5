import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/**
 * The arrows of the house: which room may import which. Read from the sources, because a plan that nothing checks
 * is a plan that was true once. Tests may import what they like.
 */

const root = join(import.meta.dirname, '..')

const ground = ['base', 'store']
const instruments = ['config', 'sealing', 'signing', 'saml', 'jwt-sso', 'http', 'passwords']
/** Rooms that only record what happened, or what somebody is to be told, so that every use case may tell them. */
const records = ['audit', 'traces', 'mail']
const useCases = [...ground, ...instruments, ...records, 'house.ts']

/** Room -> what it may import. A new room stands here before it has a file. */
const arrows: Record<string, string[]> = {
  base: [],
  config: ['base'],
  store: ['base'],
  sealing: ['base', 'config', 'store'],
  // Private keys rest sealed.
  signing: ['base', 'config', 'store', 'sealing'],
  saml: ['base'],
  'jwt-sso': ['base'],
  http: ['base', 'config'],
  // How often a password was tried is kept in the database.
  passwords: ['base', 'store'],
  'house.ts': [...ground, ...instruments],
  audit: useCases,
  traces: useCases,
  oauth: useCases,
  oidc: [...useCases, 'oauth'],
  // A connection type may import its protocol; what a connection says of its people is written in the words of matching.
  connections: [...useCases, 'oidc', 'matching'],
  matching: [...useCases, 'directory'],
  directory: useCases,
  // One-time codes, passkeys and recovery codes of whoever signs in: users and members.
  'second-factor': useCases,
  // How people come to an account of ours and look after it.
  accounts: [...useCases, 'directory', 'tenants', 'domains', 'sessions', 'second-factor'],
  'jwt-sso-targets': useCases,
  access: useCases,
  vault: useCases,
  'api-keys': useCases,
  organizations: useCases,
  members: [...useCases, 'second-factor'],
  // In which domains anybody can have an address.
  tenants: [...useCases, 'domains'],
  applications: useCases,
  products: useCases,
  domains: useCases,
  // Which application asks for a logout is a matter of its ID token.
  sessions: [...useCases, 'oauth'],
  mail: useCases,
  'single-logout': [...useCases, 'connections', 'sessions'],
  login: [
    ...useCases,
    'oauth',
    'oidc',
    'connections',
    'matching',
    'directory',
    'sessions',
    'access',
    'vault',
    'tenants',
    'accounts',
    'second-factor',
    'members',
    'jwt-sso-targets',
  ],
  'signing-keys': useCases,
  gateway: [
    ...useCases,
    'oauth',
    'oidc',
    'connections',
    'matching',
    'directory',
    'access',
    'vault',
    'tenants',
  ],
  // The built-in test identity provider answers requests of connections, so it stands as high as login.
  testing: [...useCases, 'connections', 'tenants', 'applications', 'oauth'],
}

/** What draws pages; lib would run without any of it. */
const pageMakers =
  /^(next|react|next-auth|react-dom|react-hook-form|sonner|lucide-react|@base-ui\/react)(\/|$)/
const databaseDrivers =
  /^(pg|prisma|@prisma\/.*|@electric-sql\/pglite|pglite-prisma-adapter)(\/|$)|store\/generated\//

type Import = { file: string; target: string; typeOnly: boolean }

const files = ['lib', 'app', 'components', 'server'].flatMap(listSources)
const production = files.filter((file) => !file.endsWith('.test.ts') && !file.endsWith('.test.tsx'))
const imports = production.flatMap((file) => readImports(file, readFileSync(join(root, file), 'utf8')))

describe('the arrows of the house', () => {
  test('there is a house to look at', () => {
    expect(new Set(production.map((file) => file.split('/')[0]))).toEqual(
      new Set(['lib', 'app', 'components', 'server']),
    )
    expect(imports.length).toBeGreaterThan(500)
  })

  test('every folder of lib is a room with arrows', () => {
    expect(production.map(roomOf).filter((room) => room !== undefined && !arrows[room])).toEqual([])
  })

  test('a room imports only rooms below it', () => {
    const wrong = imports.filter(({ file, target }) => {
      const from = roomOf(file)
      const to = roomOf(target)
      return from !== undefined && to !== undefined && from !== to && !arrows[from]?.includes(to)
    })
    expect(wrong.map(show)).toEqual([])
  })

  test('the arrows form no circle', () => {
    const reachable = (room: string, seen = new Set<string>()): Set<string> => {
      for (const next of arrows[room] ?? [])
        if (next !== room && !seen.has(next)) reachable(next, seen.add(next))
      return seen
    }
    // What records may be told by any use case, and they may use the same instruments: among themselves they stay apart.
    const rooms = Object.keys(arrows).filter((room) => !records.includes(room))
    expect(rooms.filter((room) => reachable(room).has(room))).toEqual([])
  })

  test('lib imports nothing that makes pages, and nothing of app, components, server', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        file.startsWith('lib/') && (pageMakers.test(target) || /^(app|components|server)\//.test(target)),
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('the Prisma client and database drivers are imported by store, and by what opens databases for tests', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        databaseDrivers.test(target) && !file.startsWith('lib/store/') && file !== 'lib/testing/databases.ts',
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('the configuration is an argument: rooms import its type alone, and only the server reads it', () => {
    const wrong = imports.filter(
      ({ file, target, typeOnly }) =>
        target.startsWith('lib/config/') &&
        !typeOnly &&
        !file.startsWith('lib/config/') &&
        !file.startsWith('server/'),
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('components know neither pages, server, store nor the bag of dependencies', () => {
    const wrong = imports.filter(
      ({ file, target, typeOnly }) =>
        file.startsWith('components/') &&
        (/^(app|server)\//.test(target) || (/^lib\/(store\/|house\.ts)/.test(target) && !typeOnly)),
    )
    expect(wrong.map(show)).toEqual([])
  })

  test('pages and routes ask use cases, not the store; but whether it answers', () => {
    const wrong = imports.filter(
      ({ file, target, typeOnly }) =>
        file.startsWith('app/') &&
        target.startsWith('lib/store/') &&
        !typeOnly &&
        file !== 'app/api/ready/route.ts',
    )
    expect(wrong.map(show)).toEqual([])
  })
})

describe('what only one place may do', () => {
  const using = (pattern: RegExp, allowed: RegExp) =>
    production.filter(
      (file) => !allowed.test(file) && pattern.test(withoutComments(readFileSync(join(root, file), 'utf8'))),
    )

  test('read the environment: lib/config, server/main.ts for the mode of Next, and code to copy, which others run', () => {
    const allowed =
      /^(lib\/config\/|server\/main\.ts$|lib\/testing\/databases\.ts$|lib\/applications\/snippets\.ts$|lib\/jwt-sso\/customer-samples\.ts$)/
    expect(using(/\bprocess\s*\.\s*env\b/, allowed)).toEqual([])
  })

  test('ask the time: lib/base/clock.ts, and code to copy', () => {
    // Components show times in a browser, whose clock is its own.
    const allowed = /^lib\/base\/clock\.ts$|^components\/|^lib\/jwt-sso\/customer-samples\.ts$/
    expect(using(/\bDate\.now\(|\bnew Date\(\s*\)/, allowed)).toEqual([])
  })

  test('Math.random: nowhere', () => {
    expect(using(/\bMath\.random\(/, /^$/)).toEqual([])
  })

  test('build SQL from strings: the runner of the migrations', () => {
    expect(using(/\$(queryRaw|executeRaw)Unsafe\b/, /^lib\/store\/migrate/)).toEqual([])
  })
})

describe('the reader of imports', () => {
  test('sees every way to import, whether types alone, and not what a comment says', () => {
    const source = [
      `import { one } from './sibling.ts'`,
      `import type { Two } from '#lib/store/tenants.ts'`,
      `import {\n  type Three,\n  four,\n} from "../http/respond.ts"`,
      `import 'side-effect'`,
      `export * from '#lib/base/ids.ts'`,
      `const later = await import('#lib/config/config.ts')`,
      `// import { five } from 'comment'`,
      `/* import { six } from 'comment' */`,
      `const address = 'https://acme.example' // not a comment inside a string`,
    ].join('\n')
    expect(readImports('lib/saml/metadata.ts', source)).toEqual([
      { file: 'lib/saml/metadata.ts', target: 'lib/saml/sibling.ts', typeOnly: false },
      { file: 'lib/saml/metadata.ts', target: 'lib/store/tenants.ts', typeOnly: true },
      { file: 'lib/saml/metadata.ts', target: 'lib/http/respond.ts', typeOnly: false },
      { file: 'lib/saml/metadata.ts', target: 'lib/base/ids.ts', typeOnly: false },
      { file: 'lib/saml/metadata.ts', target: 'side-effect', typeOnly: false },
      { file: 'lib/saml/metadata.ts', target: 'lib/config/config.ts', typeOnly: false },
    ])
  })
})

function listSources(folder: string): string[] {
  const entries = readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((path) => !path.startsWith('lib/store/generated/'))
}

/** Targets of our own come back as paths from the root, packages by their name. */
function readImports(file: string, source: string): Import[] {
  const text = withoutComments(source)
  const patterns = [
    /\b(?:import|export)\s+(?<type>type\s+)?(?:[\w*$]+\s*,?\s*)?(?:\*\s*as\s+\w+\s*|\{[^}]*\}\s*)?from\s*['"](?<target>[^'"]+)['"]/g,
    /\bimport\s*['"](?<target>[^'"]+)['"]/g,
    /\bimport\(\s*['"](?<target>[^'"]+)['"]/g,
  ]
  return patterns.flatMap((pattern) =>
    Array.from(text.matchAll(pattern), ({ groups }) => ({
      file,
      target: resolveTarget(file, String(groups?.target)),
      typeOnly: Boolean(groups?.type),
    })),
  )
}

function resolveTarget(file: string, target: string): string {
  if (target.startsWith('#')) return target.slice(1)
  return target.startsWith('.') ? relative(root, join(root, dirname(file), target)) : target
}

function withoutComments(source: string): string {
  return source.replaceAll(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '')
}

/** The folder of lib a path is in, or the file that stands there by itself. */
function roomOf(path: string): string | undefined {
  return path.startsWith('lib/') ? path.split('/')[1] : undefined
}

function show({ file, target }: Import): string {
  return `${file} -> ${target}`
}
