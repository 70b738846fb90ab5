import { startPostgresql } from './start-postgresql.ts'

export type TestDatabaseServer = {
  /** A server on which databases may be created; absent: the tests run on PGlite alone. */
  url: string | undefined
  /** A sentence to repeat at the end, when something was left out. */
  notice?: string
  stop(): Promise<void>
}

/**
 * PostgreSQL for the tests: the one TEST_DATABASE_URL names, or one of our own. Where there is none and none can be
 * installed the tests on it are left out, unless VESTIBULE_TEST_REQUIRE_POSTGRES=1 makes them fail.
 */
export async function provideDatabase(): Promise<TestDatabaseServer> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, stop: async () => {} }
  try {
    return await startPostgresql()
  } catch (error) {
    const notice = `Not tested on PostgreSQL. ${(error as Error).message}`
    console.log(notice)
    return { url: undefined, notice, stop: async () => {} }
  }
}
