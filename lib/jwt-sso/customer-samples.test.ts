import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CustomerSample, secretVariable, writeCustomerSamples } from './customer-samples.ts'
import { verifySsoToken } from './verify-sso-token.ts'

const secret = 'a secret that is shown once – 86 characters, "quotes" and \\ among them, and ünicode'
const audience = `it's "the" $audience \\ of \`ours\` #{x} – ü`
const baseUrl = 'https://login.example:8443/'

const samples = writeCustomerSamples({ baseUrl, audience })
const sampleOf = (id: CustomerSample['id']) => samples.find((sample) => sample.id === id)!

/** How a sample is run: what proves that its interpreter is there, further files, and the commands; the last one prints. */
type Runner = {
  probe: string[]
  files: Record<string, string>
  commands: (sample: CustomerSample, given: string[]) => string[][]
}

const runners: Record<CustomerSample['id'], Runner> = {
  node: {
    probe: [process.execPath, '--version'],
    files: {
      'run.mjs': `import { ssoUrl } from './sso-url.mjs'\nconsole.log(ssoUrl(...process.argv.slice(2)))\n`,
    },
    commands: (_, given) => [[process.execPath, 'run.mjs', ...given]],
  },
  python: {
    probe: ['python3', '--version'],
    files: { 'run.py': `import sys\nfrom sso_url import sso_url\nprint(sso_url(*sys.argv[1:]))\n` },
    commands: (_, given) => [['python3', 'run.py', ...given]],
  },
  ruby: {
    probe: ['ruby', '--version'],
    files: { 'run.rb': `require_relative 'sso_url'\nputs sso_url(*ARGV)\n` },
    commands: (_, given) => [['ruby', 'run.rb', ...given]],
  },
  php: {
    probe: ['php', '--version'],
    files: {
      'run.php': `<?php\nrequire 'sso_url.php';\necho sso_url(...array_slice($argv, 1)), "\\n";\n`,
    },
    commands: (_, given) => [['php', 'run.php', ...given]],
  },
  java: {
    probe: ['javac', '-version'],
    files: {
      'Run.java': `public class Run {
    public static void main(String[] given) throws Exception {
        System.out.println(SsoUrl.of(given[0], given[1], given.length > 2 ? given[2] : null));
    }
}
`,
    },
    commands: ({ file }, given) => [
      ['javac', '-encoding', 'UTF-8', file, 'Run.java'],
      ['java', '-Dsun.jnu.encoding=UTF-8', '-Dfile.encoding=UTF-8', 'Run', ...given],
    ],
  },
  csharp: {
    probe: ['dotnet', '--version'],
    files: {
      'Run.csproj': `<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net$([System.Environment]::Version.Major).0</TargetFramework><Nullable>enable</Nullable></PropertyGroup></Project>\n`,
      'Run.cs': `System.Console.WriteLine(SsoUrl.Of(args[0], args[1], args.Length > 2 ? args[2] : ""));\n`,
    },
    commands: (_, given) => [['dotnet', 'run', '--', ...given]],
  },
}

describe('sample code for the customer’s page', () => {
  let folder: string

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'samples-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const env = { ...process.env, [secretVariable]: secret, LC_ALL: 'C.UTF-8' }
  const run = ([command, ...given]: string[]) =>
    execFileSync(command!, given, { cwd: folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

  for (const { id, title } of samples) {
    const { probe, files, commands } = runners[id]
    const here = isThere(probe)
    const what = here ? title : `${title} (not run: there is no ${probe[0]} on this machine)`
    test.skipIf(!here)(
      `${what} makes the address of the document, with a token that is accepted`,
      async () => {
        const sample = sampleOf(id)
        for (const [name, content] of Object.entries({ ...files, [sample.file]: sample.code }))
          writeFileSync(join(folder, name), content)
        const urlFor = (given: string[]) => commands(sample, given).map(run).at(-1)!.trimEnd()
        const email = 'o"neill+x\\y@acme.example'
        const carried = urlFor([email, 'i/9745804b', 'view=vote&page=1'])
        expect(carried).toMatch(
          /^https:\/\/login\.example:8443\/i\/9745804b\?sso_jwt=[\w-]+\.[\w-]+\.[\w-]+&view=vote&page=1$/,
        )
        const plain = urlFor([email, 'i/9745804b'])
        expect(plain).toMatch(/^https:\/\/login\.example:8443\/i\/9745804b\?sso_jwt=[\w-]+\.[\w-]+\.[\w-]+$/)
        const token = new URL(carried).searchParams.get('sso_jwt')!
        expect(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()).data.email).toBe(email)
        const valid = new URL(urlFor(['pat@acme.example', 'i/1'])).searchParams.get('sso_jwt')!
        const verdict = await verifySsoToken(valid, {
          secrets: [{ id: 'only', secret }],
          audience,
          now: new Date(),
        })
        expect(verdict).toMatchObject({ ok: true, payload: { data: { email: 'pat@acme.example' } } })
        if (!verdict.ok) throw new Error(verdict.sentence)
        const { iat, nbf, exp } = verdict.payload
        expect([iat - nbf, exp - iat]).toEqual([180, 300])
        // Of the same person, in the same second: each is taken once.
        expect(urlFor(['pat@acme.example', 'i/1'])).not.toContain(valid)
      },
      60_000,
    )
  }

  test('the secret is read from the environment in each', () => {
    for (const { code } of samples) expect(code).toContain(secretVariable)
  })
})

function isThere([command, ...given]: string[]): boolean {
  try {
    execFileSync(command!, given, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
