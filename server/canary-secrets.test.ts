import { randomBytes } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { deliverMails } from '#lib/mail/deliver-mails.ts'
import { queueMail } from '#lib/mail/mail.ts'
import {
  verifier as applicationVerifier,
  authorizeUrl,
  goToApplication,
  makeApplication,
  makePerson,
  obtainCode,
  obtainTokens,
  redeemCode,
  spendRefreshToken,
  type TestTokens,
  userinfoStatus,
} from './testing/applications.ts'
import { describeOnEachServer, managementClient } from './testing/describe-on-each-server.ts'
import { createClient } from './testing/http-client.ts'
import { beginJwt, comeBack as comeBackByJwt, makeJwtConnection, signToken } from './testing/jwt-sign-in.ts'
import { makeTarget, ssoUrlOf } from './testing/jwt-sso-target.ts'
import { beginOidc, chooseAtProvider, comeBack, makeOidcConnection } from './testing/oidc-sign-in.ts'
import { authorizeParameters, begin, finish, makeConnection, redeem, signIn } from './testing/sign-in.ts'
import { openWebBrowser } from './testing/web-browser.ts'

/** Secrets that can be recognised anywhere. */
const canary = (name: string) => `canary-${name}-${randomBytes(18).toString('base64url')}`
const rootSecret = canary('root-secret')
const apiKey = canary('api-key')
const adminPassword = canary('admin-password')
const verifier = canary('client-secret-verifier')
const upstreamSecret = canary('upstream-secret')

