import { beforeAll, describe, expect, test } from 'vitest'
import { type Fault, faults } from '#lib/testing/idp/test-idp.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import {
  authorizeParameters,
  begin,
  finish,
  type MadeConnection,
  makeConnection,
  newestTrace,
  postAnswer,
  redirectUrl,
} from '#server/testing/sign-in.ts'

describeOnEachServer('the answer of an identity provider', (server) => {
  let acme: MadeConnection
  let globex: MadeConnection

  beforeAll(async () => {
    acme = await makeConnection(server, 'acme.com', { name: 'Acme SSO' })
    globex = await makeConnection(server, 'globex.com')
  })

  const start = (connection = acme, more = {}) => begin(server, authorizeParameters(connection, more))
  const mint = (begun: Awaited<ReturnType<typeof begin>>, idp = acme.idp) =>
    idp.answer(begun.request, server.clock.now())

  /** A page with 400 and the reference of a trace with that cause, and no code. */
  async function expectPage(answer: Awaited<ReturnType<typeof finish>>, cause: string) {
    expect(answer.status).toBe(400)
    expect(answer.headers['content-type']).toContain('text/html')
    expect(answer.headers.location).toBeUndefined()
    const trace = await newestTrace(server)
    expect(trace).toMatchObject({ outcome: 'failure', cause })
    expect(trace.sentence.length).toBeGreaterThan(20)
    expect(answer.text).toContain(trace.id)
  }

  /** A redirect to the application with access_denied, the trace, `state` and `iss`. */
  async function expectDenied(answer: Awaited<ReturnType<typeof finish>>, cause: unknown) {
    expect(answer.status).toBe(303)
    const url = answer.location()
    expect(`${url.origin}${url.pathname}`).toBe(redirectUrl)
    const trace = await newestTrace(server)
    expect(trace).toMatchObject({ outcome: 'failure', cause })
    expect(Object.fromEntries(url.searchParams)).toEqual({
      error: 'access_denied',
      error_description: expect.stringContaining(trace.id),
      state: 'state-1',
      iss: server.url,
    })
    return trace
  }

  describe('bound to the browser that began', () => {
    test('without the cookie', async () => {
      const begun = await start()
      await expectPage(
        await postAnswer(begun, mint(begun), createBrowser(server.port)),
        'login_cookie_missing',
      )
      // The login itself still waits for its browser.
      expect((await postAnswer(begun, mint(begun))).location().searchParams.has('code')).toBe(true)
    })

    test('with the cookie of another login', async () => {
      const begun = await start()
      const other = await start()
      await expectPage(await postAnswer(begun, mint(begun), other.browser), 'login_other_browser')
    })

    test('with a cookie that is nonsense', async () => {
      const begun = await start()
      const browser = createBrowser(server.port, { cookie: 'vestibule-login=%00; vestibule-login=x' })
      await expectPage(await postAnswer(begun, mint(begun), browser), 'login_cookie_missing')
    })

    test('two logins in one browser do not disturb each other', async () => {
      const first = await start()
      const second = await begin(server, authorizeParameters(acme, { state: 'second' }), first.browser)
      expect((await postAnswer(second, mint(second))).location().searchParams.get('state')).toBe('second')
      expect((await postAnswer(first, mint(first))).location().searchParams.get('state')).toBe('state-1')
    })
  })

  describe('once', () => {
    test('ten posts of one response at the same moment: one code', async () => {
      const begun = await start()
      const response = mint(begun)
      const answers = await Promise.all(Array.from({ length: 10 }, () => postAnswer(begun, response)))
      const codes = answers.filter(
        ({ headers }) => headers.location && new URL(headers.location).searchParams.has('code'),
      )
      expect(codes).toHaveLength(1)
      expect(answers.filter(({ status }) => status === 400)).toHaveLength(9)
    })

    test('going back in the browser', async () => {
      const begun = await start()
      const response = mint(begun)
      await postAnswer(begun, response)
      await expectPage(await postAnswer(begun, response), 'login_unknown')
    })

    test('an assertion that a waiting login did not ask for is refused, and used up', async () => {
      const first = await start()
      const response = mint(first)
      await postAnswer(first, response)
      const second = await start()
      await expectDenied(await postAnswer(second, response), 'saml_wrong_in_response_to')
      await expectPage(await postAnswer(second, mint(second)), 'login_unknown')
    })

    test('one assertion ID in two logins', async () => {
      const [first, second] = [await start(), await start()]
      const more = { fault: 'replay' as Fault }
      expect((await finish(server, first, acme.idp, more)).location().searchParams.has('code')).toBe(true)
      await expectDenied(await finish(server, second, acme.idp, more), 'saml_replayed')
    })
  })

  describe('for the right connection', () => {
    test('an assertion of one tenant in the login of another, both with the same certificate', async () => {
      const begun = await start(globex)
      await expectDenied(await postAnswer(begun, mint(begun, acme.idp)), 'saml_wrong_issuer')
    })

    test('posted to the address of another connection', async () => {
      const begun = await start()
      const form = { SAMLResponse: mint(begun), RelayState: begun.relayState }
      const answer = await begun.browser.post(`/api/oauth/saml/${globex.clientID}`, { form })
      await expectDenied(answer, 'login_wrong_address')
    })

    test('posted to its own address', async () => {
      const begun = await start()
      const form = { SAMLResponse: mint(begun), RelayState: begun.relayState }
      const answer = await begun.browser.post(`/api/oauth/saml/${acme.clientID}`, { form })
      expect(answer.location().searchParams.has('code')).toBe(true)
    })

    test('deactivated on the way', async () => {
      const own = await makeConnection(server, 'off.example')
      const begun = await start(own)
      await setMember(own, { deactivated: true })
      await expectDenied(await finish(server, begun, own.idp), 'login_connection_deactivated')
    })

    test('deleted on the way', async () => {
      const own = await makeConnection(server, 'gone.example')
      const begun = await start(own)
      const query = new URLSearchParams({ clientID: own.clientID, clientSecret: own.clientSecret })
      await managementClient(server).send('DELETE', `/api/v1/connections?${query}`)
      await expectPage(await finish(server, begun, own.idp), 'login_unknown')
    })
  })

  test('after 15 minutes', async () => {
    const begun = await start()
    server.clock.advance(15 * 60 + 1)
    await expectPage(await finish(server, begun, acme.idp), 'login_expired')
  })

  test('without RelayState, which is how a sign-in begins at an identity provider', async () => {
    const begun = await start()
    const answer = await begun.browser.post('/api/oauth/saml', { form: { SAMLResponse: mint(begun) } })
    await expectPage(answer, 'login_unsolicited')
  })

  test('with a RelayState of somebody’s invention', async () => {
    const begun = await start()
    for (const relayState of ['x', 'https://evil.example', '\u0000', 'x'.repeat(10_000)]) {
      const form = { SAMLResponse: mint(begun), RelayState: relayState }
      await expectPage(await begun.browser.post('/api/oauth/saml', { form }), 'login_unknown')
    }
  })

  test.each(['', 'x', '<x/>', '!!!!', Buffer.from('<a><b></a>').toString('base64')])(
    'with the SAMLResponse %j',
    async (response) => {
      const begun = await start()
      await expectDenied(await postAnswer(begun, response), expect.stringMatching(/^saml_/))
    },
  )

  test('larger than anything an identity provider sends: 413, no trace', async () => {
    const begun = await start()
    expect((await postAnswer(begun, 'A'.repeat(600_000))).status).toBe(413)
  })

  test.each(['application/json', 'text/plain', 'multipart/form-data'])('as %s: 415', async (type) => {
    const answer = await createClient(server.port).post('/api/oauth/saml', {
      body: '{}',
      headers: { 'content-type': type },
    })
    expect(answer.status).toBe(415)
    expect(answer.headers['content-type']).toContain('text/html')
  })

  describe('every fault of the test identity provider is told by its own cause', () => {
    const single = Object.keys(faults).filter((name) => name !== 'replay') as Fault[]

    test.each(single)('%s', async (fault) => {
      const begun = await start()
      const { expectedCause } = faults[fault]
      const answer = await finish(server, begun, acme.idp, { fault })
      if (expectedCause === null) return
      const trace = await expectDenied(answer, expectedCause)
      const failed = trace.checks.filter(({ ok }) => !ok)
      expect(failed).toHaveLength(1)
      expect(trace.checks.at(-1)).toEqual(failed[0])
    })
  })

  test('nobody without an e-mail address', async () => {
    const begun = await start()
    const attributes = { email: [] as string[] }
    const person = { ...acme.idp.person, email: 'nobody' }
    const answer = await finish(server, begun, acme.idp, { attributes, person })
    const trace = await expectDenied(answer, 'profile_email_missing')
    expect(trace.sentence).toContain('email')
  })

  test('a certificate that was replaced in the connection is no longer taken', async () => {
    const idp = createIdentityProvider('rotates')
    const own = await makeConnection(server, 'rotates.example', {}, idp)
    const begun = await start(own)
    await setMember(own, { rawMetadata: idp.metadata([idp.idp.otherCertificate]) })
    const answer = await finish(server, begun, idp)
    expect(answer.location().searchParams.get('error')).toBe('access_denied')
    await setMember(own, { rawMetadata: idp.metadata([idp.idp.otherCertificate, idp.idp.certificate]) })
    const again = await finish(server, await start(own), idp)
    expect(again.location().searchParams.has('code')).toBe(true)
  })

  test('legacy encryption only where the connection allows it', async () => {
    const own = await makeConnection(server, 'legacy.example')
    const [key] = await server.house.keys.load((await site()).id, 'saml')
    const more = { fault: 'encrypted-cbc' as Fault, encryptFor: key!.certificate! }
    await expectDenied(await finish(server, await start(own), own.idp, more), 'saml_legacy_encryption')
    await setMember(own, { allowLegacyEncryption: true })
    const answer = await finish(server, await start(own), own.idp, more)
    expect(answer.location().searchParams.has('code')).toBe(true)
  })

  test('an encrypted assertion', async () => {
    const [key] = await server.house.keys.load((await site()).id, 'saml')
    const answer = await finish(server, await start(), acme.idp, { encryptFor: key!.certificate! })
    expect(answer.location().searchParams.has('code')).toBe(true)
  })

  test.each(['assertion', 'response', 'both'] as const)('signed: %s', async (signing) => {
    const answer = await finish(server, await start(), acme.idp, { signing })
    expect(answer.location().searchParams.has('code')).toBe(true)
  })

  test('form_post carries the error as well', async () => {
    const begun = await start(acme, { response_mode: 'form_post' })
    const answer = await finish(server, begun, acme.idp, { fault: 'unsigned' as Fault })
    expect(answer.status).toBe(200)
    expect(answer.text).toContain('name="error" value="access_denied"')
    expect(answer.text).toContain('name="state" value="state-1"')
    expect(answer.text).toContain(`name="iss" value="${server.url}"`)
  })

  function site() {
    return server.house.organizations(`localhost:${server.port}`)
  }

  async function setMember(connection: MadeConnection, more: Record<string, unknown>) {
    const { clientID, clientSecret } = connection
    const answer = await managementClient(server).send('PATCH', '/api/v1/connections', {
      json: { isSAML: true, clientID, clientSecret, ...more },
    })
    expect(answer.status, answer.text).toBe(204)
  }
})
