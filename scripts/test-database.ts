import { PostgresqlMissing, startPostgresql } from './start-postgresql.ts'

export type TestDatabaseServer = {
  /** A server on which databases may be created; absent: the tests run on PGlite alone. */
  url: string | undefined
  /** A sentence to repeat at the end, when something was left out. */
  notice?: string
  /** Whether that is a failure: a server is there, and does not start. */
  failed: boolean
  stop(): Promise<void>
}

/**
 * PostgreSQL for the tests: the one TEST_DATABASE_URL names, or one of our own. Where there is none and none can be
 * installed the tests on it are left out, unless VESTIBULE_TEST_REQUIRE_POSTGRES=1 makes them fail.
 */
export async function provideDatabase(): Promise<TestDatabaseServer> {
  const given = process.env.TEST_DATABASE_URL
  if (given) return { url: given, failed: false, stop: async () => {} }
  try {
    return { ...(await startPostgresql()), failed: false }
  } catch (error) {
    const notice = `Not tested on PostgreSQL. ${(error as Error).message}`
    return { url: undefined, notice, failed: !(error instanceof PostgresqlMissing), stop: async () => {} }
  }
}
