import { defineConfig } from '@playwright/test'
import type { ServerOptions } from './e2e/fixtures.ts'
import { findChromium } from './scripts/find-chromium.ts'

/**
 * The journeys of e2e/, against the built application (`npm run build`). Each worker starts a server of its own on
 * an empty database: see e2e/fixtures.ts. Project `pglite` runs all of them, `postgresql` those tagged @postgresql,
 * when TEST_DATABASE_URL names a server.
 */
const onPostgresql = Boolean(process.env.TEST_DATABASE_URL)
if (!onPostgresql && process.env.VESTIBULE_TEST_REQUIRE_POSTGRES === '1') {
  throw new Error('VESTIBULE_TEST_REQUIRE_POSTGRES is 1, and TEST_DATABASE_URL names no server.')
}

const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []

export default defineConfig<object, ServerOptions>({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  workers: 2,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    browserName: 'chromium',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findChromium(),
      args: [
        ...sandbox,
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  projects: [
    { name: 'pglite', use: { databaseKind: 'pglite' } },
    ...(onPostgresql
      ? [{ name: 'postgresql', grep: /@postgresql/, use: { databaseKind: 'postgresql' as const } }]
      : []),
  ],
})
