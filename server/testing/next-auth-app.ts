import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Visit, WebBrowser } from './web-browser.ts'

/** What both generations of next-auth are given, in the shape each of them knows. */
export type WebHandler = (request: Request) => Promise<Response>
export type ApiRequest = IncomingMessage & {
  query: Record<string, unknown>
  cookies: Record<string, string>
  body: Record<string, string> | undefined
}
export type ApiResponse = ServerResponse & {
  status(code: number): ApiResponse
  json(body: unknown): void
  send(body?: string | object): void
}
export type ApiHandler = (request: ApiRequest, response: ApiResponse) => Promise<unknown>

/** An application on a port of its own, whose /api/auth is answered by the handler. */
export type AuthApp = { origin: string; stop(): Promise<void> }

/** What a person does who clicks "Sign in" at such an application; it leads away to the provider. */
export async function beginSignIn(
  browser: WebBrowser,
  { origin }: AuthApp,
  provider: string,
): Promise<Visit> {
  const { csrfToken } = (await browser.get(`${origin}/api/auth/csrf`)).json() as { csrfToken: string }
  const form = { csrfToken, callbackUrl: `${origin}/welcome` }
  return browser.post(`${origin}/api/auth/signin/${provider}`, form)
}

/** For handlers of Web requests (Auth.js). */
export async function startWebApp(handler: () => WebHandler): Promise<AuthApp> {
  return start(async (incoming, outgoing, origin) => {
    const body = await readBody(incoming)
    const headers = new Headers(
      Object.entries(incoming.headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)] as [string, string]],
      ),
    )
    const request = new Request(`${origin}${incoming.url}`, {
      method: incoming.method,
      headers,
      ...(body && { body }),
    })
    const answer = await handler()(request)
    const plain = [...answer.headers].filter(([name]) => name !== 'set-cookie')
    for (const [name, value] of plain) outgoing.setHeader(name, value)
    outgoing.setHeader('set-cookie', answer.headers.getSetCookie())
    outgoing.writeHead(answer.status).end(await answer.text())
  })
}

/** For handlers of the pages router (next-auth 4), with what Next adds to request and response. */
export async function startApiApp(handler: () => ApiHandler): Promise<AuthApp> {
  return start(async (incoming, outgoing, origin) => {
    const url = new URL(incoming.url ?? '/', origin)
    const body = await readBody(incoming)
    const pairs = (incoming.headers.cookie ?? '').split('; ').filter(Boolean)
    const request = Object.assign(incoming, {
      query: { ...Object.fromEntries(url.searchParams), nextauth: url.pathname.split('/').slice(3) },
      cookies: Object.fromEntries(pairs.map((pair) => readCookie(pair))),
      body: body ? Object.fromEntries(new URLSearchParams(body)) : undefined,
    })
    const response: ApiResponse = Object.assign(outgoing, {
      status(code: number) {
        outgoing.statusCode = code
        return response
      },
      json: (value: unknown) => void outgoing.end(JSON.stringify(value)),
      send: (value?: string | object) =>
        void outgoing.end(typeof value === 'object' ? JSON.stringify(value) : value),
    })
    await handler()(request, response)
  })
}

async function start(
  answer: (incoming: IncomingMessage, outgoing: ServerResponse, origin: string) => Promise<void>,
): Promise<AuthApp> {
  const server = createServer((incoming, outgoing) => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://localhost')
    if (!pathname.startsWith('/api/auth/')) return void outgoing.end('the application')
    answer(incoming, outgoing, `http://${incoming.headers.host}`).catch((thrown) => {
      outgoing.writeHead(500).end(String(thrown?.stack ?? thrown))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function readCookie(pair: string): [string, string] {
  const at = pair.indexOf('=')
  return [pair.slice(0, at), decodeURIComponent(pair.slice(at + 1))]
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
