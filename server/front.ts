/**
 * The front of the process: one node:http server. Protocol routes are answered here without Next; everything else is
 * a page and goes to Next. Establishes what the rest may trust about a request: host, scheme, address, request id.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import { mintToken, systemRandom } from '#lib/base/ids.ts'
import type { Log } from '#lib/base/log.ts'
import type { Config } from '#lib/config/config.ts'
import { ownBrand } from '#lib/http/end-user-page.ts'
import { respondError } from '#lib/http/error-dialects.ts'
import { addressHeader, pathHeader, requestIdHeader } from '#lib/http/incoming.ts'
import { isStreamed, respondJson } from '#lib/http/respond.ts'
import { apiPolicy, portalPolicy, securityHeaders } from '#lib/http/security-headers.ts'
import { checkPageRequest, checkTarget } from './check-request.ts'
import type { Route, RouteMatch } from './route-table.ts'
import { createMatcher } from './route-table.ts'

export type PageHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

export type FrontOptions = {
  config: Config
  log: Log
  routes: Route[]
  pages: PageHandler
  /** Throws `unknown_host` for a host no organization has. */
  checkHost(host: string): Promise<unknown>
  development: boolean
}

export function createFront(options: FrontOptions): Server {
  const match = createMatcher(options.routes)
  const server = createServer(
    { requestTimeout: 30_000, headersTimeout: 15_000, keepAliveTimeout: 65_000 },
    (request, response) => {
      const startedAt = performance.now()
      establish(request, options.config)
      response.setHeader(requestIdHeader, request.headers[requestIdHeader]!)
      for (const [name, value] of securityHeaders(options.config.secure)) response.setHeader(name, value)
      response.setHeader('content-security-policy', apiPolicy)
      response.on('close', () => logRequest(options.log, request, response, startedAt))
      const found = match(request.url!.split('?', 1)[0]!)
      const answered = found ? answerRoute(found, request, response) : answerPage(options, request, response)
      answered.catch((thrown) => answerFailure(options.log, request, response, thrown))
    },
  )
  return server
}

/** Puts the effective host, scheme, client address and request id into headers, and removes what strangers put there. */
function establish(request: IncomingMessage, config: Config): void {
  const { headers } = request
  const trusted = config.trustProxy > 0
  for (const name of Object.keys(headers)) if (name.startsWith('x-vestibule-')) delete headers[name]
  const forwardedHost = trusted ? lastOf(headers['x-forwarded-host']) : undefined
  headers.host = (forwardedHost ?? headers.host ?? '').toLowerCase()
  headers['x-forwarded-host'] = headers.host
  headers['x-forwarded-proto'] = config.secure ? 'https' : 'http'
  headers[addressHeader] = clientAddress(request, config.trustProxy)
  headers[pathHeader] = request.url!.replace(/[?&]_rsc=[^&]*/, '').slice(0, 2000)
  const given = headers[requestIdHeader]
  headers[requestIdHeader] =
    typeof given === 'string' && /^[\w.:-]{8,100}$/.test(given) ? given : mintToken(systemRandom, 12)
  delete headers['content-security-policy']
  delete headers['x-middleware-subrequest']
}

function lastOf(header: string | string[] | undefined): string | undefined {
  return (
    String(header ?? '')
      .split(',')
      .at(-1)
      ?.trim() || undefined
  )
}

/** Each trusted proxy appends the address it saw; we believe as many entries, from the right, as there are proxies. */
function clientAddress(request: IncomingMessage, trustProxy: number): string {
  const socketAddress = (request.socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '')
  if (trustProxy === 0) return socketAddress
  const seen = String(request.headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean)
  return withoutPort(seen.at(-trustProxy) ?? socketAddress).slice(0, 64)
}

/** Some proxies append the port, which is another one with every connection (RFC 7239 §6). */
function withoutPort(node: string): string {
  return node.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^\[([^\]]+)\](:\d+)?$/, '$1')
}

async function answerRoute(
  { route, params }: RouteMatch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method === 'HEAD' ? 'GET' : request.method!
  const handler = route.handlers[method]
  const answer = handler
    ? await handler(toWebRequest(request), { params: Promise.resolve(params) })
    : refuseMethod(route, method)
  await send(answer, request, response)
}

/** RFC 9110 §15.5.6, in the dialect of the place: OAuth's error object, or problem details with the Polis text. */
function refuseMethod(route: Route, method: string): Response {
  const allow = Object.keys(route.handlers).join(', ')
  const message = `Method ${method} not allowed.`
  if (route.segments[1] === 'oauth') {
    return respondJson(405, { error: 'invalid_request', error_description: message }, { allow })
  }
  const problem = {
    type: 'about:blank',
    title: 'Method Not Allowed',
    status: 405,
    detail: message,
    error: { message },
  }
  return respondJson(405, problem, { allow, 'content-type': 'application/problem+json; charset=utf-8' })
}

