import { beforeAll, describe, expect, test } from 'vitest'
import { type OidcFault, oidcFaults } from '#lib/testing/idp/test-idp.ts'
import { callbackUrl, makeApplication, mintVerifier } from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import {
  beginOidc,
  chooseAtProvider,
  comeBack,
  makeOidcConnection,
  type OidcConnection,
  signInByOidc,
  upstreamSecret,
} from '#server/testing/oidc-sign-in.ts'
import { newestTrace, redeem, redirectUrl } from '#server/testing/sign-in.ts'

describeOnEachServer(
  'the redirect URI of OIDC connections',
  (server) => {
    let connection: OidcConnection
    beforeAll(async () => {
      connection = await makeOidcConnection(server, 'acme')
    })

    async function signIn(fault = '', on = connection): Promise<URL> {
      return (await signInByOidc(server, on, fault)).url
    }

    async function userinfo(url: URL, of = connection): Promise<Record<string, unknown>> {
      const token = await redeem(server, of, url.searchParams.get('code') ?? '')
      const answer = await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${token.json().access_token}` },
      })
      expect(answer.status, `${url} ${answer.text}`).toBe(200)
      return answer.json()
    }

    test('a good answer: a code for the application, and the person behind it', async () => {
      const url = await signIn()
      expect(url.href).toMatch(redirectUrl)
      expect(url.searchParams.get('state')).toBe('state-1')
      expect(await userinfo(url)).toMatchObject({
        id: expect.stringMatching(/^engineer-/),
        email: 'engineer@acme.example',
        firstName: 'Demo',
        lastName: 'Engineer',
        groups: ['everyone', 'engineering'],
        roles: ['developer'],
        raw: { email_verified: 'true' },
      })
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({ outcome: 'success', tenant: 'acme' })
      expect(trace.checks.map(({ name }) => name)).toContain('Subject of userinfo')
    })

    test('the answer as a form (response_mode=form_post)', async () => {
      const begun = await beginOidc(server, connection)
      const answer = await begun.browser.post('/api/oauth/oidc', {
        form: await chooseAtProvider(server, begun),
      })
      expect(answer.location().searchParams.get('code')).toMatch(/^[\w-]{43}$/)
    })

    test('a form from another site without its cookie is posted once more from ours', async () => {
      const begun = await beginOidc(server, connection)
      const form = await chooseAtProvider(server, begun)
      const crossSite = { 'sec-fetch-site': 'cross-site' }
      const page = await createClient(server.port).post('/api/oauth/oidc', { form, headers: crossSite })
      expect(page.status).toBe(200)
      for (const [name, value] of [...form, ['again', '1']])
        expect(page.text).toContain(`name="${name}" value="${value}"`)
      form.set('again', '1')
      const answer = await begun.browser.post('/api/oauth/oidc', { form })
      expect(answer.location().searchParams.get('code')).toMatch(/^[\w-]{43}$/)
    })

    const refusing = Object.entries(oidcFaults).filter(([fault]) => fault !== 'replay')
    test.each(refusing)(
      '%s: the application is told no more than that, the trace why',
      async (fault, { expectedCause }) => {
        const url = await signIn(fault)
        expect(Object.fromEntries(url.searchParams)).toMatchObject({
          error: 'access_denied',
          error_description: expect.stringMatching(
            /^The identity provider sent an answer that was not accepted \(trace trc_\w+\)$/,
          ),
          state: 'state-1',
          iss: server.url,
        })
        const answer = await managementClient(server).get(`/api/v1/traces/${(await newestTrace(server)).id}`)
        expect(answer.json()).toMatchObject({ outcome: 'failure', cause: expectedCause, tenant: 'acme' })
        expect(answer.text).not.toContain(upstreamSecret)
        expect(answer.text).not.toContain('undefined')
      },
    )

    /** Line 18 of what must hold, part by part. */
    describe('upstream OpenID Connect', () => {
      const lines: [string, OidcFault[]][] = [
        ['the issuer is the one of the connection', ['wrong-issuer']],
        [
          'the issuer of the answer too, so that sign-ins are not mixed up',
          ['wrong-answer-issuer', 'no-answer-issuer'],
        ],
        ['the nonce is the one of this sign-in', ['wrong-nonce', 'no-nonce']],
        [
          'algorithms are pinned to the announced ones with a key pair',
          ['alg-none', 'hs256', 'unannounced-alg'],
        ],
        [
          'the signature is verified, though the token came from the provider itself',
          ['bad-signature', 'altered', 'unknown-kid'],
        ],
        ['the audience is us, and azp when it is there', ['wrong-audience', 'wrong-azp', 'no-azp']],
        ['it is valid now', ['expired', 'no-exp', 'skew+600', 'not-yet-valid']],
        ['sub of userinfo equals the one of the ID token', ['userinfo-sub']],
      ]
      test.each(lines)('%s', async (_line, faults) => {
        for (const fault of faults) {
          expect((await signIn(fault)).searchParams.get('error'), fault).toBe('access_denied')
          expect((await newestTrace(server)).cause, fault).toBe(oidcFaults[fault].expectedCause)
        }
      })

      test('PKCE: the code is worth nothing without the verifier', async () => {
        const begun = await beginOidc(server, connection)
        expect(begun.asked.searchParams.get('code_challenge_method')).toBe('S256')
        const code = (await chooseAtProvider(server, begun)).get('code')!
        const form = {
          grant_type: 'authorization_code',
          client_id: 'client of acme',
          client_secret: upstreamSecret,
          redirect_uri: `${server.url}/api/oauth/oidc`,
          code,
        }
        const stolen = await createClient(server.port).post('/test-idp/acme/oidc/token', { form })
        expect(stolen.json()).toMatchObject({
          error: 'invalid_grant',
          error_description: 'The code_verifier does not fit.',
        })
      })
    })

    test('replay: the first sign-in passes, the second does not', async () => {
      expect((await signIn('replay')).searchParams.get('code')).toBeTruthy()
      expect((await signIn('replay')).searchParams.get('error')).toBe('access_denied')
      expect(await newestTrace(server)).toMatchObject({ outcome: 'failure' })
    })

    test('an application signs people in through it: amr is what the provider said', async () => {
      const application = await makeApplication(server)
      const { verifier, challenge } = mintVerifier()
      const browser = createBrowser(server.port)
      const parameters = new URLSearchParams({
        response_type: 'code',
        client_id: application.clientId,
        redirect_uri: callbackUrl,
        scope: 'openid email',
        tenant: 'acme',
        code_challenge: challenge,
        code_challenge_method: 'S256',
      })
      const asked = (await browser.get(`/api/oauth/authorize?${parameters}`)).location()
      expect(asked.pathname).toBe('/test-idp/acme/oidc/authorize')
      const back = await comeBack(browser, await chooseAtProvider(server, { browser, asked }))
      const code = back.location().searchParams.get('code')!
      const token = await createClient(server.port).post('/api/oauth/token', {
        headers: {
          authorization: `Basic ${Buffer.from(`${application.clientId}:${application.clientSecret}`).toString('base64')}`,
        },
        form: {
          grant_type: 'authorization_code',
          redirect_uri: callbackUrl,
          code,
          code_verifier: verifier,
        },
      })
      expect(token.status, token.text).toBe(200)
      const [, claims = ''] = token.json<{ id_token: string }>().id_token.split('.')
      expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({
        email: 'engineer@acme.example',
        amr: ['pwd'],
      })
    })

    test('ten parallel answers of one sign-in: one code', async () => {
      const begun = await beginOidc(server, connection)
      const parameters = await chooseAtProvider(server, begun)
      const answers = await Promise.all(Array.from({ length: 10 }, () => comeBack(begun.browser, parameters)))
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(9)
    })

    describe('the sign-in is bound to the browser and the state', () => {
      test('another browser', async () => {
        const parameters = await chooseAtProvider(server, await beginOidc(server, connection))
        const other = await beginOidc(server, connection)
        expect((await comeBack(other.browser, parameters)).status).toBe(400)
        expect(await newestTrace(server)).toMatchObject({ cause: 'login_other_browser' })
      })

      test.each([
        ['another state', 'another', 'login_unknown'],
        ['no state', null, 'login_unsolicited'],
      ])('%s', async (_name, state, cause) => {
        const begun = await beginOidc(server, connection)
        const parameters = await chooseAtProvider(server, begun)
        if (state === null) parameters.delete('state')
        else parameters.set('state', state)
        expect((await comeBack(begun.browser, parameters)).status).toBe(400)
        expect(await newestTrace(server)).toMatchObject({ cause })
      })

      test('the code of another sign-in of the same browser does not fit', async () => {
        const begun = await beginOidc(server, connection)
        const stolen = await chooseAtProvider(
          server,
          await beginOidc(server, connection),
          '',
          'administrator',
        )
        const parameters = await chooseAtProvider(server, begun)
        parameters.set('code', stolen.get('code')!)
        expect((await comeBack(begun.browser, parameters)).location().searchParams.get('error')).toBe(
          'access_denied',
        )
        expect(await newestTrace(server)).toMatchObject({ cause: 'oidc_code_refused' })
      })
    })

    test('an answer nobody asked for is a page', async () => {
      const answer = await createClient(server.port).get('/api/oauth/oidc')
      expect(answer.status).toBe(400)
      expect(answer.headers['content-type']).toMatch(/^text\/html/)
    })

    test('a live tenant is not let in by the test identity provider', async () => {
      const live = await makeOidcConnection(server, 'goes-live')
      const begun = await beginOidc(server, live)
      const parameters = await chooseAtProvider(server, begun)
      await managementClient(server).send('PATCH', '/api/v1/tenants/goes-live', { json: { live: true } })
      expect((await comeBack(begun.browser, parameters)).location().searchParams.get('error')).toBe(
        'access_denied',
      )
      expect(await newestTrace(server)).toMatchObject({ cause: 'login_test_idp_for_live_tenant' })
    })

    test('a connection deactivated in between, and one that asks for a fresh sign-in always', async () => {
      const fresh = await makeOidcConnection(server, 'fresh', { forceAuthn: true })
      const begun = await beginOidc(server, fresh)
      expect(Object.fromEntries(begun.asked.searchParams)).toMatchObject({ prompt: 'login', max_age: '0' })
      const { clientID, clientSecret } = fresh
      const json = { isOIDC: true, clientID, clientSecret, deactivated: true }
      await managementClient(server).send('PATCH', '/api/v1/connections', { json })
      const answer = await comeBack(begun.browser, await chooseAtProvider(server, begun))
      expect(answer.location().searchParams.get('error')).toBe('access_denied')
      expect(await newestTrace(server)).toMatchObject({ cause: 'login_connection_deactivated' })
    })

    test('a provider whose discovery document cannot be had is used as it was', async () => {
      const made = await makeOidcConnection(server, 'gone')
      const { db } = server.house
      const row = (await db.connection.findUnique({ where: { clientId: made.clientID } }))!
      const upstream = row.upstream as Record<string, unknown>
      const discoveryUrl = `${server.url}/nowhere/.well-known/openid-configuration`
      await db.connection.update({ where: { id: row.id }, data: { upstream: { ...upstream, discoveryUrl } } })
      expect(await userinfo(await signIn('', made), made)).toMatchObject({ email: 'engineer@gone.example' })
    })

    test('a provider that calls itself otherwise meanwhile is not believed', async () => {
      const made = await makeOidcConnection(server, 'moved')
      await makeOidcConnection(server, 'other')
      const { db } = server.house
      const row = (await db.connection.findUnique({ where: { clientId: made.clientID } }))!
      const upstream = row.upstream as Record<string, unknown>
      const discoveryUrl = `${server.url}/test-idp/other/oidc/.well-known/openid-configuration`
      await db.connection.update({ where: { id: row.id }, data: { upstream: { ...upstream, discoveryUrl } } })
      expect((await signIn('', made)).searchParams.get('error')).toBe('access_denied')
      expect(await newestTrace(server)).toMatchObject({
        cause: 'oidc_provider_changed',
        checks: [{ name: 'Discovery', ok: false, received: `${server.url}/test-idp/other/oidc` }],
      })
    })

    test('what rests while the person is away, and the secret, are sealed; none is in the log', async () => {
      const begun = await beginOidc(server, connection)
      const { db } = server.house
      const rows = JSON.stringify(
        await db.$queryRaw`SELECT l::text FROM login_requests l UNION ALL SELECT c::text FROM connections c`,
      )
      const nonce = begun.asked.searchParams.get('nonce')!
      for (const value of [upstreamSecret, nonce, begun.asked.searchParams.get('state')!]) {
        expect(rows).not.toContain(value)
        expect(server.logLines.join('')).not.toContain(value)
      }
    })

    test('the secret is sealed for this connection and no other', async () => {
      const { db, sealer } = server.house
      const { upstreamSecretSealed, id, organizationId } = (await db.connection.findUnique({
        where: { clientId: connection.clientID },
      }))!
      const owner = { organizationId, field: 'connection-upstream-secret', recordId: id }
      expect(sealer.open(upstreamSecretSealed!, owner)).toBe(upstreamSecret)
      expect(() => sealer.open(upstreamSecretSealed!, { ...owner, recordId: 'con_another' })).toThrow()
    })
  },
  { LOG_LEVEL: 'debug' },
)
