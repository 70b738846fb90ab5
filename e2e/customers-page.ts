import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SignJWT } from 'jose'

/** A login page as a customer builds one: its own form, and a JWT library. Nothing of Vestibule's is in it. */
export type CustomersPage = {
  ssoUrl: string
  /** What its developer was handed; until then it signs nobody in. */
  configure(settings: { returnTo: string; secret: string; audience: string }): void
  stop(): Promise<void>
}

type Settings = Parameters<CustomersPage['configure']>[0]

/** Starts it on a free port of 127.0.0.1, another site than the server under test. */
export async function startCustomersPage(): Promise<CustomersPage> {
  let settings: Settings | undefined
  const server = createServer(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://customer.invalid')
    if (pathname === '/sso') {
      outgoing.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(form(searchParams))
    } else if (pathname === '/signed-in' && settings) {
      outgoing.writeHead(302, { location: await returnUrl(settings, searchParams) }).end()
    } else {
      outgoing.writeHead(404).end()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    ssoUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sso?brand=acme`,
    configure: (given) => {
      settings = given
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function form(asked: URLSearchParams): string {
  const hidden = ['return_to_path', 'return_to_params'].map(
    (name) => `<input type="hidden" name="${name}" value="${escapeHtml(asked.get(name) ?? '')}">`,
  )
  return `<!doctype html><title>Acme</title><link rel="icon" href="data:,"><h1>Acme intranet</h1>
<form action="/signed-in"><label>Name <input name="name"></label>${hidden.join('')}<button>Enter</button></form>`
}

const escapeHtml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

async function returnUrl({ returnTo, secret, audience }: Settings, asked: URLSearchParams): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  const name = asked.get('name') ?? ''
  const data = { email: `${name}@acme.example`, id: name, tags: { Department: 'Sales' } }
  const token = await new SignJWT({ data, iat: now, nbf: now - 180, exp: now + 300, aud: audience })
    .setProtectedHeader({ alg: 'HS512' })
    .setJti(crypto.randomUUID())
    .sign(new TextEncoder().encode(secret))
  const params = asked.get('return_to_params')
  return `${returnTo}/${asked.get('return_to_path')}?sso_jwt=${token}${params ? `&${params}` : ''}`
}
