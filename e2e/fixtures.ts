import { type BrowserContext, test as base, type Cookie, type Page } from '@playwright/test'
import { type SamlifyIdp, startSamlifyIdp } from '../server/testing/start-samlify-idp.ts'
import { createManagementClient, type ManagementClient } from './management-client.ts'
import { startTestApplication, type TestApplication } from './test-application.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { watchForTrouble } from './watch-for-trouble.ts'

/**
 * What every journey is given: `baseURL` (so that `page.goto('/')` works) and the credentials of the server under
 * test, which is new, with the demo, and shared by the journeys that run in the same worker. So a journey names what
 * it makes in a way no other does, and expects nothing to be alone. One that breaks things for others asks for a
 * server of its own: `test.use({ serverFor: 'its name' })`.
 *
 * Every journey also fails when a page writes an error to the console, breaks the Content Security Policy, throws, or
 * misses something it asked for; what a journey provokes on purpose it names: `expectTrouble(/404/)`.
 *
 *   import { expect, test } from './fixtures.ts'
 *   test('an owner signs in @postgresql', async ({ page, adminEmail, adminPassword }) => { … })
 */
export const test = base.extend<Journey, ServerOptions & WorkerFixtures>({
  databaseKind: ['pglite', { option: true, scope: 'worker' }],
  serverFor: ['every journey', { option: true, scope: 'worker' }],
  server: [
    async ({ databaseKind, serverFor: _ }, use) => {
      const server = await startTestServer(databaseKind)
      await use(server)
      await server.stop()
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  identityProvider: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the fixtures it needs from this pattern
    async ({}, use) => {
      // Another site than the server, as identity providers are.
      const identityProvider = await startSamlifyIdp('127.0.0.1')
      await use(identityProvider)
      await identityProvider.stop()
    },
    { scope: 'worker' },
  ],
  ownerCookies: [
    async ({ browser, server }, use) => {
      const context = await browser.newContext({ baseURL: server.url })
      await signIn(await context.newPage(), server)
      const cookies = await context.cookies()
      await context.close()
      await use(cookies)
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  adminEmail: async ({ server }, use) => use(server.adminEmail),
  adminPassword: async ({ server }, use) => use(server.adminPassword),
  apiKey: async ({ server }, use) => use(server.apiKey),
  api: async ({ server }, use) => use(createManagementClient(server)),
  portal: async ({ page, context, ownerCookies }, use) => {
    await context.addCookies(ownerCookies)
    await use(page)
  },
  application: async ({ server }, use) => {
    const application = await startTestApplication(server.url)
    await use(application)
    await application.stop()
  },
  desk: async ({ browser, server, watch }, use) => {
    const context = await browser.newContext({ baseURL: server.url })
    watch.context(context)
    await use(await context.newPage())
    await context.close()
  },
  watch: async ({ context }, use) => {
    const trouble = watchForTrouble()
    trouble.watch(context)
    await use({ context: trouble.watch, expect: trouble.expect })
    base.expect(trouble.found(), 'what went wrong on the pages').toEqual([])
  },
  expectTrouble: [async ({ watch }, use) => use(watch.expect), { auto: true }],
})

export { expect } from '@playwright/test'

/** Signs in to the portal as a person does, and waits until it is open. */
export async function signIn(
  page: Page,
  { adminEmail, adminPassword }: { adminEmail: string; adminPassword: string },
): Promise<void> {
  await visit(page, '/sign-in')
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password').fill(adminPassword)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
}

/** Opens a page of the portal and waits until it listens, which a person does without noticing. */
export async function visit(page: Page, path: string): Promise<void> {
  await page.goto(path)
  await page.waitForFunction(() =>
    [...document.querySelectorAll('main :is(button, input:not([type=hidden]), select, textarea)')].every(
      (control) => Object.keys(control).some((name) => name.startsWith('__reactProps')),
    ),
  )
}

export type ServerOptions = {
  databaseKind: 'pglite' | 'postgresql'
  /** Journeys that give the same name here share a server. */
  serverFor: string
}

type WorkerFixtures = { server: TestServer; identityProvider: SamlifyIdp; ownerCookies: Cookie[] }

export type Journey = {
  /** The first owner of the portal. */
  adminEmail: string
  adminPassword: string
  /** A management key: `Authorization: Api-Key <apiKey>`. */
  apiKey: string
  /** The management API, for what a journey needs but is not about. */
  api: ManagementClient
  /** The page, with the owner signed in already. */
  portal: Page
  /** A product that signs people in by tenant and product. */
  application: TestApplication
  /** A page in the browser of somebody else: who wants to come in. */
  desk: Page
  /** Watches further browser contexts as well; `expect` as `expectTrouble`. */
  watch: { context(context: BrowserContext): void; expect(pattern: RegExp): void }
  /** Names trouble that belongs to the journey, such as the 404 it asks for. */
  expectTrouble(pattern: RegExp): void
}
