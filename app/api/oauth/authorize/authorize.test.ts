import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import {
  authorizeParameters,
  begin,
  type MadeConnection,
  makeConnection,
  newestTrace,
  type Parameters,
  redirectUrl,
} from '#server/testing/sign-in.ts'

describeOnEachServer(
  'authorize',
  (server) => {
    let acme: MadeConnection
    let client: Client

    beforeAll(async () => {
      client = createClient(server.port)
      acme = await makeConnection(server, 'acme.com', {
        redirectUrl: [
          redirectUrl,
          'http://localhost:3366/*',
          'https://*.apps.example/cb',
          'com.acme.app:/cb',
        ],
      })
      await makeConnection(server, 'globex.com', { redirectUrl: ['https://globex.example/only-here'] })
    })

    const ask = (more: Parameters = {}, without: string[] = []) => {
      const parameters = authorizeParameters(acme, more)
      for (const name of without) delete parameters[name]
      return client.get(`/api/oauth/authorize?${new URLSearchParams(parameters)}`)
    }

    describe('until client and redirect URL are verified, an error is a page', () => {
      test.each<[string, Parameters, string[]]>([
        ['client_missing', {}, ['client_id', 'tenant', 'product']],
        ['client_unknown', { tenant: 'nobody' }, []],
        ['client_unknown', { product: 'nothing' }, []],
        ['client_unknown', { client_id: 'nobody' }, ['tenant', 'product']],
        ['client_unknown', { tenant: '\uffff', product: "'; DROP TABLE tenants; --" }, []],
        ['redirect_url_missing', {}, ['redirect_uri']],
        ['redirect_url_not_registered', { redirect_uri: 'https://evil.example/' }, []],
        // Registered with another tenant's connection.
        ['redirect_url_not_registered', { redirect_uri: 'https://globex.example/only-here' }, []],
      ])('%s %j', async (cause, more, without) => {
        const answer = await ask(more, without)
        expect(answer.status).toBe(400)
        expect(answer.headers.location).toBeUndefined()
        expect(answer.headers['content-type']).toContain('text/html')
        const trace = await newestTrace(server)
        expect(trace).toMatchObject({ outcome: 'failure', cause })
        expect(answer.text).toContain(trace.id)
      })

      test('a parameter that comes twice', async () => {
        for (const name of ['redirect_uri', 'client_id', 'state', 'scope', 'response_type', 'tenant']) {
          const parameters = new URLSearchParams(authorizeParameters(acme, { scope: 'openid' }))
          parameters.append(name, parameters.get(name) ?? '')
          const answer = await client.get(`/api/oauth/authorize?${parameters}`)
          expect(answer.status, name).toBe(400)
          expect(await newestTrace(server)).toMatchObject({
            cause: 'parameter_repeated',
            checks: [{ ok: false, received: name }],
          })
        }
      })

      test('a parameter no database could keep', async () => {
        for (const value of ['a\u0000b', 'x'.repeat(9000)]) {
          const form = authorizeParameters(acme, { state: value })
          const answer = await client.post('/api/oauth/authorize', { form })
          expect(answer.status).toBe(400)
          expect(await newestTrace(server)).toMatchObject({ cause: 'parameter_unreadable' })
        }
      })

      test('what is shown is text, not markup', async () => {
        const answer = await ask({ tenant: '<script>alert(1)</script>', redirect_uri: '"><img src=x>' })
        expect(answer.text).not.toContain('<script>alert')
        const other = await ask({ redirect_uri: '"><img src=x onerror=alert(1)>' })
        expect(other.text).not.toContain('<img')
      })
    })

    describe('hostile redirect URLs lead nowhere', () => {
      test.each([
        'https://app.acme.example/callback/',
        'https://app.acme.example/callback?x=1',
        'https://app.acme.example/callback#x',
        'https://app.acme.example/CALLBACK',
        'https://app.acme.example/callback/../callback',
        'https://app.acme.example/%63allback',
        'HTTPS://app.acme.example/callback',
        'https://APP.acme.example/callback',
        'https://app.acme.example:443/callback',
        'https://app.acme.example:8443/callback',
        'https://app.acme.example./callback',
        'http://app.acme.example/callback',
        'https://app.acme.example@evil.example/callback',
        'https://app.acme.example%40evil.example/callback',
        'https://app.acme.example\\@evil.example/callback',
        'https://app.acme.example/callback\r\nSet-Cookie: a=b',
        ' https://app.acme.example/callback',
        'https://app.acme.example/callback ',
        '//app.acme.example/callback',
        '/callback',
        'callback',
        'javascript:alert(1)//https://app.acme.example/callback',
        'data:text/html,<script>alert(1)</script>',
        'http://localhost:3366.evil.example/x',
        'http://localhost:3366@evil.example/x',
        'http://localhost:33661/x',
        'http://localhost/x',
        'https://localhost:3366/x',
        'http://127.0.0.1:3366/x',
        'http://localhost:3366/*',
        'https://a.b.apps.example/cb',
        'https://apps.example/cb',
        'https://.apps.example/cb',
        'https://evil.example/.apps.example/cb',
        'https://evil.example#.apps.example/cb',
        'https://evil.example?.apps.example/cb',
        'https://evilapps.example/cb',
        'https://x.apps.example.evil.example/cb',
        'https://x.apps.example/cb/more',
        'https://x.apps.example/cb?more',
        'com.acme.app:/cb/more',
        'com.acme.app://evil/cb',
        'com.acme.app2:/cb',
        'http://localhost:3366\\.evil.example/',
        'http://localhost:3366/\u0000',
        `http://localhost:3366/${'x'.repeat(3000)}`,
      ])('%j', async (redirect_uri) => {
        const answer = await ask({ redirect_uri })
        expect(answer.status).toBe(400)
        expect(answer.headers.location).toBeUndefined()
      })

      test.each([
        redirectUrl,
        'http://localhost:3366/',
        'http://localhost:3366/a/b?c=d',
        'https://x.apps.example/cb',
        'com.acme.app:/cb',
      ])('registered: %j', async (redirect_uri) => {
        expect((await ask({ redirect_uri })).location().searchParams.has('SAMLRequest')).toBe(true)
      })
    })

    describe('after that, the application learns of it', () => {
      test.each<[string, string, Parameters]>([
        ['response_type_unsupported', 'unsupported_response_type', { response_type: 'token' }],
        ['response_type_unsupported', 'unsupported_response_type', { response_type: 'code id_token' }],
        ['response_type_unsupported', 'unsupported_response_type', { response_type: '' }],
        ['request_object_unsupported', 'request_not_supported', { request: 'ey.a.b' }],
        [
          'request_object_unsupported',
          'request_uri_not_supported',
          { request_uri: 'https://app.acme.example/r' },
        ],
        ['response_mode_unsupported', 'invalid_request', { response_mode: 'fragment' }],
        ['pkce_method_unsupported', 'invalid_request', { code_challenge: 'x'.repeat(43) }],
        ['pkce_challenge_invalid', 'invalid_request', { code_challenge: 'x', code_challenge_method: 'S256' }],
        ['prompt_unsupported', 'login_required', { prompt: 'none' }],
        ['max_age_invalid', 'invalid_request', { max_age: '-1' }],
        ['max_age_invalid', 'invalid_request', { max_age: 'soon' }],
        ['idp_hint_unknown', 'invalid_request', { idp_hint: 'nobody' }],
      ])('%s: %s %j', async (cause, error, more) => {
        const answer = await ask(more)
        expect(answer.status).toBe(303)
        const url = answer.location()
        const trace = await newestTrace(server)
        expect(trace).toMatchObject({ outcome: 'failure', cause, tenant: 'acme.com', product: 'crm' })
        expect(url.href.startsWith(`${redirectUrl}?`)).toBe(true)
        expect(Object.fromEntries(url.searchParams)).toEqual({
          error,
          error_description: expect.stringMatching(new RegExp(`^[\\x20-\\x7e]*\\(trace ${trace.id}\\)$`)),
          state: 'state-1',
          iss: server.url,
        })
      })

      test('a deactivated connection', async () => {
        const own = await makeConnection(server, 'off.example', { deactivated: true })
        const answer = await client.get(
          `/api/oauth/authorize?${new URLSearchParams(authorizeParameters(own))}`,
        )
        expect(answer.location().searchParams.get('error')).toBe('access_denied')
        expect(await newestTrace(server)).toMatchObject({
          cause: 'connection_deactivated',
          tenant: 'off.example',
        })
      })
    })

    describe('several connections of one tenant and product', () => {
      let first: MadeConnection
      let second: MadeConnection
      let off: MadeConnection

      beforeAll(async () => {
        const make = (name: string, more: Record<string, unknown> = {}) =>
          makeConnection(server, 'many.example', { name, ...more }, createIdentityProvider(name))
        first = await make('staff', { sortOrder: 1 })
        second = await make('partners', { label: 'Partners & <friends>', sortOrder: 2 })
        off = await make('off', { deactivated: true })
      })

      test('without a hint the person chooses, and comes back with the hint', async () => {
        const answer = await client.get(
          `/api/oauth/authorize?${new URLSearchParams(authorizeParameters(first))}`,
        )
        expect(answer.status).toBe(303)
        expect(answer.location().pathname).toBe('/idp/select')
        const page = await client.get(answer.headers.location!)
        expect(page.status).toBe(200)
        expect(page.text).toContain('Partners &amp; &lt;friends&gt;')
        const links = Array.from(page.text.matchAll(/href="(\/api\/oauth\/authorize\?[^"]+)"/g), ([, href]) =>
          href!.replaceAll('&amp;', '&'),
        )
        const hints = links.map((link) => new URL(link, server.url).searchParams.get('idp_hint'))
        expect(hints).toEqual([second.clientID, first.clientID])
        const onward = await client.get(links[1]!)
        expect(onward.location().href).toContain('/test-idp/staff/sso')
        expect(new URL(links[0]!, server.url).searchParams.get('state')).toBe('state-1')
      })

      test('idp_hint chooses', async () => {
        const begun = await begin(server, authorizeParameters(first, { idp_hint: second.clientID }))
        expect(begun.answer.location().href).toContain('/test-idp/partners/sso')
      })

      test.each([
        ['of another tenant', () => acme.clientID, 'invalid_request'],
        ['of a deactivated one', () => off.clientID, 'access_denied'],
      ])('idp_hint %s is refused', async (_name, hint, error) => {
        const query = new URLSearchParams(authorizeParameters(first, { idp_hint: hint() }))
        const answer = await client.get(`/api/oauth/authorize?${query}`)
        expect(answer.location().searchParams.get('error')).toBe(error)
      })

      test('/idp/select shows nothing for an unregistered redirect URL', async () => {
        const query = new URLSearchParams(
          authorizeParameters(first, { redirect_uri: 'https://evil.example' }),
        )
        const page = await client.get(`/idp/select?${query}`)
        expect(page.status).toBe(400)
        expect(page.text).not.toContain('staff')
      })

      test('only the connections whose redirect URLs allow it are offered', async () => {
        await makeConnection(
          server,
          'many.example',
          { defaultRedirectUrl: 'https://other.example/', redirectUrl: 'https://other.example/' },
          createIdentityProvider('elsewhere'),
        )
        const query = new URLSearchParams(
          authorizeParameters(first, { redirect_uri: 'https://other.example/' }),
        )
        const answer = await client.get(`/api/oauth/authorize?${query}`)
        expect(answer.location().href).toContain('/test-idp/elsewhere/sso')
      })
    })

    test('POST binding where the identity provider has no redirect address', async () => {
      const idp = createIdentityProvider('post-only')
      const rawMetadata = idp
        .metadata()
        .replace(/<md:SingleSignOnService [^>]*HTTP-Redirect[^>]*>(<\/[^>]+>)?/, '')
      const own = await makeConnection(server, 'post-only.example', { rawMetadata }, idp)
      const answer = await client.get(`/api/oauth/authorize?${new URLSearchParams(authorizeParameters(own))}`)
      expect(answer.status).toBe(200)
      expect(answer.text).toContain(`<form method="post" action="${idp.idp.baseUrl}/sso">`)
      expect(answer.text).toMatch(/name="SAMLRequest" value="[A-Za-z0-9+/=]+"/)
      expect(answer.headers['set-cookie']).toHaveLength(1)
    })

    describe('whatever is sent', () => {
      const wire = ['client_id', 'tenant', 'product', 'redirect_uri', 'response_type', 'response_mode', 'state', 'scope',
      'nonce', 'code_challenge', 'code_challenge_method', 'idp_hint', 'login_hint', 'prompt', 'max_age', 'forceAuthn',
      'provider', 'access_type', 'resource', 'request', 'request_uri', 'claims', 'acr_values', 'ui_locales'] // biome-ignore format: a list of wire names
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom(
          'acme.com',
          'crm',
          'dummy',
          'code',
          redirectUrl,
          'tenant=acme.com&product=crm',
          'openid',
        ),
        fc.constantFrom(
          '\u0000',
          '%00',
          '%',
          '\ud83d',
          '../',
          'https://evil.example/',
          '__proto__',
          '[]',
          '{}',
        ),
        fc.constantFrom(
          'http://localhost:3366/*',
          'http://localhost:3366/ü',
          'https://x.apps.example/cb',
          'tenant=&product=',
        ),
      )
      const registered = [
        redirectUrl,
        'http://localhost:3366/',
        'https://x.apps.example/cb',
        'com.acme.app:/cb',
      ]
      const allowedTargets = [...registered, `${server.url}/`, 'https://idp.acme.example/']
      const parameters = fc.record({
        base: fc.boolean(),
        changes: fc.array(fc.tuple(fc.constantFrom(...wire), text), { maxLength: 6 }),
      })
      const build = ({ base, changes }: { base: boolean; changes: [string, string][] }) => {
        const built = new URLSearchParams(base ? authorizeParameters(acme) : {})
        for (const [name, value] of changes) built.set(name, value)
        return built
      }

      test('authorize never answers 5xx and never redirects to an unregistered URL', async () => {
        await fc.assert(
          fc.asyncProperty(parameters, fc.boolean(), async (asked, asForm) => {
            const form = build(asked)
            const answer = asForm
              ? await client.post('/api/oauth/authorize', { form })
              : await client.get(`/api/oauth/authorize?${form}`)
            expect(answer.status, `${form} ${answer.text}`).toBeLessThan(500)
            if (answer.headers.location === undefined) return
            const { href } = answer.location()
            const isAllowed = [...allowedTargets, `http://localhost:${server.port}/idp/select?`].some(
              (target) => href.startsWith(target),
            )
            expect(isAllowed, href).toBe(true)
          }),
          { numRuns: 120 },
        )
      })

      test('the token endpoint answers 200, 400, 401, 413 or 415, as RFC 6749 §5.2 says', async () => {
        const names = ['grant_type', 'code', 'redirect_uri', 'client_id', 'client_secret', 'code_verifier']
        const value = fc.oneof(text, fc.constantFrom('authorization_code'), fc.jsonValue())
        const body = fc.dictionary(fc.constantFrom(...names, 'x'), value)
        const headers = fc.record(
          {
            authorization: fc.constantFrom(
              'Basic',
              'Basic !!!',
              'Basic eA==',
              'Basic ZHVtbXk6',
              'Bearer x',
              'Basic Og==',
            ),
          },
          { requiredKeys: [] },
        )
        await fc.assert(
          fc.asyncProperty(body, headers, fc.boolean(), async (members, sent, asJson) => {
            const entries = Object.entries(members).map(
              ([name, one]) =>
                [name, typeof one === 'string' ? one : JSON.stringify(one)] as [string, string],
            )
            const answer = await client.post('/api/oauth/token', {
              headers: sent as Record<string, string>,
              ...(asJson ? { json: members } : { form: new URLSearchParams(entries) }),
            })
            expect([400, 401], answer.text).toContain(answer.status)
            expect(answer.json().error).toMatch(/^[a-z_]+$/)
            expect(answer.json().error_description).toMatch(/^[\x20-\x7e]+$/)
          }),
          { numRuns: 120 },
        )
      })

      test('the ACS answers with a page or a redirect to the application', async () => {
        const form = fc.dictionary(fc.constantFrom('SAMLResponse', 'RelayState', 'SAMLRequest'), text)
        await fc.assert(
          fc.asyncProperty(
            form,
            fc.constantFrom('', `/${acme?.clientID}`, '/x', '/%00', '/..'),
            async (fields, path) => {
              const answer = await client.post(`/api/oauth/saml${path}`, { form: fields })
              expect(answer.status, answer.text).toBeLessThan(500)
              expect(answer.headers.location).toBeUndefined()
            },
          ),
          { numRuns: 60 },
        )
      })

      test('userinfo', async () => {
        await fc.assert(
          fc.asyncProperty(fc.string({ unit: 'grapheme-ascii' }), async (token) => {
            const answer = await client.get('/api/oauth/userinfo', {
              headers: { authorization: `Bearer ${token.trim()}` },
            })
            expect(answer.status).toBe(401)
          }),
          { numRuns: 40 },
        )
      })
    })

    test('the log has the traces of all of this and no stack of a failure of ours', async () => {
      const { data } = (await managementClient(server).get('/api/v1/traces?limit=200')).json<{
        data: unknown[]
      }>()
      expect(data.length).toBeGreaterThan(50)
      expect(server.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([])
    })
  },
  { LOG_LEVEL: 'info' },
)
