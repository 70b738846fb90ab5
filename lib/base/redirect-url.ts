import { isLoopbackHost } from './loopback-host.ts'

/**
 * Redirect URLs: what may be registered, and what a registered one allows.
 * A URL without `*` allows itself, character by character (RFC 9700 §4.1.3). A `*` at the end of the path allows
 * any path suffix and query; a `*` as the first host label allows one label, nothing more. For native applications a
 * loopback URL allows itself with any port (RFC 8252 §7.3).
 */

const forbiddenSchemes = new Set([
  'javascript:',
  'data:',
  'vbscript:',
  'file:',
  'blob:',
  'about:',
  'view-source:',
])

/** Characters that browsers drop or reinterpret, and with which two parsers could disagree. */
const treacherous = /[\u0000-\u0020\u007f\\]/

/** `https:host/path` names a host to a parser, and a path of the page's own host to a browser that is sent there. */
const slashless = /^https?:(?!\/\/[^/])/i

/** Whether the URL can be registered: absolute, harmless scheme, no user info, no fragment, `*` only where it means something. */
export function isRegistrableRedirectUrl(registered: string): boolean {
  const url = parse(registered)
  if (!url || forbiddenSchemes.has(url.protocol)) return false
  const web = url.protocol === 'http:' || url.protocol === 'https:'
  if (web && url.hostname === '') return false
  if (!registered.includes('*')) return true
  if (!web || url.search.includes('*') || url.protocol.includes('*')) return false
  return hostPattern(url) !== null && pathPattern(url) !== null
}

/** Whether a web application may register the URL: https, or http to the machine of the one who develops it. */
export function isRegistrableWebRedirectUrl(registered: string): boolean {
  return isRegistrableRedirectUrl(registered) && isHttpsOrLoopback(new URL(registered))
}

/**
 * Whether a native application may register the URL (RFC 8252 §7): an https address it has claimed, a private-use
 * scheme that is a domain name in reverse (`com.acme.app:/callback`), or http to the loopback address. No `*`.
 */
export function isRegistrableNativeRedirectUrl(registered: string): boolean {
  if (registered.includes('*') || !isRegistrableRedirectUrl(registered)) return false
  const url = new URL(registered)
  if (url.protocol === 'https:') return true
  if (url.protocol === 'http:') return loopback.test(registered)
  return privateUseScheme.test(registered)
}

/** Whether a server of ours may be told to call the URL, or to send people there: https (http to a loopback host), no user info, fragment or `*`. */
export function isHttpsOrLoopbackUrl(text: string): boolean {
  const url = text.includes('*') ? null : parse(text)
  return url !== null && isHttpsOrLoopback(url)
}

/**
 * Whether `candidate` is allowed by one of the registered URLs. `anyLoopbackPort`: a registered http URL of the
 * loopback address allows itself with any other port, because a native application takes the port that is free.
 */
export function isAllowedRedirectUrl(
  candidate: string,
  registered: readonly string[],
  { anyLoopbackPort = false }: { anyLoopbackPort?: boolean } = {},
): boolean {
  const url = parse(candidate)
  if (!url || forbiddenSchemes.has(url.protocol) || candidate.includes('*')) return false
  return registered.some(
    (pattern) =>
      pattern === candidate ||
      (pattern.includes('*') && fits(url, pattern)) ||
      (anyLoopbackPort && differInLoopbackPort(candidate, pattern)),
  )
}

const privateUseScheme = /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:\//i

/** Host and the rest of an http URL of the loopback address, the port in between. */
const loopback = /^http:\/\/(?<host>127\.0\.0\.1|\[::1\]|localhost)(?::[1-9]\d{0,4})?(?<rest>[/?].*)?$/

function differInLoopbackPort(candidate: string, registered: string): boolean {
  const one = loopback.exec(candidate)?.groups
  const other = loopback.exec(registered)?.groups
  return one !== undefined && other !== undefined && one.host === other.host && one.rest === other.rest
}

function isHttpsOrLoopback(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname))
}

function fits(candidate: URL, registered: string): boolean {
  const pattern = isRegistrableRedirectUrl(registered) ? parse(registered) : null
  if (!pattern || candidate.protocol !== pattern.protocol || candidate.port !== pattern.port) return false
  const host = hostPattern(pattern)!
  const path = pathPattern(pattern)!
  return fitsHost(candidate.hostname, host) && fitsPath(candidate, path, pattern)
}

type HostPattern = { anyLabel: boolean; rest: string }

/** `*.example.com` → one free label before `.example.com`; a `*` elsewhere, or over a bare top-level name, means nothing. */
function hostPattern(url: URL): HostPattern | null {
  const hostname = decodeURIComponent(url.hostname)
  if (!hostname.includes('*')) return { anyLabel: false, rest: hostname }
  const rest = hostname.slice(1)
  const twoLabels = /^\.[^.*]+(\.[^.*]+)+$/.test(rest)
  return hostname.startsWith('*.') && twoLabels ? { anyLabel: true, rest } : null
}

function fitsHost(hostname: string, pattern: HostPattern): boolean {
  if (!pattern.anyLabel) return hostname === pattern.rest
  if (!hostname.endsWith(pattern.rest)) return false
  const label = hostname.slice(0, -pattern.rest.length)
  return label.length > 0 && !label.includes('.')
}

type PathPattern = { prefix: string; open: boolean }

function pathPattern(url: URL): PathPattern | null {
  const at = url.pathname.indexOf('*')
  if (at === -1) return { prefix: url.pathname, open: false }
  if (at !== url.pathname.length - 1 || url.search) return null
  return { prefix: url.pathname.slice(0, -1), open: true }
}

function fitsPath(candidate: URL, path: PathPattern, pattern: URL): boolean {
  // An encoded slash is a step of the path to some servers, and `..` before or after it leads out of the prefix.
  if (path.open) return candidate.pathname.startsWith(path.prefix) && !/%2f|%5c/i.test(candidate.pathname)
  return candidate.pathname === path.prefix && candidate.search === pattern.search
}

function parse(text: string): URL | null {
  if (text.length > 2048 || treacherous.test(text) || text.includes('#') || !URL.canParse(text)) return null
  if (slashless.test(text)) return null
  const url = new URL(text)
  return url.username || url.password ? null : url
}
