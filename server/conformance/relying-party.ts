import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { escapeHtml } from '#lib/base/encoding.ts'

/** A request that reached the relying party. */
export type Arrival = {
  method: string
  path: string
  contentType: string | undefined
  query: URLSearchParams
  form: URLSearchParams
}

/**
 * The application of the tests, on a port of loopback: browsers are sent to it, providers call it. It notes what comes,
 * and has a page for each form that a browser is to send from another site.
 */
export type RelyingParty = {
  origin: string
  /** What came to a path so far. */
  arrivals(path: string): Arrival[]
  /** Resolves with the first request to a path, once it is there. */
  arrivalAt(path: string): Promise<Arrival>
  /** The address of a page that posts `fields` to `action`. */
  offerForm(action: string, fields: Record<string, string>): string
  close(): Promise<void>
}

export async function startRelyingParty(): Promise<RelyingParty> {
  const noted: Arrival[] = []
  const waiting: { path: string; resolve(arrival: Arrival): void }[] = []
  const forms: string[] = []
  const server = createServer(async (request, response) => {
    const arrival = await readArrival(request)
    const form = forms[Number(arrival.query.get('form') ?? -1)]
    response.setHeader('content-type', 'text/html; charset=utf-8')
    if (form) return response.end(form)
    noted.push(arrival)
    for (const { path, resolve } of waiting) if (path === arrival.path) resolve(arrival)
    // Back-channel logout wants it (OpenID Connect Back-Channel Logout §2.8).
    response.setHeader('cache-control', 'no-store')
    return response.end('<h1>The application</h1>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const arrivals = (path: string) => noted.filter((arrival) => arrival.path === path)
  return {
    origin,
    arrivals,
    arrivalAt(path) {
      const [first] = arrivals(path)
      return first ? Promise.resolve(first) : new Promise((resolve) => waiting.push({ path, resolve }))
    },
    offerForm(action, fields) {
      const inputs = Object.entries(fields).map(
        ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
      )
      forms.push(`<form method="post" action="${action}">${inputs.join('')}</form>`)
      return `${origin}/forms?form=${forms.length - 1}`
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

async function readArrival(request: IncomingMessage): Promise<Arrival> {
  const url = new URL(request.url ?? '/', 'http://application.example')
  return {
    method: request.method ?? '',
    path: url.pathname,
    contentType: request.headers['content-type'],
    query: url.searchParams,
    form: new URLSearchParams(await text(request)),
  }
}
