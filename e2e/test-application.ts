import { createHash, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A product of the organization: a web application that signs people in by OAuth 2.0, written with nothing but fetch. */
export type TestApplication = {
  /** Where people begin: `{url}/sign-in?tenant=…&product=…`, with `state` and `return_to_params` of their own if they like. */
  url: string
  redirectUrl: string
  stop(): Promise<void>
}

type Pending = { verifier: string; state: string; client: string; params: string | null }

/** Starts it on a free port of 127.0.0.1. `issuer` is the server under test. */
export async function startTestApplication(issuer: string): Promise<TestApplication> {
  let pending: Pending | undefined
  let url = ''
  const server = createServer(async (incoming, outgoing) => {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://application.invalid')
    if (pathname === '/sign-in') {
      pending = begin(searchParams)
      outgoing.writeHead(302, { location: authorizeUrl(issuer, pending, `${url}/callback`) }).end()
    } else if (pathname === '/callback') {
      await show(outgoing, () => finish(issuer, searchParams, pending, `${url}/callback`))
    } else {
      notFound(incoming, outgoing)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    redirectUrl: `${url}/callback`,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function begin(parameters: URLSearchParams): Pending {
  return {
    verifier: randomBytes(32).toString('base64url'),
    state: parameters.get('state') ?? randomBytes(16).toString('base64url'),
    params: parameters.get('return_to_params'),
    client: new URLSearchParams({
      tenant: parameters.get('tenant') ?? '',
      product: parameters.get('product') ?? '',
    }).toString(),
  }
}

function authorizeUrl(
  issuer: string,
  { verifier, state, client, params }: Pending,
  redirectUrl: string,
): string {
  const challenge = createHash('sha256').update(verifier).digest('base64url')
  return `${issuer}/api/oauth/authorize?${new URLSearchParams({
    response_type: 'code',
    client_id: client,
    redirect_uri: redirectUrl,
    state,
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...(params !== null && { return_to_params: params }),
  })}`
}

/** Takes the answer as RFC 6749 §4.1.2, RFC 7636 and RFC 9207 say, and returns the profile or the error. */
async function finish(
  issuer: string,
  answer: URLSearchParams,
  pending: Pending | undefined,
  redirectUrl: string,
): Promise<{ title: string; value: unknown }> {
  if (!pending || answer.get('state') !== pending.state) throw new Error('state does not match')
  if (answer.get('iss') !== issuer) throw new Error(`iss is ${answer.get('iss')}`)
  if (answer.has('error')) return { title: 'Not signed in', value: Object.fromEntries(answer) }
  const token = await fetch(`${issuer}/api/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: pending.client,
      client_secret: 'dummy',
      code: answer.get('code') ?? '',
      redirect_uri: redirectUrl,
      code_verifier: pending.verifier,
    }),
  })
  const { access_token } = (await token.json()) as { access_token?: string }
  if (!access_token) throw new Error(`the token endpoint answered ${token.status}`)
  const userinfo = await fetch(`${issuer}/api/oauth/userinfo`, {
    headers: { authorization: `Bearer ${access_token}` },
  })
  return { title: 'Welcome', value: await userinfo.json() }
}

async function show(
  outgoing: ServerResponse,
  run: () => Promise<{ title: string; value: unknown }>,
): Promise<void> {
  const { title, value } = await run().catch((thrown: Error) => ({ title: 'Broken', value: thrown.message }))
  const text = JSON.stringify(value, null, 2).replaceAll('<', '\\u003c')
  outgoing
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end(
      `<!doctype html><title>${title}</title><link rel="icon" href="data:,"><h1>${title}</h1><pre>${text}</pre>`,
    )
}

function notFound(_incoming: IncomingMessage, outgoing: ServerResponse): void {
  outgoing.writeHead(404).end()
}
