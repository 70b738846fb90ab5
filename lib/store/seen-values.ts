import { type Db, sql } from './db.ts'

/**
 * Remembers a value that must not come twice within its scope (`dpop:<thumbprint>`, `client-assertion:<clientId>`,
 * `saml-logout:<connectionId>`).
 * False when it was known. One statement: of any number of callers with one value one gets `true`.
 */
export async function rememberValue(
  db: Db,
  value: { scope: string; hash: string; expiresAt: Date },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    INSERT INTO seen_values (scope, value_hash, expires_at) VALUES (${value.scope}, ${value.hash}, ${value.expiresAt})
    ON CONFLICT (scope, value_hash) DO NOTHING`)
  return count === 1
}
