import { Resolver } from 'node:dns/promises'
import type { ResolveTxt } from '#lib/base/resolve-txt.ts'

/** How long one question may take, in seconds, and how often it is put before the servers count as silent. */
const timeoutSeconds = 2
const tries = 2

/** What a name server answers when there is nothing, as opposed to not answering. */
const nothingThere = new Set(['ENOTFOUND', 'ENODATA'])

/** Asks the system's name servers, or those of `servers` (`address:port`). */
export function createTxtResolver(servers?: string[], timeout = timeoutSeconds): ResolveTxt {
  return async (name) => {
    // One for each question: a resolver keeps the servers it began with, and those of the system change.
    const resolver = new Resolver({ timeout: timeout * 1000, tries })
    if (servers) resolver.setServers(servers)
    try {
      return await resolver.resolveTxt(name)
    } catch (thrown) {
      if (nothingThere.has(String((thrown as NodeJS.ErrnoException).code))) return []
      throw thrown
    }
  }
}
