import { createHmac } from 'node:crypto'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Answer, createBrowser, createClient } from '#server/testing/http-client.ts'
import {
  beginJwt,
  comeBack,
  type JwtConnection,
  makeJwtConnection,
  signToken,
} from '#server/testing/jwt-sign-in.ts'
import {
  authorizeParameters,
  begin,
  makeConnection,
  newestTrace,
  redeem,
  redirectUrl,
} from '#server/testing/sign-in.ts'

describeOnEachServer(
  'security 21: sign-in by JWT',
  (server) => {
    let acme: JwtConnection
    let open: JwtConnection

    beforeAll(async () => {
      acme = await makeJwtConnection(server, 'acme')
      open = await makeJwtConnection(server, 'open', { allowUnsolicited: true })
    })
    beforeEach(() => server.house.db.seenAssertion.deleteMany())

    const isSignedIn = (answer: Answer) => answer.status === 303 && answer.location().searchParams.has('code')
    const unasked = (token: string, place = open.clientID, browser = createBrowser(server.port)) =>
      browser.get(`/i/${place}?sso_jwt=${token}`)

    /** The refusal is a page, at an address without the token. */
    async function refused(answer: Answer, cause: string, status: number) {
      const trace = await newestTrace(server)
      expect(trace.cause).toBe(cause)
      expect(answer.location().pathname).toBe('/i/refused')
      const page = await createClient(server.port).get(answer.location().href.slice(server.url.length))
      expect(page.status).toBe(status)
      expect(page.text).toContain(trace.id)
    }

    describe('a token works once', () => {
      test('the same one ten times at once, each in a sign-in of its own: one person gets in', async () => {
        const token = signToken(server, acme)
        const begun = await Promise.all(Array.from({ length: 10 }, () => beginJwt(server, acme)))
        const answers = await Promise.all(begun.map((one) => comeBack(one, token)))
        expect(answers.filter(isSignedIn)).toHaveLength(1)
        const again = await comeBack(await beginJwt(server, acme), token)
        expect(isSignedIn(again)).toBe(false)
        expect((await newestTrace(server)).cause).toBe('jwt_replayed')
      })

      test('the same address ten times at once', async () => {
        const begun = await beginJwt(server, acme)
        const token = signToken(server, acme)
        const answers = await Promise.all(Array.from({ length: 10 }, () => comeBack(begun, token)))
        expect(answers.filter(isSignedIn)).toHaveLength(1)
      })

      test('unasked, ten times at once', async () => {
        const token = signToken(server, open)
        const answers = await Promise.all(Array.from({ length: 10 }, () => unasked(token)))
        expect(answers.filter(isSignedIn)).toHaveLength(1)
        await refused(await unasked(token), 'jwt_replayed', 403)
      })

      test('it is remembered until it is refused for its age, and not for longer', async () => {
        const token = signToken(server, acme)
        await comeBack(await beginJwt(server, acme), token)
        const [seen] = await server.house.db.seenAssertion.findMany()
        const { exp } = JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
        expect(seen!.expiresAt.getTime()).toBe((exp + 1) * 1000)
      })
    })

    describe('a token counts at one connection', () => {
      test('not one of another tenant, even for the same audience and with the same person', async () => {
        const other = await makeJwtConnection(server, 'globex')
        expect(other.jwt.audience).toBe(acme.jwt.audience)
        const answer = await comeBack(await beginJwt(server, acme), signToken(server, other))
        expect(answer.location().searchParams.get('error')).toBe('access_denied')
        expect(await newestTrace(server)).toMatchObject({ cause: 'jwt_signature_invalid', tenant: 'acme' })
      })

      test('not in a sign-in another browser began', async () => {
        const begun = await beginJwt(server, acme)
        const thief = createBrowser(server.port)
        await refused(
          await comeBack({ ...begun, browser: thief }, signToken(server, acme)),
          'login_cookie_missing',
          400,
        )
        const { browser } = await beginJwt(server, acme)
        await refused(
          await comeBack({ ...begun, browser }, signToken(server, acme)),
          'login_other_browser',
          400,
        )
        expect(isSignedIn(await comeBack(begun, signToken(server, acme)))).toBe(true)
      })

      test('not in a sign-in of a connection of another kind', async () => {
        const saml = await makeConnection(server, 'initech')
        const begun = await begin(server, authorizeParameters(saml))
        const answer = await begun.browser.get(`/i/${begun.relayState}?sso_jwt=${signToken(server, acme)}`)
        expect(isSignedIn(answer)).toBe(false)
      })

      test('not after it was deactivated, or too late', async () => {
        const late = await beginJwt(server, acme)
        server.clock.advance(16 * 60)
        await refused(await comeBack(late, signToken(server, acme)), 'login_expired', 400)
        const begun = await beginJwt(server, acme)
        await server.house.db.connection.updateMany({
          where: { clientId: acme.clientID },
          data: { active: false },
        })
        expect(isSignedIn(await comeBack(begun, signToken(server, acme)))).toBe(false)
        expect((await newestTrace(server)).cause).toBe('login_connection_deactivated')
        await server.house.db.connection.updateMany({
          where: { clientId: acme.clientID },
          data: { active: true },
        })
      })

      test('sso_jwt twice is neither of them', async () => {
        const begun = await beginJwt(server, acme)
        const params = `sso_jwt=${signToken(server, acme)}`
        expect(isSignedIn(await comeBack({ ...begun, params }, signToken(server, acme)))).toBe(false)
        expect((await newestTrace(server)).cause).toBe('jwt_repeated')
      })
    })

    test('the algorithm is ours to say: keys in the header, and every other algorithm with the right secret, are refused', async () => {
      const now = Math.floor(server.clock.now().getTime() / 1000)
      const payload = {
        data: { email: 'a@acme.example' },
        iat: now,
        nbf: now - 180,
        exp: now + 300,
        aud: acme.jwt.audience,
      }
      const own = 'k'.repeat(64)
      const jwk = { kty: 'oct', k: Buffer.from(own).toString('base64url') }
      const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const forge = (header: object, key: string, hash: string) => {
        const signed = `${encode(header)}.${encode(payload)}`
        return `${signed}.${hash ? createHmac(hash, key).update(signed).digest('base64url') : ''}`
      }
      const { secret } = acme.jwt
      for (const [token, cause] of [
        [forge({ alg: 'HS512', jwk }, own, 'sha512'), 'jwt_signature_invalid'],
        [forge({ alg: 'HS512', kid: '../../dev/null' }, '', 'sha512'), 'jwt_signature_invalid'],
        [
          forge({ alg: 'HS512' }, Buffer.from(secret, 'base64url').toString('latin1'), 'sha512'),
          'jwt_signature_invalid',
        ],
        [forge({ alg: 'none' }, '', ''), 'jwt_unsigned'],
        [forge({ alg: 'HS512' }, '', ''), 'jwt_signature_invalid'],
        [forge({ alg: 'HS256' }, secret, 'sha256'), 'jwt_weaker_hmac'],
        [forge({ alg: 'HS384' }, secret, 'sha384'), 'jwt_weaker_hmac'],
        [forge({ alg: 'RS512' }, secret, 'sha512'), 'jwt_public_key_algorithm'],
      ] as const) {
        expect(isSignedIn(await comeBack(await beginJwt(server, acme), token))).toBe(false)
        expect((await newestTrace(server)).cause).toBe(cause)
      }
    })

    describe('sign-ins nobody asked for', () => {
      test('go to the default redirect URL where the connection allows them, and say what they are', async () => {
        const answer = await unasked(signToken(server, open))
        expect(isSignedIn(answer)).toBe(true)
        expect(answer.location().href.startsWith(`${redirectUrl}?code=`)).toBe(true)
        expect([...answer.location().searchParams.keys()]).toEqual(['code', 'iss'])
        const token = await redeem(server, open, answer.location().searchParams.get('code')!)
        const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
          headers: { authorization: `Bearer ${token.json().access_token}` },
        })
        expect(userinfo.json()).toMatchObject({ requested: { isIdPFlow: true, tenant: 'open' } })
      })

      test('are refused where it does not', async () => {
        await refused(
          await unasked(signToken(server, acme), acme.clientID),
          'login_unsolicited_not_allowed',
          403,
        )
      })

      test('count for the connection of the address alone', async () => {
        await refused(await unasked(signToken(server, acme)), 'jwt_signature_invalid', 403)
      })

      test.each([
        'nobody',
        'A'.repeat(43),
        'A'.repeat(27),
        '%00',
        '%2F%2Fevil.example',
        '%5C%5Cevil.example',
        'https%3A%2F%2Fevil.example',
        'x%0D%0ALocation:%20https:%2F%2Fevil.example',
        '%E2%80%AE',
      ])('at the address of nobody, %s, lead nowhere', async (place) => {
        const answer = await unasked(signToken(server, open), place)
        expect(answer.location().href).toMatch(new RegExp(`^${server.url}/i/refused\\?`))
        expect((await newestTrace(server)).cause).toMatch(/^login_(unsolicited|unknown)$/)
      })

      test('at the address of a connection of another kind are those of nobody', async () => {
        const saml = await makeConnection(server, 'hooli', { allowUnsolicited: true })
        await refused(await unasked(signToken(server, open), saml.clientID), 'login_unsolicited', 400)
      })
    })

    test('the page of a refusal says nothing that somebody put into its address', async () => {
      const query = new URLSearchParams({
        reason: '<b>x',
        reference: '"><script>alert(1)</script>',
        message: 'evil',
      })
      const page = await createClient(server.port).get(`/i/refused?${query}`)
      expect(page.status).toBe(400)
      expect(page.text).not.toMatch(/<script|<b>|evil/)
    })

    describe('two secrets during an exchange', () => {
      const secretsOf = ({ clientID }: JwtConnection) => `/api/v1/connections/${clientID}/jwt-secrets`

      test('both are valid until one is deleted; which was used, and when, is told', async () => {
        const one = await makeJwtConnection(server, 'rotating')
        const management = managementClient(server)
        const { secret, id } = (await management.post(secretsOf(one), { json: {} })).json<{
          secret: string
          id: string
        }>()
        const newer = { ...one, jwt: { ...one.jwt, secret } }
        const signIn = async (by: JwtConnection) =>
          isSignedIn(await comeBack(await beginJwt(server, one), signToken(server, by)))
        expect(await signIn(newer)).toBe(true)
        const list = async () =>
          (await management.get(secretsOf(one))).json<{
            data: { id: string; hint: string; lastUsedAt: string | null }[]
          }>().data
        expect(await list()).toMatchObject([
          { hint: one.jwt.secret.slice(-4), lastUsedAt: null },
          { id, hint: secret.slice(-4), lastUsedAt: expect.any(String) },
        ])
        server.clock.advance(5)
        expect(await signIn(one)).toBe(true)
        const [older] = await list()
        expect(older!.lastUsedAt).not.toBeNull()
        expect((await management.send('DELETE', `${secretsOf(one)}/${older!.id}`)).status).toBe(204)
        server.clock.advance(5)
        expect(await signIn(one)).toBe(false)
        expect(await signIn(newer)).toBe(true)
      })

      test('there are never three, and never none, however many ask at once', async () => {
        const one = await makeJwtConnection(server, 'busy')
        const management = managementClient(server)
        const made = await Promise.all(
          Array.from({ length: 8 }, () => management.post(secretsOf(one), { json: {} })),
        )
        expect(made.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
        const { data } = (await management.get(secretsOf(one))).json<{ data: { id: string }[] }>()
        const ended = await Promise.all(
          data.map(({ id }) => management.send('DELETE', `${secretsOf(one)}/${id}`)),
        )
        expect(ended.map(({ status }) => status).sort()).toEqual([204, 409])
      })
    })

    test('tokens and secrets stand in no log, trace, audit event, page or header', async () => {
      const one = await makeJwtConnection(server, 'quiet', { allowUnsolicited: true })
      const other = await makeJwtConnection(server, 'loud')
      const tokens = [
        signToken(server, one),
        signToken(server, one, { aud: 'x' }),
        signToken(server, other),
        `${signToken(server, one)}.x`,
        `x${signToken(server, one)}`,
      ]
      const answers: Answer[] = []
      for (const token of tokens) {
        answers.push(await comeBack(await beginJwt(server, one), token))
        answers.push(await unasked(token, one.clientID))
        answers.push(await unasked(token, 'A'.repeat(43)))
        answers.push(await unasked(token, 'elsewhere'))
        answers.push(await createClient(server.port).post(`/i/${one.clientID}?sso_jwt=${token}`))
      }
      for (const answer of answers) {
        expect([303, 405]).toContain(answer.status)
        expect(answer.headers['referrer-policy']).toBe('no-referrer')
        expect(answer.headers['cache-control'] ?? 'no-store').toBe('no-store')
      }
      const { db } = server.house
      const kept = JSON.stringify([
        await db.trace.findMany(),
        await db.auditEvent.findMany(),
        await db.loginRequest.findMany(),
        await db.grant.findMany(),
        await db.seenAssertion.findMany(),
        await db.jwtSecret.findMany(),
        await db.connection.findMany(),
      ])
      const seen = [
        kept,
        server.logLines.join('\n'),
        ...answers.map(({ text, headers }) => text + JSON.stringify(headers)),
      ]
      expect(server.logLines.some((line) => line.includes('/i/[redacted]'))).toBe(true)
      for (const text of seen) {
        for (const { jwt } of [one, other]) expect(text).not.toContain(jwt.secret)
        for (const token of tokens)
          for (const part of token.split('.').slice(1)) if (part.length > 1) expect(text).not.toContain(part)
      }
    })
  },
  { LOG_LEVEL: 'debug' },
)
