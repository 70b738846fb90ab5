import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Fault } from '#lib/testing/idp/faults.ts'
import { readAuthnRequest } from '#lib/testing/idp/read-authn-request.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Answer, createBrowser, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider, type IdentityProvider } from '#server/testing/identity-provider.ts'
import {
  authorizeParameters,
  begin,
  type MadeConnection,
  makeConnection,
  newestTrace,
  redirectUrl,
} from '#server/testing/sign-in.ts'

const deepLink = 'http://localhost:3366/reports/7'

describeOnEachServer('security 6: sign-ins that begin at the identity provider', (server) => {
  let acme: MadeConnection
  let closed: MadeConnection
  const shared = '/api/oauth/saml'

  beforeAll(async () => {
    acme = await makeConnection(server, 'acme', { allowUnsolicited: true })
    closed = await makeConnection(server, 'closed')
  })
  beforeEach(() => server.house.db.seenAssertion.deleteMany())

  const unasked = (idp: IdentityProvider, path = shared, more: { fault?: Fault } = {}) =>
    idp.answer(
      { id: null, acsUrl: `${server.url}${path}`, issuer: `${server.url}/saml` },
      server.clock.now(),
      more,
    )
  const post = (SAMLResponse: string, more: Record<string, string> = {}, path = shared): Promise<Answer> =>
    createBrowser(server.port).post(path, { form: { SAMLResponse, ...more } })

  const redeem = (url: URL, more: Record<string, string> = {}) =>
    createClient(server.port).post('/api/oauth/token', {
      form: {
        grant_type: 'authorization_code',
        client_id: acme.clientID,
        client_secret: acme.clientSecret,
        code: url.searchParams.get('code')!,
        ...more,
      },
    })

  async function refused(answer: Answer, cause: string, status = 403) {
    expect([answer.status, (await newestTrace(server)).cause]).toEqual([status, cause])
    expect(answer.headers.location).toBeUndefined()
    expect(answer.text).toContain((await newestTrace(server)).id)
  }

  describe('where the connection allows it', () => {
    test.each([
      ['the shared address', () => shared],
      ['its own address', () => `${shared}/${acme.clientID}`],
    ])('a code goes to the default redirect URL: %s', async (_name, path) => {
      const answer = await post(unasked(acme.idp, path()), {}, path())
      expect(answer.status).toBe(303)
      const url = answer.location()
      expect(`${url.origin}${url.pathname}`).toBe(redirectUrl)
      expect([...url.searchParams.keys()]).toEqual(['code', 'iss'])
      const token = await redeem(url)
      expect(token.status, token.text).toBe(200)
      const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${token.json().access_token}` },
      })
      expect(userinfo.json()).toMatchObject({
        email: acme.idp.person.email,
        requested: { isIdPFlow: true, tenant: 'acme', product: 'crm' },
      })
    })

    test('the code is redeemed by tenant and product too, and with any redirect_uri or none', async () => {
      const byTenant = {
        client_id: 'tenant=acme&product=crm',
        client_secret: 'dummy',
        redirect_uri: redirectUrl,
      }
      expect((await redeem((await post(unasked(acme.idp))).location(), byTenant)).status).toBe(200)
    })

    test('its client must prove itself all the same', async () => {
      const url = (await post(unasked(acme.idp))).location()
      expect((await redeem(url, { client_secret: 'wrong' })).status).toBe(401)
      expect((await redeem(url, { code_verifier: 'x'.repeat(43) })).status).toBe(400)
    })

    test('the same answer works once: of ten at the same time one', async () => {
      const response = unasked(acme.idp)
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(response)))
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      await refused(await post(response), 'saml_replayed')
      await refused(await post(response, {}, `${shared}/${acme.clientID}`), 'saml_replayed')
    })

    test('RelayState leads to a registered address, and is ignored when it is none', async () => {
      const to = async (RelayState: string) => {
        const answer = await post(unasked(acme.idp), { RelayState })
        const url = answer.location()
        return `${url.origin}${url.pathname}`
      }
      expect(await to(deepLink)).toBe(deepLink)
      for (const other of [
        'https://evil.example/',
        '//evil.example/',
        'javascript:alert(1)',
        '/x',
        `${redirectUrl}/x`,
      ])
        expect(await to(other)).toBe(redirectUrl)
    })

    test('an answer to a request of ours is none of these, whoever brings it', async () => {
      const begun = await begin(server, authorizeParameters(acme))
      const response = acme.idp.answer(begun.request, server.clock.now())
      await refused(await post(response), 'login_unsolicited', 400)
      await refused(await post(response, { RelayState: 'x' }), 'login_unknown', 400)
      const answer = await begun.browser.post(shared, {
        form: { SAMLResponse: unasked(acme.idp), RelayState: begun.relayState },
      })
      expect(answer.location().searchParams.get('error')).toBe('access_denied')
      expect(await newestTrace(server)).toMatchObject({ cause: 'saml_in_response_to_missing' })
    })

    test.each(['unsigned', 'unknown-cert', 'wrong-audience', 'wrong-recipient', 'skew+600'] as const)(
      'an answer that is wrong is refused on a page: %s',
      async (fault) => {
        const page = await post(unasked(acme.idp, shared, { fault }))
        expect(page.status).toBe(403)
        expect(page.headers.location).toBeUndefined()
        expect(await newestTrace(server)).toMatchObject({ outcome: 'failure', tenant: 'acme' })
      },
    )

    test('a deactivated connection takes none', async () => {
      const set = (active: boolean) =>
        server.house.db.connection.update({ where: { clientId: acme.clientID }, data: { active } })
      await set(false)
      await refused(await post(unasked(acme.idp)), 'login_connection_deactivated')
      await set(true)
    })
  })

  describe('where it does not', () => {
    test('it is refused on a page, at either address; the trace says what to do', async () => {
      await refused(await post(unasked(closed.idp)), 'login_unsolicited_not_allowed')
      const own = `${shared}/${closed.clientID}`
      await refused(await post(unasked(closed.idp, own), {}, own), 'login_unsolicited_not_allowed')
      expect((await newestTrace(server)).sentence).toContain('settings of the connection')
    })

    test('another connection’s permission is not its own, though both sign with one key', async () => {
      const own = `${shared}/${acme.clientID}`
      await refused(await post(unasked(closed.idp, own), {}, own), 'saml_wrong_issuer')
      await refused(
        await post(unasked(acme.idp), {}, `${shared}/${closed.clientID}`),
        'login_unsolicited_not_allowed',
      )
      const chosen = { connection: acme.clientID }
      await refused(await post(unasked(closed.idp), chosen), 'login_unsolicited', 400)
    })

    test('an identity provider nobody has is refused', async () => {
      await refused(await post(unasked(createIdentityProvider('nobody'))), 'login_unsolicited', 400)
      await refused(await post('no message'), 'login_unsolicited', 400)
    })
  })

  describe('one identity provider, several connections', () => {
    let crm: MadeConnection
    let erp: MadeConnection
    const idp = createIdentityProvider('initech')

    beforeAll(async () => {
      crm = await makeConnection(server, 'initech', { allowUnsolicited: true, name: 'Sales <b>' }, idp)
      erp = await makeConnection(server, 'initech', { allowUnsolicited: true, product: 'erp' }, idp)
      await makeConnection(server, 'initech', { product: 'wiki' }, idp)
    })

    test('the person chooses among those that allow it; nothing is chosen for them', async () => {
      const response = unasked(idp)
      const page = await post(response, { RelayState: deepLink })
      expect(page.status).toBe(200)
      expect(page.text).toContain('Choose where to go')
      expect(page.text).toContain('Sales &lt;b&gt;')
      expect(page.text).toContain(`value="${crm.clientID}"`)
      expect(page.text).toContain(`value="${erp.clientID}"`)
      expect(page.text).not.toContain('wiki')
      expect(page.text).toContain(`action="${server.url}${shared}"`)
      const answer = await post(response, { RelayState: deepLink, connection: erp.clientID })
      expect(answer.location().href).toMatch(new RegExp(`^${deepLink}\\?code=`))
      const [grant] = await server.house.db.grant.findMany({ orderBy: { id: 'desc' }, take: 1 })
      expect(grant).toMatchObject({ clientId: erp.clientID, requested: { isIdPFlow: true, product: 'erp' } })
    })

    test('an answer is used up for all of them: whoever has it cannot choose again', async () => {
      const response = unasked(idp)
      const choices = [crm.clientID, erp.clientID]
      expect((await post(response, { connection: crm.clientID })).status).toBe(303)
      for (const connection of choices) await refused(await post(response, { connection }), 'saml_replayed')
      for (const own of choices) await refused(await post(response, {}, `${shared}/${own}`), 'saml_replayed')
      const another = unasked(idp)
      const answers = await Promise.all(
        [...choices, ...choices, ...choices].map((connection) => post(another, { connection })),
      )
      expect(answers.filter(({ status }) => status === 303).length).toBeLessThanOrEqual(1)
    })

    test('who cannot show a good answer learns nothing of them', async () => {
      const forged = unasked(idp, shared, { fault: 'unsigned' })
      const page = await post(forged)
      expect(page.status).toBe(403)
      expect(page.text).not.toContain('Sales')
      expect(page.text).not.toContain(crm.clientID)
    })

    test('its own address is a choice', async () => {
      const own = `${shared}/${crm.clientID}`
      expect((await post(unasked(idp, own), {}, own)).location().searchParams.has('code')).toBe(true)
    })
  })

  describe('begun by a portal of the identity provider (OpenID Connect Core §4)', () => {
    const initiate = (of: MadeConnection, parameters: Record<string, string>) =>
      createBrowser(server.port).get(`/api/oauth/initiate/${of.clientID}?${new URLSearchParams(parameters)}`)

    test('is a sign-in whose code goes where the portal wants, if that is registered', async () => {
      for (const [target, place] of [
        [deepLink, deepLink],
        ['https://evil.example/', redirectUrl],
        ['', redirectUrl],
      ] as const) {
        const browser = createBrowser(server.port)
        const query = new URLSearchParams({
          iss: acme.idp.entityId,
          login_hint: 'ada',
          target_link_uri: target,
        })
        const answer = await browser.get(`/api/oauth/initiate/${acme.clientID}?${query}`)
        expect(answer.status).toBe(303)
        const sent = answer.location()
        expect(sent.href).toContain('SAMLRequest=')
        const begun = {
          answer,
          browser,
          relayState: sent.searchParams.get('RelayState')!,
          request: readAuthnRequest(sent.searchParams.get('SAMLRequest')!, 'redirect'),
        }
        const back = await browser.post(shared, {
          form: {
            SAMLResponse: acme.idp.answer(begun.request, server.clock.now()),
            RelayState: begun.relayState,
          },
        })
        expect(back.location().href).toMatch(new RegExp(`^${place.replaceAll('.', '\\.')}\\?code=`))
        expect((await redeem(back.location())).status).toBe(200)
      }
    })

    test('also by a form', async () => {
      const answer = await createBrowser(server.port).post(`/api/oauth/initiate/${acme.clientID}`, {
        form: { iss: acme.idp.entityId },
      })
      expect(answer.location().href).toContain('SAMLRequest=')
    })

    test('in another name, without one, or where it is not allowed, it is refused on a page', async () => {
      await refused(await initiate(acme, { iss: 'https://evil.example' }), 'login_initiator_wrong_issuer')
      await refused(
        await initiate(acme, { iss: acme.idp.entityId.slice(0, -1) }),
        'login_initiator_wrong_issuer',
      )
      await refused(await initiate(acme, {}), 'login_initiator_wrong_issuer')
      await refused(await initiate(closed, { iss: closed.idp.entityId }), 'login_unsolicited_not_allowed')
      const nobody = await createClient(server.port).get('/api/oauth/initiate/nobody?iss=x')
      expect(nobody.status).toBe(404)
    })

    test('a refusal of the identity provider goes to the application, as in any sign-in', async () => {
      const browser = createBrowser(server.port)
      const query = new URLSearchParams({ iss: acme.idp.entityId })
      const sent = (await browser.get(`/api/oauth/initiate/${acme.clientID}?${query}`)).location()
      const back = await browser.post(shared, {
        form: { SAMLResponse: unasked(acme.idp), RelayState: sent.searchParams.get('RelayState')! },
      })
      expect(back.location().searchParams.get('error')).toBe('access_denied')
    })
  })

  test('the permission is given and taken by API, and audited', async () => {
    const api = managementClient(server)
    const change = (allowUnsolicited: boolean) =>
      api.send('PATCH', '/api/v1/connections', {
        json: {
          clientID: closed.clientID,
          clientSecret: closed.clientSecret,
          isSAML: true,
          allowUnsolicited,
        },
      })
    expect((await change(true)).status).toBe(204)
    expect((await post(unasked(closed.idp))).status).toBe(303)
    expect((await change(false)).status).toBe(204)
    await refused(await post(unasked(closed.idp)), 'login_unsolicited_not_allowed')
    const events = await api.get('/api/v1/audit-events?limit=1')
    expect(events.text).toContain('allowUnsolicited')
  })
})
