import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { createClient } from './testing/http-client.ts'
import { newestTrace } from './testing/sign-in.ts'

/** Sends bytes as they are and returns the head of the answer. */
function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      answer += chunk
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer.split('\r\n\r\n', 1)[0]!))
  })
}

describeOnEachServer('a request that only an attacker sends', (server) => {
  const own = () => `localhost:${server.port}`

  test.each(['GET http://evil.example/', 'GET http://evil.example/sign-in', 'OPTIONS *', 'GET /tenants/%ff'])(
    '%s is answered with 404, without a redirect',
    async (line) => {
      const head = await sendRaw(
        server.port,
        `${line} HTTP/1.1\r\nHost: ${own()}\r\nConnection: close\r\n\r\n`,
      )
      expect(head).toMatch(/^HTTP\/1.1 404 /)
      expect(head).not.toMatch(/^location:/im)
    },
  )

  test('a Host header that holds more than a host does not move the address of the request', async () => {
    for (const host of [
      `x@${own()}`,
      `${own()}/?client_id=other#`,
      `${own()}#`,
      `${own()}\\x`,
      `${own()}?`,
    ]) {
      const head = await sendRaw(
        server.port,
        `GET /api/oauth/authorize?client_id=a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      )
      expect(head, host).toMatch(/^HTTP\/1.1 421 /)
    }
  })

  describe('pages', () => {
    const post = (headers: Record<string, string>, body = 'a=1') =>
      createClient(server.port).post('/sign-in', {
        body,
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })

    test('of another site, sandboxed, or of another scheme or port: 403', async () => {
      const port = server.port
      for (const origin of [
        'https://evil.example',
        'null',
        `https://localhost:${port}`,
        'http://localhost',
        `http://localhost:${port}.evil.example`,
      ])
        expect((await post({ origin })).status, origin).toBe(403)
    })

    test('of our own, and of scripts, which bring no cookies of a person: let through', async () => {
      // There are no pages here; 404 is what stands in for them.
      expect((await post({ origin: `http://localhost:${server.port}` })).status).toBe(404)
      expect((await post({})).status).toBe(404)
    })

    test('a body of 5 MB, or of a length nobody tells, is not read', async () => {
      expect((await post({}, 'a'.repeat(5 * 1024 * 1024))).status).toBe(413)
      expect((await post({ 'transfer-encoding': 'chunked' })).status).toBe(413)
    })
  })
})

describeOnEachServer(
  'behind a proxy that appends ports',
  (server) => {
    test.each([
      ['203.0.113.7:4711', '203.0.113.7'],
      ['[2001:db8::7]:4711', '2001:db8::7'],
      ['[2001:db8::7]', '2001:db8::7'],
      ['2001:db8::7', '2001:db8::7'],
      ['192.0.2.1, 203.0.113.7:1', '203.0.113.7'],
    ])('%s is the address %s', async (forwarded, address) => {
      const headers = { 'x-forwarded-for': forwarded }
      await createClient(server.port).get('/api/oauth/authorize', { headers })
      expect(await newestTrace(server)).toMatchObject({ address })
    })
  },
  { TRUST_PROXY: '1' },
)
