import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseOutboundAllowance } from './outbound-addresses.ts'
import { createSafeFetch } from './safe-fetch.ts'

/** 127.66.0.0/16 stands for an internal network: reachable on this machine, and not allowed. */
let allowed: Server
let forbidden: Server
let allowedOrigin: string
let forbiddenOrigin: string
let forbiddenRequests = 0
const seen: { path: string; headers: Record<string, unknown> }[] = []

const answers: Record<string, RequestListener> = {
  '/ok': (_request, response) => response.end('fine'),
  '/moved': (_request, response) => response.writeHead(302, { location: '/ok' }).end(),
  '/loop': (_request, response) => response.writeHead(302, { location: '/loop' }).end(),
  '/inside': (_request, response) => response.writeHead(302, { location: `${forbiddenOrigin}/secret` }).end(),
  '/to-file': (_request, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/to-user': (_request, response) => response.writeHead(302, { location: 'http://a:b@127.0.0.1/' }).end(),
  '/nonsense': (_request, response) => response.writeHead(302, { location: 'http://[' }).end(),
  '/large': (_request, response) => {
    response.on('error', () => {})
    for (let index = 0; index < 40; index++) response.write(Buffer.alloc(65_536))
    response.end()
  },
  '/slow': (_request, response) => void response.write('x'),
  '/error': (_request, response) => response.writeHead(503).end('down'),
}

beforeAll(async () => {
  allowed = createServer((request, response) => {
    seen.push({ path: request.url!, headers: request.headers })
    answers[request.url!]?.(request, response)
  })
  forbidden = createServer((_request, response) => {
    forbiddenRequests++
    response.end('secret')
  })
  allowedOrigin = await listen(allowed, '127.0.0.1')
  forbiddenOrigin = await listen(forbidden, '127.66.0.1')
})

afterAll(() => {
  for (const server of [allowed, forbidden]) {
    server.closeAllConnections()
    server.close()
  }
})

const names: Record<string, string[]> = {
  'good.test': ['127.0.0.1'],
  'inside.test': ['127.66.0.1'],
  'both.test': ['127.0.0.1', '127.66.0.1'],
  'metadata.test': ['169.254.169.254'],
  'empty.test': [],
}
const resolve = async (hostname: string) => {
  const addresses = names[hostname]
  if (!addresses) throw new Error(`ENOTFOUND ${hostname}`)
  return addresses
}
const fetch = createSafeFetch(parseOutboundAllowance(['127.0.0.1/32']), resolve)
const portOf = (origin: string) => new URL(origin).port

describe('what goes out', () => {
  test('an allowed loopback address by http, by number and by name', async () => {
    expect(await fetch(`${allowedOrigin}/ok`)).toMatchObject({ status: 200, text: 'fine' })
    const named = await fetch(`http://good.test:${portOf(allowedOrigin)}/ok`)
    expect(named.text).toBe('fine')
    expect(seen.at(-1)?.headers.host).toBe(`good.test:${portOf(allowedOrigin)}`)
  })

  test('redirects are followed where each step may be reached', async () => {
    expect(await fetch(`${allowedOrigin}/moved`)).toMatchObject({ status: 200, url: `${allowedOrigin}/ok` })
  })

  test('a status of failure is an answer', async () => {
    expect(await fetch(`${allowedOrigin}/error`)).toMatchObject({ status: 503, text: 'down' })
  })

  test('a host allowed by name', async () => {
    const byName = createSafeFetch(parseOutboundAllowance(['inside.test']), resolve)
    expect((await byName(`http://inside.test:${portOf(forbiddenOrigin)}/`)).text).toBe('secret')
    forbiddenRequests = 0
  })
})

describe('what does not', () => {
  test.each<[string, () => string]>([
    ['a private address', () => `${forbiddenOrigin}/secret`],
    ['a name that leads there', () => `http://inside.test:${portOf(forbiddenOrigin)}/`],
    ['a name of which one address is private', () => `http://both.test:${portOf(allowedOrigin)}/ok`],
    ['the metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a name for the metadata of a cloud', () => 'https://metadata.test/'],
    ['IPv4 mapped into IPv6', () => `http://[::ffff:127.66.0.1]:${portOf(forbiddenOrigin)}/`],
    ['a number that is an address', () => `http://2135031809:${portOf(forbiddenOrigin)}/`],
    ['an octal address', () => `http://0177.66.0.1:${portOf(forbiddenOrigin)}/`],
    ['a redirect to a private address', () => `${allowedOrigin}/inside`],
    ['a public address by http', () => 'http://1.1.1.1/'],
    ['another scheme', () => 'file:///etc/passwd'],
    ['gopher', () => `gopher://127.0.0.1:${portOf(allowedOrigin)}/`],
    ['a redirect to another scheme', () => `${allowedOrigin}/to-file`],
    ['user and password', () => 'https://a:b@acme.example/'],
    ['a redirect with user and password', () => `${allowedOrigin}/to-user`],
    ['a redirect to no address', () => `${allowedOrigin}/nonsense`],
    ['a circle of redirects', () => `${allowedOrigin}/loop`],
    ['a name without addresses', () => 'https://empty.test/'],
    ['an unknown name', () => 'https://unknown.test/'],
    ['no URL', () => 'nonsense'],
  ])('%s', async (_name, url) => {
    const failure = await fetch(url()).catch((thrown) => thrown)
    expect(failure).toMatchObject({ name: 'VestibuleError', code: 'invalid_request' })
    expect(failure.message).toMatch(/\.$/)
    expect(forbiddenRequests).toBe(0)
  })

  test('more bytes than allowed', async () => {
    await expect(fetch(`${allowedOrigin}/large`)).rejects.toThrow('sent more than 1024 KB')
    await expect(fetch(`${allowedOrigin}/ok`, { maxBytes: 3 })).rejects.toThrow('sent more than')
  })

  test('an answer that never ends', async () => {
    await expect(fetch(`${allowedOrigin}/slow`, { timeoutSeconds: 0.2 })).rejects.toThrow(
      'did not answer in time',
    )
  })

  test('a redirect after a POST is not followed', async () => {
    await expect(fetch(`${allowedOrigin}/moved`, { method: 'POST', body: 'x' })).rejects.toThrow('redirect')
  })

  test('the name is resolved once: a second answer of the resolver cannot change the target', async () => {
    let asked = 0
    const rebinding = createSafeFetch(parseOutboundAllowance(['127.0.0.1/32']), async () => {
      asked++
      return asked === 1 ? ['127.0.0.1'] : ['127.66.0.1']
    })
    expect((await rebinding(`http://rebind.test:${portOf(allowedOrigin)}/ok`)).text).toBe('fine')
    expect(asked).toBe(1)
    expect(forbiddenRequests).toBe(0)
  })

  test('neither cookies nor a referrer nor an address of ours are sent', async () => {
    await fetch(`${allowedOrigin}/ok`)
    expect(Object.keys(seen.at(-1)!.headers).sort()).toEqual([
      'accept-encoding',
      'connection',
      'host',
      'user-agent',
    ])
  })
})

async function listen(server: Server, host: string): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return `http://${host}:${(server.address() as AddressInfo).port}`
}
