/**
 * The HTTP room: Web Request and Response only. Owns body limits, the host check, the error dialects and the
 * security headers, so that a route is "read, call, answer". Must not know what any endpoint does.
 */
import { VestibuleError } from '../base/errors.ts'

/** A request as the rest of the product sees it: parsed once at the edge, addresses as the trusted proxies tell them. */
export type Incoming = {
  method: string
  /** The address as the browser sees it: effective scheme and host. */
  url: URL
  headers: Headers
  params: Record<string, string>
  cookies: ReadonlyMap<string, string>
  /** The client's address; `unknown` when nothing told it. */
  address: string
  userAgent: string
  requestId: string
}

/** What the front of the server has established about a request; it strips such headers when they come from outside. */
export const addressHeader = 'x-vestibule-address'
export const requestIdHeader = 'x-request-id'
/** Path and query of the request, for pages: Next does not tell them. */
export const pathHeader = 'x-vestibule-path'

/** Reads everything but the body. Throws `unknown_host`, and `not_found` for a path that names nothing. */
export function parseIncoming(request: Request, params: Record<string, string>): Incoming {
  if (Object.values(params).some((param) => param.includes('\u0000'))) {
    throw new VestibuleError('not_found', 'There is nothing at this address.')
  }
  const { headers } = request
  const url = effectiveUrl(request)
  return {
    method: request.method,
    url,
    headers,
    params,
    cookies: parseCookies(headers.get('cookie') ?? ''),
    address: headers.get(addressHeader) ?? 'unknown',
    userAgent: (headers.get('user-agent') ?? '').slice(0, 300),
    requestId: headers.get(requestIdHeader) ?? '',
  }
}

/** The front has put the effective host and scheme into `host` and `x-forwarded-proto`. */
function effectiveUrl(request: Request): URL {
  const url = new URL(request.url)
  const host = request.headers.get('host') ?? url.host
  const scheme = request.headers.get('x-forwarded-proto') ?? url.protocol.slice(0, -1)
  try {
    if (!/^[a-z0-9.:[\]_-]+$/i.test(host)) throw new TypeError('more than a host and a port')
    return new URL(`${scheme}://${host}${url.pathname}${url.search}`)
  } catch {
    throw new VestibuleError('unknown_host', 'The Host header of this request is not a host name.')
  }
}

function parseCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const part of header.split(';')) {
    const at = part.indexOf('=')
    if (at < 1) continue
    const name = part.slice(0, at).trim()
    if (!cookies.has(name)) cookies.set(name, part.slice(at + 1).trim())
  }
  return cookies
}
