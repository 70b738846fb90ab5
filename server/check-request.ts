import type { IncomingMessage } from 'node:http'
import { VestibuleError } from '#lib/base/errors.ts'

/** Next reads the body of a page whole before it knows a limit. Metadata of 2 MB as a form field fits; in bytes. */
const pageBody = 4 * 1024 * 1024

/**
 * Refuses a request target that is not a path (RFC 9112 §3.2: proxies send whole URLs, OPTIONS a `*`) or does not
 * decode: Next would redirect to the host it names, or fail. Throws `not_found`.
 */
export function checkTarget(target: string): void {
  if (target.startsWith('/') && isDecodable(target.split('?', 1)[0]!)) return
  throw new VestibuleError('not_found', 'There is nothing at this address.')
}

/**
 * Refuses a request for a page that another site sent with a body, or one whose body is too large or of unknown
 * length. Browsers name the origin with every such request (Fetch standard §3.2); scripts without one bring no
 * cookies of a person. Throws `forbidden`, `payload_too_large`.
 */
export function checkPageRequest(request: IncomingMessage, secure: boolean): void {
  const { method, headers } = request
  if (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > pageBody) {
    throw new VestibuleError('payload_too_large', 'Send at most 4 MB, and say how much (Content-Length).')
  }
  if (method === 'GET' || method === 'HEAD' || headers.origin === undefined) return
  if (headers.origin === `${secure ? 'https' : 'http'}://${headers.host}`) return
  throw new VestibuleError('forbidden', 'This was sent by a page of another site.')
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