function toWebRequest(request: IncomingMessage): Request {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    for (const one of Array.isArray(value) ? value : [value ?? '']) headers.append(name, one)
  }
  const hasBody = request.method !== 'GET' && request.method !== 'HEAD'
  const init = {
    method: request.method!,
    headers,
    ...(hasBody && { body: toWebStream(request), duplex: 'half' }),
  }
  return new Request(
    `http://localhost${request.url!.startsWith('/') ? request.url : '/'}`,
    init as RequestInit,
  )
}

/** The body as a stream that can be given up without tearing down the connection the answer needs. */
function toWebStream(request: IncomingMessage): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>({
    start(controller) {
      request.on('data', (chunk: Buffer) => {
        controller.enqueue(chunk)
        if ((controller.desiredSize ?? 0) <= 0) request.pause()
      })
      request.once('end', () => controller.close())
      request.once('error', (error) => controller.error(error))
      request.pause()
    },
    pull: () => void request.resume(),
    cancel() {
      request.removeAllListeners('data').removeAllListeners('end')
      request.pause()
    },
  })
}

/** What is read of a body nobody wants, so that its sender gets to read the answer: bytes, and milliseconds. */
const unwantedBody = { bytes: 16 * 1024 * 1024, milliseconds: 3000 }

/** Reads on to the end of a body that was not read, within limits: a connection closed before loses the answer. */
async function discardBody(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return
  await new Promise<void>((resolve) => {
    let size = 0
    const timer = setTimeout(resolve, unwantedBody.milliseconds)
    request.removeAllListeners('data')
    request.on('data', (chunk: Buffer) => {
      size += chunk.byteLength
      if (size > unwantedBody.bytes) resolve()
    })
    for (const event of ['end', 'close', 'error']) request.once(event, () => resolve())
    for (const event of ['end', 'close']) request.once(event, () => clearTimeout(timer))
    request.resume()
  })
}

async function send(answer: Response, request: IncomingMessage, response: ServerResponse): Promise<void> {
  for (const [name, value] of answer.headers) if (name !== 'set-cookie') response.setHeader(name, value)
  const cookies = answer.headers.getSetCookie()
  if (cookies.length > 0) response.setHeader('set-cookie', cookies)
  if (request.method !== 'GET') await discardBody(request)
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(answer.status)
  if (request.method === 'HEAD') await answer.body?.cancel()
  else if (answer.body && isStreamed(answer)) return sendPieces(answer.body, response)
  response.end(
    request.method === 'HEAD' || !answer.body ? undefined : Buffer.from(await answer.arrayBuffer()),
  )
}

/** What cannot be finished is cut off, so that nobody takes it for the whole; a client that goes away is no failure. */
async function sendPieces(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(body as NodeReadableStream<Uint8Array>), response)
  } catch (thrown) {
    if (!response.destroyed || (thrown as { code?: string }).code !== 'ERR_STREAM_PREMATURE_CLOSE')
      throw thrown
  }
}

/** Next reads the nonce for its own scripts from the policy on the request. */
async function answerPage(
  options: FrontOptions,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const policy = portalPolicy(mintToken(systemRandom, 16), options.development)
  request.headers['content-security-policy'] = policy
  response.setHeader('content-security-policy', policy)
  try {
    checkTarget(request.url!)
    await options.checkHost(request.headers.host!)
    checkPageRequest(request, options.config.secure)
  } catch (thrown) {
    const context = {
      log: options.log,
      requestId: String(request.headers[requestIdHeader]),
      brand: ownBrand,
    }
    return send(respondError(thrown, 'page', context), request, response)
  }
  await options.pages(request, response)
}

function answerFailure(log: Log, request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  log.error(
    { err: thrown, requestId: request.headers[requestIdHeader] },
    'a request failed outside of its endpoint',
  )
  if (response.headersSent) return void response.destroy()
  response.writeHead(500, { 'content-type': 'application/json' })
  response.end(
    JSON.stringify({ error: { message: 'Something went wrong on our side. It has been recorded.' } }),
  )
}

/** Links in mails and what comes back from a customer's page carry a secret as their last step. */
const secretPath = /^\/(invite|reset|register|join|i)\/[^/]+/

/** The path without its query: queries hold codes and messages. */
function logRequest(log: Log, request: IncomingMessage, response: ServerResponse, startedAt: number): void {
  const path = request.url!.split('?', 1)[0]!.replace(secretPath, '/$1/[redacted]')
  if (path.startsWith('/_next/')) return
  log.info(
    {
      requestId: request.headers[requestIdHeader],
      method: request.method,
      path,
      status: response.statusCode,
      milliseconds: Math.round((performance.now() - startedAt) * 10) / 10,
      address: request.headers[addressHeader],
    },
    'request',
  )
}
