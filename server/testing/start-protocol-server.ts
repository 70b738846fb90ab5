import { type AddressInfo, createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { parseConfig } from '#lib/config/config.ts'
import { prepareFirstStart } from '../first-start.ts'
import { createFront } from '../front.ts'
import { composeHouse, type HouseOptions, type ServerHouse } from '../house.ts'
import { openDoor } from '../house-access.ts'
import { createLog } from '../log.ts'
import { loadRoutes } from '../route-table.ts'

export type ProtocolServer = {
  url: string
  port: number
  apiKey: string
  adminPassword: string
  house: ServerHouse
  close(): Promise<void>
}

export type ProtocolServerOptions = HouseOptions & {
  /** Told every line of the log. */
  onLogLine?: (line: string) => void
}

/**
 * The real front and protocol routes on a free port, without the pages of Next: for integration tests and benchmarks.
 * One per process: routes find the house through its one door.
 */
export async function startProtocolServer(
  env: Record<string, string>,
  options: ProtocolServerOptions = {},
): Promise<ProtocolServer> {
  const held = await holdPort()
  const { port } = held.address() as AddressInfo
  const config = parseConfig({
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    API_KEYS: defaults.apiKey,
    ADMIN_EMAIL: 'owner@vestibule.example',
    ADMIN_PASSWORD: defaults.adminPassword,
    VESTIBULE_SECRET: 'a root secret for tests that is long enough',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const { onLogLine } = options
  const log = createLog(config, onLogLine && { write: onLogLine })
  const house = await composeHouse(config, log, options)
  openDoor(house)
  await prepareFirstStart(house)
  const routes = await loadRoutes(join(import.meta.dirname, '../../app'))
  const pages = async (_request: unknown, response: { writeHead(status: number): { end(): void } }) => {
    response.writeHead(404).end()
  }
  const front = createFront({
    config,
    log,
    routes,
    pages,
    checkHost: house.organizations,
    development: false,
  })
  // The held socket itself goes over: a port that is free for a moment may be another's the next.
  await new Promise<void>((resolve, reject) => front.once('error', reject).listen(held, resolve))
  return {
    url: config.publicUrl,
    port,
    apiKey: config.apiKeys[0] ?? defaults.apiKey,
    adminPassword: config.adminPassword ?? defaults.adminPassword,
    house,
    async close() {
      front.closeAllConnections()
      await new Promise((resolve) => front.close(resolve))
      await house.close()
    },
  }
}

const defaults = { apiKey: 'test-management-key-0001', adminPassword: 'a password for tests' }

/** A free port, held until the front takes the socket over: other tests start servers at the same time. */
async function holdPort(): Promise<Server> {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(0, resolve))
  return holder
}
