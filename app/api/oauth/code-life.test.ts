import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import {
  type MadeConnection,
  makeConnection,
  newestTrace,
  type Parameters,
  redeem,
  signIn,
} from '#server/testing/sign-in.ts'

const pkce = { code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' }

describeOnEachServer('the life of a code and its token', (server) => {
  let connection: MadeConnection

  beforeAll(async () => {
    connection = await makeConnection(server, 'acme.com')
  })

  const userinfo = (token: string) =>
    createClient(server.port).get('/api/oauth/userinfo', { headers: { authorization: `Bearer ${token}` } })

  const tokenOf = async (code: string) =>
    (await redeem(server, connection, code)).json<{ access_token: string }>().access_token

  test('ten redemptions at the same moment: one gets a token', async () => {
    const { code } = await signIn(server, connection)
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeem(server, connection, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)])
    for (const answer of answers.filter(({ status }) => status === 400)) {
      expect(answer.json()).toMatchObject({ error: 'invalid_grant' })
    }
  })

  test('a code that comes twice ends the token it gave', async () => {
    const { code } = await signIn(server, connection)
    const token = await tokenOf(code)
    expect((await userinfo(token)).status).toBe(200)
    const again = await redeem(server, connection, code)
    expect([again.status, again.json().error]).toEqual([400, 'invalid_grant'])
    expect((await userinfo(token)).status).toBe(401)
    expect(await newestTrace(server)).toMatchObject({
      outcome: 'failure',
      cause: 'code_reused',
      tenant: 'acme.com',
    })
  })

  test('a stranger who redeems a used code ends nothing', async () => {
    const { code } = await signIn(server, connection)
    const token = await tokenOf(code)
    expect((await redeem(server, connection, code, { client_secret: 'guess' })).status).toBe(401)
    expect((await userinfo(token)).status).toBe(200)
  })

  test('five failures burn a code', async () => {
    const { code } = await signIn(server, connection)
    for (let attempt = 1; attempt <= 5; attempt++) {
      expect((await redeem(server, connection, code, { client_secret: `guess ${attempt}` })).status).toBe(401)
    }
    const answer = await redeem(server, connection, code)
    expect([answer.status, answer.json().error]).toEqual([400, 'invalid_grant'])
    expect(await newestTrace(server)).toMatchObject({ cause: 'code_burnt' })
  })

  test('four failures do not', async () => {
    const { code } = await signIn(server, connection)
    for (let attempt = 1; attempt <= 4; attempt++)
      await redeem(server, connection, code, { client_secret: 'guess' })
    expect((await redeem(server, connection, code)).status).toBe(200)
  })

  test('a code lives 60 seconds', async () => {
    const inTime = await signIn(server, connection)
    server.clock.advance(50)
    expect((await redeem(server, connection, inTime.code)).status).toBe(200)
    const late = await signIn(server, connection)
    server.clock.advance(61)
    const answer = await redeem(server, connection, late.code)
    expect([answer.status, answer.json().error]).toEqual([400, 'invalid_grant'])
    expect(await newestTrace(server)).toMatchObject({ cause: 'code_expired' })
  })

  test('an access token lives 300 seconds', async () => {
    const token = await tokenOf((await signIn(server, connection)).code)
    server.clock.advance(285)
    expect((await userinfo(token)).status).toBe(200)
    server.clock.advance(16)
    expect((await userinfo(token)).status).toBe(401)
  })

  test('another redirect_uri than at authorize is refused', async () => {
    const { code } = await signIn(server, connection)
    const answer = await redeem(server, connection, code, { redirect_uri: 'http://localhost:3366/x' })
    expect([answer.status, answer.json().error]).toEqual([400, 'invalid_grant'])
    expect(await newestTrace(server)).toMatchObject({ cause: 'code_redirect_url_mismatch' })
  })

  test.each<[string, Parameters, Parameters]>([
    ['code_client_mismatch', {}, { client_secret: 'guess' }],
    ['code_verifier_unexpected', {}, { code_verifier: 'v'.repeat(43) }],
    ['code_verifier_missing', pkce, {}],
    ['code_verifier_mismatch', pkce, { code_verifier: 'v'.repeat(43) }],
  ])(
    '%s leaves a trace with a sentence, the person and the check that failed',
    async (cause, asked, sent) => {
      const { code } = await signIn(server, connection, asked)
      await redeem(server, connection, code, sent)
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({
        outcome: 'failure',
        cause,
        tenant: 'acme.com',
        product: 'crm',
        email: connection.idp.person.email,
        sentence: expect.stringMatching(/^The .{20,}\.$/),
      })
      expect(trace.checks.filter(({ ok }) => !ok)).toEqual([trace.checks.at(-1)])
    },
  )

  test.each([
    ['grant_type missing', { grant_type: '' }, 400, 'invalid_request'],
    ['another grant_type', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
    ['code missing', { code: '' }, 400, 'invalid_request'],
    ['a code never issued', { code: 'x'.repeat(43) }, 400, 'invalid_grant'],
    ['redirect_uri missing', { redirect_uri: '' }, 400, 'invalid_request'],
    ['client_id missing', { client_id: '' }, 401, 'invalid_client'],
  ])('%s', async (_name, more, status, error) => {
    const { code } = await signIn(server, connection)
    const answer = await redeem(server, connection, code, more as Record<string, string>)
    expect([answer.status, answer.json().error]).toEqual([status, error])
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  test('a parameter that comes twice is refused', async () => {
    const { code } = await signIn(server, connection)
    const form = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'dummy', code })
    form.append('code', code)
    const answer = await createClient(server.port).post('/api/oauth/token', { form })
    expect([answer.status, answer.json().error]).toEqual([400, 'invalid_request'])
  })

  describe('the connection is gone or off', () => {
    let own: MadeConnection
    beforeAll(async () => {
      own = await makeConnection(server, 'ends.example')
    })

    const setDeactivated = (deactivated: boolean) =>
      managementClient(server).send('PATCH', '/api/v1/connections', {
        json: { isSAML: true, clientID: own.clientID, clientSecret: own.clientSecret, deactivated },
      })

    test('deactivated: its codes and tokens stop at once, and begin again', async () => {
      const first = await signIn(server, own)
      const second = await signIn(server, own)
      const token = (await redeem(server, own, first.code)).json<{ access_token: string }>().access_token
      await setDeactivated(true)
      expect((await userinfo(token)).status).toBe(401)
      const answer = await redeem(server, own, second.code)
      expect([answer.status, answer.json().error]).toEqual([400, 'invalid_grant'])
      expect(await newestTrace(server)).toMatchObject({ cause: 'code_connection_deactivated' })
      await setDeactivated(false)
      expect((await userinfo(token)).status).toBe(200)
    })

    test('tenant deleted: its codes and tokens are over', async () => {
      const first = await signIn(server, own)
      const second = await signIn(server, own)
      const token = (await redeem(server, own, first.code)).json<{ access_token: string }>().access_token
      expect((await userinfo(token)).status).toBe(200)
      const deleted = await managementClient(server).send('DELETE', '/api/v1/tenants/ends.example')
      expect(deleted.status).toBe(204)
      expect((await userinfo(token)).status).toBe(401)
      expect((await redeem(server, own, second.code)).status).toBe(400)
    })
  })

  describe('userinfo', () => {
    test('GET, and POST with the token in header or form', async () => {
      const token = await tokenOf((await signIn(server, connection)).code)
      const client = createClient(server.port)
      const bearer = { headers: { authorization: `bearer ${token}` } }
      expect((await client.get('/api/oauth/userinfo', bearer)).status).toBe(200)
      expect((await client.post('/api/oauth/userinfo', bearer)).status).toBe(200)
      expect((await client.post('/api/oauth/userinfo', { form: { access_token: token } })).status).toBe(200)
    })

    test('the token in the query is not taken', async () => {
      const token = await tokenOf((await signIn(server, connection)).code)
      expect((await createClient(server.port).get(`/api/oauth/userinfo?access_token=${token}`)).status).toBe(
        401,
      )
    })

    test.each([undefined, 'Bearer', 'Bearer x', 'Basic ZHVtbXk6ZHVtbXk=', `Bearer ${'y'.repeat(43)}`])(
      '401 with WWW-Authenticate for %j',
      async (authorization) => {
        const answer = await createClient(server.port).get('/api/oauth/userinfo', {
          headers: authorization ? { authorization } : {},
        })
        expect(answer.status).toBe(401)
        expect(answer.headers['www-authenticate']).toMatch(/^Bearer /)
        expect(answer.json()).toMatchObject({ error: 'invalid_token' })
      },
    )
  })

  test('neither code nor token is in the database, only their hashes', async () => {
    const { code } = await signIn(server, connection)
    const token = await tokenOf(code)
    const hash = (value: string) => createHash('sha256').update(value).digest('base64url')
    const grants = await server.house.db.grant.findMany({ where: { codeHash: hash(code) } })
    expect(grants).toHaveLength(1)
    expect(JSON.stringify(grants)).not.toContain(code)
    const tokens = await server.house.db.accessToken.findMany({ where: { tokenHash: hash(token) } })
    expect(tokens).toHaveLength(1)
  })
})
