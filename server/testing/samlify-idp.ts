/**
 * An identity provider made of other people's software: samlify's IdP half, as a process of its own with a key of its
 * own. Only the page on which a person signs in and what stands in for its admin console are written here.
 *
 *   node server/testing/samlify-idp.ts <host>    prints {"url": "http://<host>:<port>"} when it is ready; it listens on
 *                                                 127.0.0.1, and the host is what it calls itself
 *
 *   GET  /metadata            its metadata; its entityID is this address
 *   GET, POST /sso            the login page (SAML bindings HTTP-Redirect and HTTP-POST)
 *   POST /sso/sign-in         the answer: a page that posts it on, or JSON where JSON is accepted
 *   GET  /launch?user=        somebody clicks the application's icon in its portal: an answer nobody asked for
 *   GET  /logout?user=        somebody signs out in its portal: it asks the application to do the same
 *                             (&binding=redirect|post, &everywhere=1 for all sessions)
 *   GET, POST /slo            logout messages of the application
 *   PUT  /application         {entityId, acsUrl, certificate?, sign?: "assertion" | "message" | "both", encrypt?,
 *                              metadata?, logoutBindings?}
 *   POST /key                 replaces key and certificate
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { escapeHtml } from '#lib/base/encoding.ts'
import {
  type Application,
  type Binding,
  createSamlifyProvider,
  type Onward,
  type SamlifyProvider,
} from './samlify-provider.ts'

type Answer = { status: number; type: string; body: string; location?: string }

const server = createServer(async (incoming, outgoing) => {
  try {
    send(outgoing, await answer(incoming))
  } catch (thrown) {
    send(outgoing, page(400, 'Sign-in failed', `<p role="alert">${escapeHtml(String(thrown))}</p>`))
  }
})

let provider: SamlifyProvider

server.listen(0, '127.0.0.1', () => {
  const url = `http://${process.argv[2] ?? '127.0.0.1'}:${(server.address() as AddressInfo).port}`
  provider = createSamlifyProvider(url)
  console.log(JSON.stringify({ url }))
})
process.once('SIGTERM', () => process.exit(0))
process.once('disconnect', () => process.exit(0))

async function answer(incoming: IncomingMessage): Promise<Answer> {
  const url = new URL(incoming.url ?? '/', 'http://idp.invalid')
  const body = await readBody(incoming)
  switch (`${incoming.method} ${url.pathname}`) {
    case 'GET /metadata':
      return { status: 200, type: 'application/samlmetadata+xml', body: provider.metadata() }
    case 'GET /sso':
      return renderLogin(await provider.receive('redirect', url.search.slice(1)))
    case 'POST /sso':
      return renderLogin(await provider.receive('post', body))
    case 'POST /sso/sign-in':
      return signIn(incoming, new URLSearchParams(body))
    case 'GET /launch':
      return launch(url.searchParams)
    case 'GET /logout':
      return logOut(url.searchParams)
    case 'GET /slo':
      return receiveLogout('redirect', url.search.slice(1))
    case 'POST /slo':
      return receiveLogout('post', body)
    case 'PUT /application':
      provider.configure(JSON.parse(body) as Application)
      return json({})
    case 'POST /key':
      provider.replaceKey()
      return json({})
    default:
      return page(404, 'Not found', '')
  }
}

function renderLogin({ request, relayState }: { request: string; relayState: string }): Answer {
  return page(
    200,
    'Sign in to Globex',
    `<form method="post" action="/sso/sign-in">
<input type="hidden" name="request" value="${escapeHtml(request)}">
<input type="hidden" name="RelayState" value="${escapeHtml(relayState)}">
<label>User name <input name="user" autocomplete="username" required></label>
<button type="submit">Sign in</button>
</form>`,
  )
}

async function signIn(incoming: IncomingMessage, form: URLSearchParams): Promise<Answer> {
  const { acsUrl, response } = await provider.respond(form.get('request') ?? '', form.get('user') ?? '')
  const fields = { SAMLResponse: response, RelayState: form.get('RelayState') ?? '' }
  if (incoming.headers.accept === 'application/json') return json({ acsUrl, ...fields })
  return goOn({ url: acsUrl, fields })
}

async function launch(query: URLSearchParams): Promise<Answer> {
  const { acsUrl, response } = await provider.respond(null, query.get('user') ?? '')
  const relayState = query.get('RelayState')
  return goOn({
    url: acsUrl,
    fields: { SAMLResponse: response, ...(relayState && { RelayState: relayState }) },
  })
}

async function logOut(query: URLSearchParams): Promise<Answer> {
  const binding = (query.get('binding') ?? 'redirect') as Binding
  return goOn(await provider.requestLogout(query.get('user') ?? '', binding, query.has('everywhere')))
}

async function receiveLogout(binding: Binding, raw: string): Promise<Answer> {
  const received = await provider.receiveLogout(binding, raw)
  if (received.kind === 'request') return goOn(received.onward)
  return page(200, 'Signed out of Globex', `<pre>${escapeHtml(received.content)}</pre>`)
}

/** Sends the browser on: by redirect, or by a form that posts itself. */
function goOn({ url, fields }: Onward): Answer {
  if (!fields) return { status: 302, type: 'text/plain', body: '', location: url }
  const inputs = Object.entries(fields).map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  )
  return page(
    200,
    'One moment',
    `<form method="post" action="${escapeHtml(url)}">
${inputs.join('\n')}
<button type="submit">Continue</button>
</form>
<script>document.forms[0].submit()</script>`,
  )
}

function page(status: number, title: string, body: string): Answer {
  const head = `<meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">`
  return {
    status,
    type: 'text/html; charset=utf-8',
    body: `<!doctype html><html lang="en"><head>${head}</head><body><h1>${title}</h1>${body}</body></html>`,
  }
}

function json(value: object): Answer {
  return { status: 200, type: 'application/json', body: JSON.stringify(value) }
}

function send(outgoing: ServerResponse, { status, type, body, location }: Answer): void {
  const headers = { 'content-type': type, 'cache-control': 'no-store', ...(location && { location }) }
  outgoing.writeHead(status, headers).end(body)
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}
