import { type ChildProcess, fork } from 'node:child_process'
import { createHash, createPrivateKey, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemRandom } from '#lib/base/ids.ts'
import {
  composeTestIdp,
  mintTestResponse,
  people,
  readAuthnRequest,
  type TestIdp,
} from '#lib/testing/idp/test-idp.ts'

export const phases = ['authorize', 'ACS', 'token', 'userinfo'] as const
export type Phase = (typeof phases)[number]

/** Per login: SQL statements sent, CPU time of the server process, and what the client waited. */
export type PhaseResult = { statements: number; cpuMs: number; p50Ms: number; p95Ms: number }

/** What one login carries from phase to phase. */
type Login = {
  verifier: string
  location?: string
  cookie?: string
  form?: URLSearchParams
  code?: string
  accessToken?: string
}

type Bench = { child: ChildProcess; url: string; idp: TestIdp }

/** Drives `rounds` logins phase by phase: all authorize requests, then all responses, and so on. */
export async function measureLogins(
  env: Record<string, string>,
  rounds: number,
): Promise<Record<Phase, PhaseResult>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'vestibule-bench-'))
  const bench = await startServer({ DATA_DIR: dataDir, DEMO: '1', ...env })
  try {
    await runAll(bench, Math.min(rounds, 200))
    return await runAll(bench, rounds)
  } finally {
    bench.child.send('stop')
    await once(bench.child, 'exit')
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function startServer(env: Record<string, string>): Promise<Bench> {
  const child = fork(join(import.meta.dirname, 'login-server.ts'), {
    env: { ...process.env, BENCH_ENV: JSON.stringify(env), NODE_ENV: 'production' },
  })
  const [ready] = (await once(child, 'message')) as [{ url: string; key: string; certificate: string }]
  const key = createPrivateKey(ready.key)
  const own = { key, certificate: ready.certificate }
  const others = {
    otherKey: key,
    otherCertificate: own.certificate,
    expiredKey: key,
    expiredCertificate: own.certificate,
  }
  return { child, url: ready.url, idp: composeTestIdp(ready.url, 'acme', { ...own, ...others }) }
}

async function runAll(bench: Bench, rounds: number): Promise<Record<Phase, PhaseResult>> {
  const logins: Login[] = Array.from({ length: rounds }, () => ({
    verifier: randomBytes(32).toString('base64url'),
  }))
  const results: [Phase, PhaseResult][] = []
  for (const phase of phases) {
    if (phase === 'ACS') for (const login of logins) signResponse(bench, login)
    results.push([phase, await runPhase(bench, phase, logins)])
  }
  return Object.fromEntries(results) as Record<Phase, PhaseResult>
}

async function runPhase(bench: Bench, phase: Phase, logins: Login[]): Promise<PhaseResult> {
  const before = await readMeter(bench.child)
  const waits: number[] = []
  for (const login of logins) {
    const startedAt = performance.now()
    await steps[phase](bench, login)
    waits.push(performance.now() - startedAt)
  }
  const after = await readMeter(bench.child)
  waits.sort((a, b) => a - b)
  return {
    statements: (after.statements - before.statements) / logins.length,
    cpuMs: (after.cpuMicroseconds - before.cpuMicroseconds) / 1000 / logins.length,
    p50Ms: waits[Math.floor(waits.length * 0.5)]!,
    p95Ms: waits[Math.floor(waits.length * 0.95)]!,
  }
}

async function readMeter(child: ChildProcess): Promise<{ cpuMicroseconds: number; statements: number }> {
  child.send('read')
  const [reading] = (await once(child, 'message')) as [{ cpuMicroseconds: number; statements: number }]
  return reading
}

const clientId = 'tenant=acme&product=demo'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

const steps: Record<Phase, (bench: Bench, login: Login) => Promise<void>> = {
  async authorize({ url }, login) {
    const challenge = createHash('sha256').update(login.verifier).digest('base64url')
    const query = new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: `${url}/demo/callback`,
      state: 'state',
      nonce: 'nonce',
      scope: 'openid',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    })
    const answer = await expectStatus(
      303,
      fetch(`${url}/api/oauth/authorize?${query}`, { redirect: 'manual' }),
    )
    login.location = answer.headers.get('location')!
    login.cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!
  },
  async ACS({ url }, login) {
    const headers = { ...form, cookie: login.cookie! }
    const init = { method: 'POST', redirect: 'manual', headers, body: login.form! } as const
    const answer = await expectStatus(303, fetch(`${url}/api/oauth/saml`, init))
    login.code = new URL(answer.headers.get('location')!).searchParams.get('code') ?? undefined
    if (!login.code) throw new Error(`the response was refused: ${answer.headers.get('location')}`)
  },
  async token({ url }, login) {
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: login.code!,
      redirect_uri: `${url}/demo/callback`,
      client_id: clientId,
      client_secret: 'dummy',
      code_verifier: login.verifier,
    })
    const answer = await expectStatus(
      200,
      fetch(`${url}/api/oauth/token`, { method: 'POST', headers: form, body }),
    )
    login.accessToken = ((await answer.json()) as { access_token: string }).access_token
  },
  async userinfo({ url }, login) {
    const headers = { authorization: `Bearer ${login.accessToken}` }
    const answer = await expectStatus(200, fetch(`${url}/api/oauth/userinfo`, { headers }))
    await answer.json()
  },
}

async function expectStatus(status: number, sent: Promise<Response>): Promise<Response> {
  const answer = await sent
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${await answer.text()}`)
  return answer
}

/** A freshly signed response for this login, as the identity provider would post it. */
function signResponse({ idp }: Bench, login: Login): void {
  const sent = new URL(login.location!).searchParams
  const request = readAuthnRequest(sent.get('SAMLRequest')!, 'redirect')
  const SAMLResponse = mintTestResponse({
    idp,
    request,
    person: people('acme')[0]!,
    now: new Date(),
    random: systemRandom,
  })
  login.form = new URLSearchParams({ SAMLResponse, RelayState: sent.get('RelayState')! })
}
