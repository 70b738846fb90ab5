/**
 * One sentence for an operator about why PostgreSQL cannot be reached, and what to look at.
 * Names host, port, user and database of `databaseUrl`; never its password, nor the text of a driver error that
 * might repeat it.
 */
export function describeConnectionError(error: unknown, databaseUrl: string): string {
  const url = new URL(databaseUrl)
  const host = url.hostname || 'localhost'
  const server = `${host}:${url.port || '5432'}`
  const user = decodeURIComponent(url.username)
  const database = decodeURIComponent(url.pathname.slice(1)) || user
  const { code, message } = toDriverError(error)
  const byCode: Record<string, string> = {
    ECONNREFUSED: `No PostgreSQL answers at ${server}: is it running, and is the port in DATABASE_URL right?`,
    ENOTFOUND: `The host "${host}" in DATABASE_URL is unknown: is the name right?`,
    EAI_AGAIN: `The host "${host}" in DATABASE_URL could not be looked up: is the name server reachable?`,
    ETIMEDOUT: `PostgreSQL at ${server} did not answer in time: is it behind a firewall?`,
    EHOSTUNREACH: `The network has no way to PostgreSQL at ${server}.`,
    ENETUNREACH: `The network has no way to PostgreSQL at ${server}.`,
    ECONNRESET: `PostgreSQL at ${server} closed the connection: does it want TLS, or is it shutting down?`,
    '28P01': `PostgreSQL at ${server} refused the password of user "${user}".`,
    '28000': `PostgreSQL at ${server} does not let user "${user}" connect to the database "${database}" from here.`,
    '3D000': `PostgreSQL at ${server} has no database "${database}": create it with "createdb ${database}".`,
    '42501': `User "${user}" may not connect to the database "${database}" at ${server}.`,
    '53300': `PostgreSQL at ${server} has no connection left: raise max_connections or lower the pool size.`,
    '57P03': `PostgreSQL at ${server} is starting up or shutting down: try again in a moment.`,
  }
  const known = byCode[code]
  if (known) return known
  if (/timeout/i.test(message)) return byCode.ETIMEDOUT as string
  if (/password must be a string/i.test(message)) {
    return `PostgreSQL at ${server} asks for a password, and DATABASE_URL has none for user "${user}".`
  }
  if (/does not support SSL/i.test(message)) {
    return `PostgreSQL at ${server} does not offer TLS, which sslmode in DATABASE_URL asks for.`
  }
  if (/certificate|self.signed/i.test(message)) {
    return `The TLS certificate of PostgreSQL at ${server} is not trusted: set sslrootcert in DATABASE_URL.`
  }
  return `PostgreSQL at ${server} could not be opened${code ? ` (${code})` : ''}.`
}

/** A host with several addresses fails with all their errors in one; they carry the same code. */
function toDriverError(error: unknown): { code: string; message: string } {
  const inner = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
  const { code, message } = inner as { code?: unknown; message?: unknown }
  return { code: typeof code === 'string' ? code : '', message: typeof message === 'string' ? message : '' }
}