describeOnEachServer(
  'secrets',
  (server) => {
    const secrets = new Map<string, string>()

    beforeAll(async () => {
      const own = await makeConnection(server, 'canary.example')
      secrets.set('the root secret', rootSecret)
      secrets.set('the management key', apiKey)
      secrets.set('the password of the first owner', adminPassword)
      secrets.set('the secret verifier', verifier)
      secrets.set('the secret of a connection', own.clientSecret)
      const registration = {
        name: 'Canary',
        product: 'crm',
        type: 'confidential',
        redirectUrls: ['https://canary.example/cb'],
      }
      const made = await managementClient(server).post('/api/v1/applications', { json: registration })
      const { id, clientSecret } = made.json<{ id: string; clientSecret: string }>()
      secrets.set('the secret of an application', clientSecret)
      const further = await managementClient(server).post(`/api/v1/applications/${id}/secrets`)
      secrets.set('a further secret of it', further.json<{ clientSecret: string }>().clientSecret)
      const link = canary('one-time-link')
      secrets.set('a link in a mail', link)
      await queueMail(server.house, (await server.house.organizations(`localhost:${server.port}`)).id, {
        to: 'engineer@mail.example',
        subject: 'A link for you',
        body: {
          title: 'Hello',
          paragraphs: [],
          action: { label: 'Open', url: `${server.url}/invite/${link}` },
          because: 'x',
        },
      })
      await deliverMails(server.house, {
        send: async () => ({ ok: false, permanent: true, reason: 'The mail server answered: 550 no' }),
      })
      const challenge = {
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
      }
      const { code } = await signIn(server, own, { ...challenge, scope: 'openid' })
      secrets.set('a code', code)
      secrets.set('a PKCE verifier', 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk')
      const token = await redeem(server, own, code, {
        client_secret: verifier,
        code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
      })
      expect(token.status, token.text).toBe(200)
      const { access_token, id_token } = token.json<{ access_token: string; id_token: string }>()
      secrets.set('an access token', access_token)
      secrets.set('an ID token', id_token)
      await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${access_token}` },
      })

      // The same again, failing: errors are where secrets leak.
      const begun = await begin(server, authorizeParameters(own))
      secrets.set('a RelayState', begun.relayState)
      secrets.set('the cookie of a login', begun.browser.cookies.get('vestibule-login')!)
      await finish(server, begun, own.idp, { fault: 'unsigned' })
      const second = await signIn(server, own)
      secrets.set('a code not redeemed', second.code)
      const guess = canary('guessed-secret')
      secrets.set('a guessed client secret', guess)
      await redeem(server, own, second.code, { client_secret: guess })
      await redeem(server, own, second.code, { code_verifier: verifier, client_secret: verifier })
      const wrongToken = canary('wrong-token')
      secrets.set('a token that is none', wrongToken)
      await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${wrongToken}` },
      })
      await createClient(server.port).get(`/api/oauth/userinfo?access_token=${wrongToken}`)
      const wrongKey = canary('wrong-management-key')
      secrets.set('a wrong management key', wrongKey)
      await createClient(server.port, { authorization: `Api-Key ${wrongKey}` }).get('/api/v1/tenants')
      await managementClient(server).send('PATCH', '/api/v1/connections', {
        json: { isSAML: true, clientID: own.clientID, clientSecret: own.clientSecret, name: 'renamed' },
      })
      await managementClient(server).send(
        'DELETE',
        `/api/v1/connections?${new URLSearchParams({ clientID: own.clientID, clientSecret: guess })}`,
      )
      await managementClient(server).post('/api/v1/connections', {
        json: { tenant: 'x', clientSecret: guess, unknown: guess },
      })

      await collectSecretsOfApplication(secrets)

      // An OpenID provider: its secret, and what travels between it and us. One error quotes the secret.
      const oidc = await makeOidcConnection(server, 'canary-oidc', { oidcClientSecret: upstreamSecret })
      secrets.set('the secret at an OpenID provider', upstreamSecret)
      secrets.set('the secret of its connection', oidc.clientSecret)
      for (const fault of ['', 'client-refused', 'wrong-nonce', 'hs256', 'access-denied']) {
        const asked = await beginOidc(server, oidc)
        const answer = await chooseAtProvider(server, asked, fault)
        secrets.set(`a state (${fault})`, answer.get('state')!)
        if (answer.has('code')) secrets.set(`a code of the provider (${fault})`, answer.get('code')!)
        expect((await comeBack(asked.browser, answer)).status).toBe(303)
      }

      // A customer's page: what it signs with, and its tokens, good and refused.
      const jwt = await makeJwtConnection(server, 'canary-jwt', { allowUnsolicited: true })
      secrets.set('the secret of a customer’s page', jwt.jwt.secret)
      const rotated = await managementClient(server).post(`/api/v1/connections/${jwt.clientID}/jwt-secrets`)
      secrets.set('a further secret of it', rotated.json<{ secret: string }>().secret)
      for (const claims of [{}, { aud: 'other' }, { data: {} }, { exp: 1 }]) {
        const waiting = await beginJwt(server, jwt)
        const token = signToken(server, jwt, claims)
        secrets.set(`a token (${JSON.stringify(claims)})`, token)
        secrets.set(`its signature (${JSON.stringify(claims)})`, token.split('.')[2]!)
        expect((await comeBackByJwt(waiting, token)).status).toBe(303)
        await createClient(server.port).get(`/i/${jwt.clientID}?sso_jwt=${token}`)
      }

      const organizationId = (await server.house.organizations(`localhost:${server.port}`)).id
      for (const purpose of ['saml', 'id-token'] as const) {
        const [key] = await server.house.keys.load(organizationId, purpose)
        const jwk = key!.privateKey.export({ format: 'jwk' })
        secrets.set(`the private key for ${purpose}`, jwk.d!)
        const der = key!.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
        secrets.set(`the private key for ${purpose}, PEM`, der.slice(400, 440))
      }
    })

    /** The same for an application: a sign-in with a password, everything it gives, and what is refused. */
    async function collectSecretsOfApplication(secrets: Map<string, string>): Promise<void> {
      const password = canary('password-of-a-user')
      const person = await makePerson(server, 'canaries', { password })
      const application = await makeApplication(server)
      const browser = openWebBrowser()
      const url = authorizeUrl(server, application, { login_hint: person.email, scope: 'openid' })
      const interaction = /name="i" value="([^"]+)"/.exec((await browser.get(url)).text)?.[1]
      const wrongPassword = canary('guessed-password')
      const wrong = { ...person, password: wrongPassword }
      await expect(goToApplication(server, application, wrong)).rejects.toThrow('more and more questions')
      const first = await obtainTokens(server, application, { ...person, password }, browser)
      const second = (await spendRefreshToken(server, application, first.refresh_token)).json<TestTokens>()
      expect(await userinfoStatus(server, second.access_token)).toBe(200)
      await spendRefreshToken(server, application, first.refresh_token)
      const code = await obtainCode(server, application, { ...person, password }, {}, browser)
      const clientSecret = canary('guessed-secret-of-an-application')
      await redeemCode(server, { ...application, clientSecret }, code)
      const cookie = browser.cookies('localhost').get('vestibule-session')
      const given = canary('secret-given-out-by-a-product').padEnd(70, '-x')
      const target = await makeTarget(server, { name: 'Canary', secret: given })
      const made = await makeTarget(server, { name: 'Canary, made' })
      const onward = await browser.peek(ssoUrlOf(target, 'i/1'))
      const collected = {
        targetSecret: made.secret,
        givenSecret: given,
        ssoToken: onward!.searchParams.get('sso_jwt'),
        password,
        interaction,
        wrongPassword,
        clientSecret,
        cookie,
        code,
        secret: application.clientSecret,
        refreshToken: first.refresh_token,
        rotated: second.refresh_token,
        accessToken: second.access_token,
        idToken: second.id_token,
        applicationVerifier,
      }
      for (const [what, secret] of Object.entries(collected)) {
        expect(secret?.length, what).toBeGreaterThan(20)
        secrets.set(`${what} of an application`, secret!)
      }
    }

    /** The ways a secret could stand somewhere. */
    const spellings = (secret: string) => [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -2),
      Buffer.from(secret).toString('hex'),
    ]

    test('none is in the database, in any table', async () => {
      const { db } = server.house
      const tables = await db.$queryRaw<{ name: string }[]>`
        SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`
      expect(tables.length).toBeGreaterThan(10)
      let rows = 0
      for (const { name } of tables) {
        const dumped = await db.$queryRawUnsafe<{ row: string }[]>(`SELECT t::text AS row FROM "${name}" t`)
        rows += dumped.length
        const text = dumped.map(({ row }) => row).join('\n')
        for (const [what, secret] of secrets) {
          for (const spelling of spellings(secret))
            expect(text.includes(spelling), `${what} in ${name}`).toBe(false)
        }
        expect(text, name).not.toContain('PRIVATE KEY')
      }
      expect(rows).toBeGreaterThan(15)
    })

    test('none is in the log, at its most talkative', () => {
      const text = server.logLines.join('')
      expect(server.logLines.length).toBeGreaterThan(15)
      expect(text).toContain('/api/oauth/token')
      for (const [what, secret] of secrets) {
        for (const spelling of spellings(secret)) expect(text.includes(spelling), what).toBe(false)
      }
      expect(text).not.toMatch(/SAMLResponse|SAMLRequest|"cookie"|PRIVATE KEY/)
      // The person's profile is nobody's business here either.
      expect(text).not.toContain('engineer@canary.example')
    })

    test('none is told by the traces or by the audit log', async () => {
      const { data } = (await managementClient(server).get('/api/v1/traces?limit=200')).json<{
        data: { id: string }[]
      }>()
      const details = await Promise.all(
        data.map(({ id }) => managementClient(server).get(`/api/v1/traces/${id}`)),
      )
      const events = await server.house.db.auditEvent.findMany()
      expect(events.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['connection.created', 'connection.updated']),
      )
      const text = JSON.stringify(events) + details.map((answer) => answer.text).join('\n')
      for (const [what, secret] of secrets) {
        for (const spelling of spellings(secret)) expect(text.includes(spelling), what).toBe(false)
      }
    })

    test('a sealed secret that was moved to another record does not open', async () => {
      const { db } = server.house
      const [one, two] = [await makeConnection(server, 'moved-1'), await makeConnection(server, 'moved-2')]
      const row = (await db.connection.findUnique({ where: { clientId: one.clientID } }))!
      await db.connection.update({
        where: { clientId: two.clientID },
        data: { clientSecretSealed: row.clientSecretSealed },
      })
      const answer = await managementClient(server).get(`/api/v1/connections?clientID=${two.clientID}`)
      expect(answer.status).toBe(500)
      expect(answer.text).not.toContain(one.clientSecret)
      expect(
        (await managementClient(server).get(`/api/v1/connections?clientID=${one.clientID}`)).status,
      ).toBe(200)
    })
  },
  {
    VESTIBULE_SECRET: rootSecret,
    API_KEYS: apiKey,
    ADMIN_PASSWORD: adminPassword,
    CLIENT_SECRET_VERIFIER: verifier,
    LOG_LEVEL: 'debug',
  },
)
