import { isIP } from 'node:net'
import { Agent, request } from 'undici'
import { VestibuleError } from '../base/errors.ts'
import { isLoopbackAddress, isReachableAddress, type OutboundAllowance } from './outbound-addresses.ts'

export type SafeFetchOptions = {
  method?: 'GET' | 'POST'
  headers?: Record<string, string>
  body?: string
  /** Default 10. */
  timeoutSeconds?: number
  /** Default 1 MB. */
  maxBytes?: number
  /** Default 3. Each step is checked like the first address. */
  maxRedirects?: number
}

export type SafeFetchAnswer = { status: number; headers: Record<string, string>; text: string; url: string }

/**
 * The one way out of the process. https only (http where the address is an allowed loopback one); the name is resolved,
 * every address checked, and the connection pinned to those; redirects are followed by hand; size and time are capped.
 * Throws `invalid_request` with a sentence that may be shown to the admin who gave the address.
 */
export type SafeFetch = (url: string, options?: SafeFetchOptions) => Promise<SafeFetchAnswer>

/** All addresses of a host name. */
export type Resolve = (hostname: string) => Promise<string[]>

export function createSafeFetch(allowance: OutboundAllowance, resolve: Resolve): SafeFetch {
  return async (url, options = {}) => {
    let target = parseTarget(url)
    const deadline = AbortSignal.timeout((options.timeoutSeconds ?? 10) * 1000)
    for (let step = 0; step <= (options.maxRedirects ?? 3); step++) {
      const addresses = await checkedAddresses(target, allowance, resolve)
      const answer = await send(target, addresses, options, deadline)
      const next = redirectTarget(answer, target, options)
      if (!next) return answer
      target = next
    }
    throw refuse(`${target.host} redirects too often.`)
  }
}

function parseTarget(url: string): URL {
  const target = URL.canParse(url) ? new URL(url) : null
  if (!target || !['https:', 'http:'].includes(target.protocol))
    throw refuse('The address must be an https URL.')
  if (target.username || target.password) throw refuse('The address must not hold a user name or password.')
  return target
}

/** The addresses behind the host, every one of which may be reached; otherwise it throws. */
async function checkedAddresses(
  target: URL,
  allowance: OutboundAllowance,
  resolve: Resolve,
): Promise<string[]> {
  const hostname = target.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(hostname) ? [hostname] : await resolveOrRefuse(hostname, resolve)
  const allowedByName =
    allowance.hosts.has(hostname.toLowerCase()) || allowance.hosts.has(target.host.toLowerCase())
  if (!allowedByName && !addresses.every((address) => isReachableAddress(address, allowance))) {
    throw refuse(`${hostname} is not a public address; OUTBOUND_ALLOW can allow it.`)
  }
  if (target.protocol === 'http:' && !allowedByName && !addresses.every(isLoopbackAddress)) {
    throw refuse('The address must be an https URL.')
  }
  return addresses
}

async function resolveOrRefuse(hostname: string, resolve: Resolve): Promise<string[]> {
  try {
    const addresses = await resolve(hostname)
    if (addresses.length > 0) return addresses
  } catch {
    // falls through to the one refusal
  }
  throw refuse(`The name ${hostname} could not be resolved.`)
}

async function send(
  target: URL,
  addresses: string[],
  options: SafeFetchOptions,
  signal: AbortSignal,
): Promise<SafeFetchAnswer> {
  const agent = new Agent({
    connect: {
      lookup: (_hostname, lookup, done) => {
        const all = addresses.map((address) => ({ address, family: isIP(address) }))
        if (lookup.all) done(null, all)
        else done(null, all[0]!.address, all[0]!.family)
      },
    },
  })
  try {
    const { statusCode, headers, body } = await request(target, {
      dispatcher: agent,
      method: options.method ?? 'GET',
      headers: { 'accept-encoding': 'identity', 'user-agent': 'vestibule', ...options.headers },
      body: options.body ?? null,
      signal,
    })
    const text = await readCapped(body, options.maxBytes ?? 1_048_576, target.hostname)
    const plain = Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ])
    return { status: statusCode, headers: Object.fromEntries(plain), text, url: target.href }
  } catch (thrown) {
    throw thrown instanceof VestibuleError ? thrown : unreachable(target, signal, thrown)
  } finally {
    await agent.destroy().catch(() => {})
  }
}

async function readCapped(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  hostname: string,
): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.byteLength
    if (size > maxBytes) throw refuse(`${hostname} sent more than ${Math.floor(maxBytes / 1024)} KB.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function redirectTarget(answer: SafeFetchAnswer, from: URL, options: SafeFetchOptions): URL | null {
  const { location } = answer.headers
  if (![301, 302, 303, 307, 308].includes(answer.status) || !location) return null
  if ((options.method ?? 'GET') !== 'GET')
    throw refuse(`${from.host} answered with a redirect, which is not followed here.`)
  const next = parseTarget(URL.parse(location, from)?.href ?? '')
  if (from.protocol === 'https:' && next.protocol === 'http:')
    throw refuse(`${from.host} redirects from https to http.`)
  return next
}

function unreachable(target: URL, signal: AbortSignal, cause: unknown): VestibuleError {
  const reason = signal.aborted ? 'did not answer in time' : 'could not be reached'
  const code = (cause as { code?: unknown } | null)?.code
  const why = typeof code === 'string' && !signal.aborted ? ` (${code})` : ''
  return new VestibuleError('invalid_request', `${target.host} ${reason}${why}.`, { cause })
}

function refuse(sentence: string): VestibuleError {
  return new VestibuleError('invalid_request', sentence)
}
