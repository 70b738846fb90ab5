import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { parseConfig } from '#lib/config/config.ts'
import { createFront } from '../front.ts'
import { composeHouse, type ServerHouse } from '../house.ts'
import { openDoor } from '../house-access.ts'
import { createLog } from '../log.ts'
import { prepareFirstStart } from '../first-start.ts'
import { loadRoutes } from '../route-table.ts'

export type ProtocolServer = { url: string; apiKey: string; house: ServerHouse; close(): Promise<void> }

/**
 * The real front and protocol routes on a free port, without the pages of Next: for integration tests and benchmarks.
 * One per process: routes find the house through its one door.
 */
export async function startProtocolServer(
  env: Record<string, string>,
  options: { onStatement?: (sql: string) => void } = {},
): Promise<ProtocolServer> {
  const apiKey = 'test-management-key-0001'
  const port = await freePort()
  const config = parseConfig({
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    API_KEYS: apiKey,
    ADMIN_EMAIL: 'owner@vestibule.example',
    ADMIN_PASSWORD: 'a password for tests',
    VESTIBULE_SECRET: 'a root secret for tests that is long enough',
    LOG_LEVEL: 'silent',
    ...env,
  })
  const log = createLog(config)
  const house = await composeHouse(config, log, options)
  openDoor(house)
  await prepareFirstStart(house)
  const routes = await loadRoutes(join(import.meta.dirname, '../../app'))
  const pages = async (_request: unknown, response: { writeHead(status: number): { end(): void } }) => {
    response.writeHead(404).end()
  }
  const front = createFront({ config, log, routes, pages, development: false })
  await new Promise<void>((resolve) => front.listen(port, resolve))
  return {
    url: config.publicUrl,
    apiKey,
    house,
    async close() {
      front.closeAllConnections()
      await new Promise((resolve) => front.close(resolve))
      await house.close()
    },
  }
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
