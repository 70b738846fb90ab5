import { ssoReturnUrl } from '../jwt-sso/return-url.ts'

/**
 * Where a person is sent once signed in: `{baseUrl}/{return_to_path}?sso_jwt={token}&{return_to_params}`, as the
 * products write it whose SSO URL we are. Both parts come from the address bar of a stranger, so they are held to
 * what they are for: a place beneath `baseUrl`, and parameters that go with it.
 */

/** An address beneath `baseUrl` without its token, or why there is none. A closed list of causes. */
export type ReturnAddress = { ok: true; address: string } | { ok: false; cause: ReturnCause }

export type ReturnCause =
  | 'return_to_repeated'
  | 'return_to_unreadable'
  | 'return_to_path_absolute'
  | 'return_to_path_traversal'
  | 'return_to_path_characters'
  | 'return_to_path_query'
  | 'return_to_params_token'

/** Both parts together still fit into the address of every browser and proxy. In characters. */
const longest = 6000

/**
 * Reads `return_to_path` and `return_to_params`; both may be missing, and then it is `baseUrl` itself. The parameters are
 * kept byte for byte; only what no address may hold is percent-encoded (RFC 3986 §2.1).
 */
export function readReturnAddress(baseUrl: string, parameters: URLSearchParams): ReturnAddress {
  const names = ['return_to_path', 'return_to_params']
  if (names.some((name) => parameters.getAll(name).length > 1)) return refuse('return_to_repeated')
  const [path = '', carried = ''] = names.map((name) => parameters.get(name) ?? '')
  if (path.length + carried.length > longest || isBroken(path) || isBroken(carried))
    return refuse('return_to_unreadable')
  const cause = findPathFault(path) ?? findParamsFault(carried)
  if (cause) return refuse(cause)
  const place = `${baseUrl}/${encodePath(path.replace(/^\//, ''))}`
  return { ok: true, address: carried === '' ? place : `${place}?${encodeQuery(carried)}` }
}

/** The address with the token in it. It must have come from `readReturnAddress` for the same `baseUrl`. */
export function withToken(baseUrl: string, address: string, token: string): string {
  const [path, params] = splitOnce(address.slice(baseUrl.length + 1), '?')
  return ssoReturnUrl(baseUrl, { path, params }, token)
}

/** Whether an address is (still) beneath `baseUrl`, which an admin may have changed meanwhile. */
export function isBeneath(baseUrl: string, address: string): boolean {
  return address.startsWith(`${baseUrl}/`)
}

function refuse(cause: ReturnCause): ReturnAddress {
  return { ok: false, cause }
}

/** Half a character, or what a decoder puts in the place of bytes that are no UTF-8. */
function isBroken(text: string): boolean {
  return !text.isWellFormed() || text.includes('\ufffd')
}

/** Judges the path as every server behind `baseUrl` might read it: each layer of percent-encoding taken off. */
function findPathFault(path: string): ReturnCause | null {
  if (/[?#]/.test(path)) return 'return_to_path_query'
  for (const layer of layersOf(path)) {
    if (layer === null) return 'return_to_path_characters'
    // Browsers drop tabs and line ends, and take a backslash for a slash; `@` and a colon begin other parts of an address.
    if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(layer)) return 'return_to_path_characters'
    if (/[\\@]/.test(layer)) return 'return_to_path_characters'
    if (layer.includes('//') || /^\s*\/?[a-z][a-z0-9+.-]*:/i.test(layer)) return 'return_to_path_absolute'
    if (layer.split('/').some(isDotSegment)) return 'return_to_path_traversal'
  }
  return null
}

/** `;` begins parameters of a segment to some servers (RFC 3986 §3.3), which look at what stands before. */
function isDotSegment(segment: string): boolean {
  return /^\s*\.{1,2}\s*(;.*)?$/.test(segment)
}

/** No chain of servers decodes an address more often; without a bound the work would grow with the square of its length. */
const mostLayers = 8

/**
 * The text, and what each further round of percent-decoding makes of it; null at the end where that is no UTF-8, or
 * there are more rounds than any server takes.
 */
function layersOf(text: string): (string | null)[] {
  const layers: (string | null)[] = [text]
  for (let layer = text; /%[0-9a-f]{2}/i.test(layer); ) {
    const decoded = layers.length < mostLayers ? decodeOnce(layer) : null
    layers.push(decoded)
    if (decoded === null) return layers
    layer = decoded
  }
  return layers
}

function decodeOnce(text: string): string | null {
  try {
    return text.replace(/(%[0-9a-f]{2})+/gi, (encoded) => decodeURIComponent(encoded))
  } catch {
    return null
  }
}

/** A second token would win where the last of two parameters counts. Names as lenient as any server reads them. */
function findParamsFault(carried: string): ReturnCause | null {
  const pairs = carried.split(/[&;]/)
  return pairs.some((pair) => layersOf(pair).some(namesToken)) ? 'return_to_params_token' : null
}

/** PHP makes `_` of dots, spaces and an open bracket in names, and drops spaces before them. */
function namesToken(pair: string | null): boolean {
  if (pair === null) return false
  return pair.split(/[&;?]/).some((one) => /^[\s+]*sso[_. +[]jwt([\s\u0000[=]|$)/i.test(one))
}

/** RFC 3986 §3.3; a `%` stands where it begins an encoded byte, and is encoded elsewhere. */
function encodePath(path: string): string {
  return encode(path, /[^A-Za-z0-9\-._~!$&'()*+,;=:/%]|%(?![0-9A-Fa-f]{2})/gu)
}

/** RFC 3986 §3.4, plus the characters that browsers send as they are. */
function encodeQuery(query: string): string {
  return encode(query, /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?%[\]{}|^`\\]/gu)
}

function encode(text: string, forbidden: RegExp): string {
  return text.replace(forbidden, encodeURIComponent)
}

function splitOnce(text: string, at: string): [string, string | null] {
  const index = text.indexOf(at)
  return index === -1 ? [text, null] : [text.slice(0, index), text.slice(index + 1)]
}
