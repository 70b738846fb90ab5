/** The process: configuration, house, front. Starts on import and prints where to go. */
import type { Server } from 'node:http'
import { join } from 'node:path'
import next from 'next'
import { isVestibuleError } from '#lib/base/errors.ts'
import { readConfig } from '#lib/config/config.ts'
import { prepareFirstStart } from './first-start.ts'
import { createFront } from './front.ts'
import { composeHouse } from './house.ts'
import { openDoor } from './house-access.ts'
import { startJobs } from './jobs.ts'
import { createLog } from './log.ts'
import { loadRoutes } from './route-table.ts'

const root = join(import.meta.dirname, '..')

async function main(): Promise<void> {
  const config = readConfig()
  const log = createLog(config)
  const development = process.env.NODE_ENV !== 'production'
  // next-auth reads its own address from the environment; Next would report its use to its makers.
  process.env.NEXTAUTH_URL = config.publicUrl
  process.env.NEXT_TELEMETRY_DISABLED = '1'
  const opened = await composeHouse(config, log)
  openDoor(opened)
  const owner = await prepareFirstStart(opened)
  const app = next({ dev: development, dir: root, hostname: 'localhost', port: config.port })
  await app.prepare()
  const handle = app.getRequestHandler()
  const front = createFront({
    config,
    log,
    development,
    routes: await loadRoutes(join(root, 'app')),
    pages: (request, response) => handle(request, response),
    checkHost: opened.organizations,
  })
  await new Promise<void>((resolve, reject) => front.once('error', reject).listen(config.port, resolve))
  const stopJobs = startJobs(opened)
  announce(config.publicUrl, owner)
  const stop = async () => {
    await Promise.all([finishRequests(front), withPatience(stopJobs())])
    await opened.close()
    process.exit(0)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop())
}

/** Whatever is under way, but no longer than the process is given to stop. */
function withPatience(ending: Promise<void>): Promise<void> {
  return Promise.race([ending, new Promise<void>((resolve) => setTimeout(resolve, patience).unref())])
}

/** How long requests and jobs under way may take to end when the process is told to stop, in milliseconds. */
const patience = 5000

/** Takes no new requests and waits for those under way, so that none loses its database in the middle. */
async function finishRequests(front: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => front.close(() => resolve()))
  front.closeIdleConnections()
  const timer = setTimeout(() => front.closeAllConnections(), patience)
  await closed
  clearTimeout(timer)
}

/** For the person at the terminal; the log has its own lines. */
function announce(publicUrl: string, owner: Awaited<ReturnType<typeof prepareFirstStart>>): void {
  const lines = [`Vestibule is ready at ${publicUrl}`]
  if (owner.demo) lines.push(`Try a sign-in through SAML: ${publicUrl}/demo`)
  if (owner.account?.generatedPassword) {
    lines.push('', 'Sign in to the portal as its first owner. This password is shown once:')
    lines.push(`  e-mail    ${owner.account.email}`, `  password  ${owner.account.generatedPassword}`)
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n`)
}

main().catch((thrown) => {
  if (isVestibuleError(thrown))
    process.stderr.write(`\nVestibule did not start. ${(thrown as Error).message}\n\n`)
  else if ((thrown as NodeJS.ErrnoException).code === 'EADDRINUSE') {
    process.stderr.write('\nVestibule did not start. Its port is in use; set PORT to another one.\n\n')
  } else process.stderr.write(`\nVestibule did not start.\n${(thrown as Error)?.stack ?? thrown}\n\n`)
  process.exit(1)
})
