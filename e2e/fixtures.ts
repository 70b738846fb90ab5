import { test as base } from '@playwright/test'
import { startTestServer, type TestServer } from './test-server.ts'

/**
 * What every journey is given: `baseURL` (so that `page.goto('/')` works) and the credentials of the server under
 * test, which is new (with the demo on PGlite, without on PostgreSQL, as by default) and shared by the journeys that
 * run in the same worker. So a journey names what it makes in a way no other does, and expects nothing to be alone.
 *
 *   import { expect, test } from './fixtures.ts'
 *   test('an owner signs in @postgresql', async ({ page, adminEmail, adminPassword }) => { … })
 */
export const test = base.extend<Credentials, ServerOptions & { server: TestServer }>({
  databaseKind: ['pglite', { option: true, scope: 'worker' }],
  server: [
    async ({ databaseKind }, use) => {
      const server = await startTestServer(databaseKind)
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  adminEmail: async ({ server }, use) => use(server.adminEmail),
  adminPassword: async ({ server }, use) => use(server.adminPassword),
  apiKey: async ({ server }, use) => use(server.apiKey),
})

export { expect } from '@playwright/test'

export type ServerOptions = { databaseKind: 'pglite' | 'postgresql' }

export type Credentials = {
  /** The first owner of the portal. */
  adminEmail: string
  adminPassword: string
  /** A management key: `Authorization: Api-Key <apiKey>`. */
  apiKey: string
}
