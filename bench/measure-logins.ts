import { flows, openFlows, type SignIn } from './flows.ts'
import { type MeasuredServer, startMeasuredServer } from './measured-server.ts'

/** Per request: SQL statements sent, CPU time of the server process, and what the client waited. */
export type PhaseResult = {
  name: string
  /** Of what comes after a sign-in, and is no part of it. */
  later: boolean
  statements: number
  cpuMs: number
  p50Ms: number
  p95Ms: number
}

export type FlowResult = { name: string; phases: PhaseResult[] }

/** Drives `rounds` sign-ins of each flow phase by phase: all authorize requests, then all responses, and so on. */
export async function measureLogins(env: Record<string, string>, rounds: number): Promise<FlowResult[]> {
  const server = await startMeasuredServer(env)
  try {
    const world = await openFlows(server)
    const results: FlowResult[] = []
    for (const { name, phases } of flows) {
      const run = (count: number) => runFlow(server, phases, Array.from({ length: count }, world.newSignIn))
      await run(Math.min(rounds, 100))
      results.push({ name, phases: await run(rounds) })
    }
    return results
  } finally {
    await server.stop()
  }
}

async function runFlow(
  server: MeasuredServer,
  phases: (typeof flows)[number]['phases'],
  signIns: SignIn[],
): Promise<PhaseResult[]> {
  const results: PhaseResult[] = []
  for (const { name, later = false, prepare, run } of phases) {
    if (prepare) for (const signIn of signIns) prepare(signIn)
    results.push({ name, later, ...(await runPhase(server, run, signIns)) })
  }
  return results
}

async function runPhase(
  server: MeasuredServer,
  run: (signIn: SignIn) => Promise<void>,
  signIns: SignIn[],
): Promise<Omit<PhaseResult, 'name' | 'later'>> {
  const before = await server.read()
  const waits: number[] = []
  for (const signIn of signIns) {
    const startedAt = performance.now()
    await run(signIn)
    waits.push(performance.now() - startedAt)
  }
  const after = await server.read()
  waits.sort((a, b) => a - b)
  return {
    statements: (after.statements - before.statements) / signIns.length,
    cpuMs: (after.cpuMicroseconds - before.cpuMicroseconds) / 1000 / signIns.length,
    p50Ms: waits[Math.floor(waits.length * 0.5)]!,
    p95Ms: waits[Math.floor(waits.length * 0.95)]!,
  }
}
