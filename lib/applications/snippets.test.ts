import { spawnSync } from 'node:child_process'
import { parseAst } from 'vite'
import { describe, expect, test } from 'vitest'
import {
  authJsCallback,
  exampleRedirectUrl,
  type SnippetApplication,
  secretPlaceholder,
  writeSnippets,
} from './snippets.ts'

const web: SnippetApplication = {
  clientId: 'vc_raJYwCXjY13F-FCYX0A820bch_4',
  type: 'confidential',
  redirectUrls: ['https://crm.example/api/auth/callback/acme'],
  tokenEndpointAuthMethod: 'client_secret_basic',
  requireDpop: false,
  requirePar: false,
}
const spa: SnippetApplication = {
  ...web,
  type: 'public',
  redirectUrls: ['https://crm.example/cb'],
  tokenEndpointAuthMethod: 'none',
}
const native: SnippetApplication = {
  ...spa,
  type: 'native',
  redirectUrls: ['http://127.0.0.1/cb', 'com.example.crm:/cb'],
}
const applications: [string, SnippetApplication, string[]][] = [
  ['confidential, basic', web, ['next-auth', 'auth-js', 'openid-client', 'curl']],
  [
    'confidential, post',
    { ...web, tokenEndpointAuthMethod: 'client_secret_post' },
    ['next-auth', 'auth-js', 'openid-client', 'curl'],
  ],
  ['confidential, by key', { ...web, tokenEndpointAuthMethod: 'private_key_jwt' }, ['openid-client']],
  ['pushed requests and bound tokens', { ...web, requireDpop: true, requirePar: true }, ['openid-client']],
  ['pushed requests', { ...spa, requirePar: true }, ['openid-client']],
  ['public', spa, ['openid-client', 'curl']],
  ['native', native, ['openid-client', 'curl']],
  ['native, by a scheme', { ...native, redirectUrls: ['com.example.crm:/cb'] }, ['openid-client', 'curl']],
  [
    'addresses with wildcards',
    { ...web, redirectUrls: ['https://*.crm.example/in/*'] },
    ['next-auth', 'auth-js', 'openid-client', 'curl'],
  ],
  [
    'nowhere to come back to',
    { ...web, redirectUrls: [] },
    ['next-auth', 'auth-js', 'openid-client', 'curl'],
  ],
  [
    'an address that means something to a shell and to JavaScript',
    { ...web, redirectUrls: ["https://crm.example/it's$(id)`id`$HOME&x='\"!"] },
    ['next-auth', 'auth-js', 'openid-client', 'curl'],
  ],
]
const issuer = 'https://login.example'
const clientSecret = 'vcs_oSmKExLc0p3ZpgMEJKInG7ZKUhgEOcgEdEweAZbrnNU'

describe.each(applications)('%s', (_name, application, ids) => {
  const snippets = writeSnippets(application, { issuer, clientSecret })
  const files = snippets.flatMap((snippet) => snippet.files.map((file) => ({ ...file, id: snippet.id })))

  test('gets what works for it', () => {
    expect(snippets.map(({ id }) => id)).toEqual(ids)
  })

  test('its JavaScript parses', () => {
    const scripts = files.filter(({ name }) => name.endsWith('.js'))
    expect(scripts).not.toEqual([])
    for (const { code } of scripts) expect(() => parseAst(code), code).not.toThrow()
  })

  test('its shell script parses', () => {
    for (const { code } of files.filter(({ name }) => name === 'Terminal')) {
      const { status, stderr } = spawnSync('sh', ['-n'], { input: code, encoding: 'utf8' })
      expect([status, stderr]).toEqual([0, ''])
    }
  })

  test('holds its own values', () => {
    for (const { id, files: parts } of snippets) {
      const code = parts.map((part) => part.code).join('\n')
      expect(code).toContain(application.clientId)
      expect(code).toContain(issuer)
      expect(code.includes(clientSecret), id).toBe(
        application.tokenEndpointAuthMethod.startsWith('client_secret'),
      )
    }
  })

  test('a secret that is not known is not made up', () => {
    const code = JSON.stringify(writeSnippets(application, { issuer }))
    expect(code).not.toContain(clientSecret)
    expect(code.includes(secretPlaceholder)).toBe(
      application.tokenEndpointAuthMethod.startsWith('client_secret'),
    )
    expect(code).not.toContain('undefined}')
  })
})

describe('the curl snippet as a shell runs it', () => {
  /** Its lines up to the first `curl`, and what they print. */
  const run = (application: SnippetApplication) => {
    const { files } = writeSnippets(application, { issuer, clientSecret }).find(({ id }) => id === 'curl')!
    const script = files[0]!.code.replace(/^curl /gm, 'printf "[%s]\\n" ')
    const { stdout, status } = spawnSync('sh', ['-eu'], {
      input: script,
      encoding: 'utf8',
      env: { ...process.env, CODE: 'the code', ACCESS_TOKEN: 'the token' },
    })
    expect(status).toBe(0)
    return stdout.split('\n')
  }

  test.each(applications.filter(([, , ids]) => ids.includes('curl')))('%s', (_name, application) => {
    const [address, ...said] = run(application)
    const url = new URL(address!)
    const redirectUrl = exampleRedirectUrl(application.redirectUrls)
    expect(url.origin + url.pathname).toBe(`${issuer}/api/oauth/authorize`)
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: 'code',
      client_id: application.clientId,
      redirect_uri: redirectUrl,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      state: expect.stringMatching(/^[0-9a-f]{32}$/),
    })
    expect(said).toContain(`[redirect_uri=${redirectUrl}]`)
    expect(said).toContain('[code=the code]')
    expect(said.some((word) => /^\[code_verifier=[0-9a-f]{64}\]$/.test(word))).toBe(true)
    expect(said).toContain('[Authorization: Bearer the token]')
    const proof = {
      client_secret_basic: `[${application.clientId}:${clientSecret}]`,
      client_secret_post: `[client_secret=${clientSecret}]`,
      private_key_jwt: '',
      none: `[client_id=${application.clientId}]`,
    }[application.tokenEndpointAuthMethod]
    expect(said).toContain(proof)
  })
})

describe('where next-auth and Auth.js come back to', () => {
  test.each<[string[], string, boolean]>([
    [['https://crm.example/api/auth/callback/acme'], 'https://crm.example/api/auth/callback/acme', true],
    [['https://crm.example/cb'], 'https://crm.example/api/auth/callback/vestibule', false],
    [['https://crm.example/*'], 'https://crm.example/api/auth/callback/vestibule', true],
    [['https://*.crm.example/*'], 'https://app.crm.example/api/auth/callback/vestibule', true],
    [
      ['http://localhost:3000/x', 'http://localhost:3000/api/auth/callback/x'],
      'http://localhost:3000/api/auth/callback/x',
      true,
    ],
    [[], 'https://app.example.com/api/auth/callback/vestibule', false],
  ])('%j', (redirectUrls, url, allowed) => {
    expect(authJsCallback({ ...web, redirectUrls })).toEqual({ url, allowed })
  })
})
