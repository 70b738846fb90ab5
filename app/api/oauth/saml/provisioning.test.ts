import { describe, expect, test } from 'vitest'
import {
  callbackUrl,
  makeApplication,
  mintVerifier,
  redeemAt,
  requestOf,
  type Tokens,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import { beginOidc, chooseAtProvider, comeBack, makeOidcConnection } from '#server/testing/oidc-sign-in.ts'
import {
  authorizeParameters,
  begin,
  finish,
  type MadeConnection,
  makeConnection,
  newestTrace,
  redeem,
} from '#server/testing/sign-in.ts'

describeOnEachServer('provisioning', (server) => {
  const api = () => managementClient(server)
  let tenants = 0

  /** A tenant with a connection whose addresses are trusted. */
  async function connect(provisioning: string, more: Record<string, unknown> = {}) {
    const tenant = `people-${++tenants}`
    return makeConnection(server, tenant, { provisioning, trustEmail: true, ...more })
  }

  const addUser = async (tenant: string, user: Record<string, unknown>) => {
    const answer = await api().post('/api/v1/users', { json: { tenant, ...user } })
    expect(answer.status).toBe(201)
    return answer.json<{ id: string }>().id
  }
  const usersOf = async (tenant: string) => {
    const answer = await api().get(`/api/v1/users?tenant=${tenant}`)
    return answer.json<{ data: { id: string; email: string; status: string; firstName: string | null }[] }>()
      .data
  }

  const comeThrough = async (connection: MadeConnection) =>
    finish(server, await begin(server, authorizeParameters(connection)), connection.idp)

  async function userinfoAfter(connection: MadeConnection, code: string) {
    const { access_token } = (await redeem(server, connection, code)).json<{ access_token: string }>()
    const bearer = { authorization: `Bearer ${access_token}` }
    return createClient(server.port, bearer).get('/api/oauth/userinfo')
  }

  test('passthrough is what a connection of the Polis dialect has: nobody is written into the directory', async () => {
    const connection = await makeConnection(server, `people-${++tenants}`)
    const answer = await comeThrough(connection)
    const userinfo = await userinfoAfter(connection, answer.location().searchParams.get('code')!)
    expect(userinfo.json<{ id: string }>().id).not.toMatch(/^usr_/)
    expect(await usersOf(connection.tenant)).toEqual([])
  })

  describe('existing', () => {
    test('who is in the directory gets in, under the id they have there, in the words of the directory', async () => {
      const connection = await connect('existing')
      const { email, firstName } = connection.idp.person
      const id = await addUser(connection.tenant, { email, firstName: 'Old', lastName: 'Name' })
      const answer = await comeThrough(connection)
      const userinfo = await userinfoAfter(connection, answer.location().searchParams.get('code')!)
      expect(userinfo.json()).toMatchObject({ id, email, firstName })
      expect((await usersOf(connection.tenant))[0]).toMatchObject({ id, firstName })
      const trace = await newestTrace(server, `tenant=${connection.tenant}`)
      expect(trace.checks).toContainEqual(
        expect.objectContaining({
          name: 'Person is known',
          ok: true,
          received: `${email}, by e-mail address`,
        }),
      )
    })

    test('who is not is refused, and the admin reads why', async () => {
      const connection = await connect('existing')
      const answer = await comeThrough(connection)
      const url = answer.location()
      expect(url.searchParams.get('error')).toBe('access_denied')
      expect(url.searchParams.get('error_description')).toMatch(
        /^There is no access for this person here \(trace trc_/,
      )
      expect(url.searchParams.get('code')).toBeNull()
      const trace = await newestTrace(server, `tenant=${connection.tenant}`)
      expect(trace).toMatchObject({ outcome: 'failure', cause: 'match_none' })
      expect(trace.sentence).toContain('nobody in the directory of the tenant is that person')
    })

    test('an address alone is not enough where nobody trusts it', async () => {
      const connection = await connect('existing', { trustEmail: false })
      await addUser(connection.tenant, { email: connection.idp.person.email })
      expect((await comeThrough(connection)).location().searchParams.get('error')).toBe('access_denied')
      const trace = await newestTrace(server, `tenant=${connection.tenant}`)
      expect(trace.cause).toBe('match_email_untrusted')
    })

    test('but where its domain is the tenant’s', async () => {
      const connection = await connect('existing', { trustEmail: false })
      const { email } = connection.idp.person
      await addUser(connection.tenant, { email })
      const domain = email.slice(email.indexOf('@') + 1)
      await api().post(`/api/v1/tenants/${connection.tenant}/domains`, { json: { domain, vouched: true } })
      expect((await comeThrough(connection)).location().searchParams.get('code')).toBeTruthy()
      await api().send('DELETE', `/api/v1/tenants/${connection.tenant}/domains/${domain}`)
    })

    test('an answer counts once, whoever it is about: of ten at the same moment one signs in', async () => {
      const connection = await connect('existing', { allowUnsolicited: true })
      await addUser(connection.tenant, { email: connection.idp.person.email })
      // Nobody asked for it, so that no waiting sign-in stands in the way of using it again.
      const unasked = { id: null, acsUrl: `${server.url}/api/oauth/saml`, issuer: `${server.url}/saml` }
      const form = { SAMLResponse: connection.idp.answer(unasked, server.clock.now()) }
      const post = () => createClient(server.port).post('/api/oauth/saml', { form })
      const statuses = (await Promise.all(Array.from({ length: 10 }, post))).map(({ status }) => status)
      expect(statuses.filter((status) => status === 303)).toHaveLength(1)
      expect((await newestTrace(server, `tenant=${connection.tenant}&outcome=failure`)).cause).toBe(
        'saml_replayed',
      )
    })

    test('disabling somebody refuses the next sign-in, and the code that is on its way', async () => {
      const connection = await connect('existing')
      const id = await addUser(connection.tenant, { email: connection.idp.person.email })
      const code = (await comeThrough(connection)).location().searchParams.get('code')!
      await api().send('PATCH', `/api/v1/users/${id}`, { json: { status: 'disabled' } })
      expect((await redeem(server, connection, code)).status).toBe(400)
      await comeThrough(connection)
      const trace = await newestTrace(server, `tenant=${connection.tenant}`)
      expect(trace.cause).toBe('match_user_disabled')
    })
  })

  describe('auto', () => {
    test('the first sign-in makes the user, with SAML and with OpenID Connect', async () => {
      const connection = await connect('auto')
      const answer = await comeThrough(connection)
      const [user, ...others] = await usersOf(connection.tenant)
      expect(others).toEqual([])
      expect(user).toMatchObject({ email: connection.idp.person.email, status: 'active' })
      const userinfo = await userinfoAfter(connection, answer.location().searchParams.get('code')!)
      expect(userinfo.json()).toMatchObject({ id: user!.id })

      const oidc = await makeOidcConnection(server, `people-${++tenants}`, {
        provisioning: 'auto',
        trustEmail: true,
      })
      const begun = await beginOidc(server, oidc)
      const back = await comeBack(begun.browser, await chooseAtProvider(server, begun))
      expect(back.location().searchParams.get('code')).toBeTruthy()
      expect(await usersOf(oidc.tenant)).toHaveLength(1)
    })

    test('two at the same moment are one user', async () => {
      const connection = await connect('auto')
      const begun = await Promise.all([1, 2, 3].map(() => begin(server, authorizeParameters(connection))))
      const answers = await Promise.all(begun.map((one) => finish(server, one, connection.idp)))
      for (const answer of answers) expect(answer.location().searchParams.get('code')).toBeTruthy()
      expect(await usersOf(connection.tenant)).toHaveLength(1)
    })

    test('an application knows them by the id of the directory; disabling ends what it holds at once', async () => {
      const connection = await connect('auto')
      const application = await makeApplication(server, { requirePkce: true })
      const keys = mintVerifier()
      const more = {
        tenant: connection.tenant,
        idp_hint: connection.clientID,
        scope: 'openid profile email offline_access',
      }
      const begun = await begin(server, requestOf(application, keys, more))
      const answer = await finish(server, begun, connection.idp)
      expect(answer.location().href).toContain(callbackUrl)
      const code = answer.location().searchParams.get('code')!
      const tokens = (
        await redeemAt(server, application, { code, verifier: keys.verifier } as never)
      ).json<Tokens>()
      const [user] = await usersOf(connection.tenant)
      const bearer = createClient(server.port, { authorization: `Bearer ${tokens.access_token}` })
      expect((await bearer.get('/api/oauth/userinfo')).json()).toMatchObject({
        sub: user!.id,
        email: user!.email,
        email_verified: true,
      })
      await api().send('PATCH', `/api/v1/users/${user!.id}`, { json: { status: 'disabled' } })
      expect((await bearer.get('/api/oauth/userinfo')).status).toBe(401)
      const again = await begun.browser.get(
        `/api/oauth/authorize?${new URLSearchParams(requestOf(application, mintVerifier(), { ...more, prompt: 'none' }))}`,
      )
      expect(again.location().searchParams.get('error')).toBe('login_required')
    })
  })

  describe('approval', () => {
    type Request = { id: string; email: string; status: string }
    const requestsOf = async (tenant: string) =>
      (await api().get(`/api/v1/join-requests?tenant=${tenant}`)).json<{ data: Request[] }>().data

    test('the person waits on a page, however often they try, and goes on from there once approved', async () => {
      const connection = await connect('approval')
      const page = await comeThrough(connection)
      expect(page.status).toBe(200)
      expect(page.text).toContain('Your request is on its way')
      await comeThrough(connection)
      const requests = await requestsOf(connection.tenant)
      expect(requests).toHaveLength(1)
      expect(requests[0]).toMatchObject({ email: connection.idp.person.email, status: 'pending' })
      expect((await newestTrace(server, `tenant=${connection.tenant}`)).cause).toBe('provision_waiting')
      expect((await usersOf(connection.tenant))[0]).toMatchObject({ status: 'pending' })

      expect(
        (await api().post(`/api/v1/join-requests/${requests[0]!.id}/approve`, { json: {} })).status,
      ).toBe(200)
      const again = /href="(\/api\/oauth\/authorize\?[^"]+)"/.exec(page.text)![1]!.replaceAll('&amp;', '&')
      const begun = await begin(server, new URL(again, server.url).searchParams)
      const answer = await finish(server, begun, connection.idp)
      expect(answer.location().searchParams.get('code')).toBeTruthy()
      expect(answer.location().searchParams.get('state')).toBe('state-1')
      expect((await usersOf(connection.tenant))[0]).toMatchObject({ status: 'active' })
    })

    test('who was rejected is refused, until the request is deleted', async () => {
      const connection = await connect('approval')
      await comeThrough(connection)
      const [request] = await requestsOf(connection.tenant)
      const rejected = await api().post(`/api/v1/join-requests/${request!.id}/reject`, {
        json: { note: 'Not yet.' },
      })
      expect(rejected.status).toBe(200)
      expect(await usersOf(connection.tenant)).toEqual([])
      expect((await comeThrough(connection)).location().searchParams.get('error')).toBe('access_denied')
      expect((await newestTrace(server, `tenant=${connection.tenant}`)).cause).toBe('provision_rejected')
      await api().send('DELETE', `/api/v1/join-requests/${request!.id}`)
      expect((await comeThrough(connection)).status).toBe(200)
    })

    test('the page carries no stranger’s words as markup', async () => {
      const connection = await connect('approval')
      const begun = await begin(
        server,
        authorizeParameters(connection, { state: '"><script>alert(1)</script>' }),
      )
      const page = await finish(server, begun, connection.idp)
      expect(page.text).not.toContain('<script>alert')
    })
  })
})
