import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '../testing/describe-on-each-server.ts'
import { createClient } from '../testing/http-client.ts'
import { authorizeParameters, newestTrace, redeem } from '../testing/sign-in.ts'
import { type SamlifyIdp, startSamlifyIdp } from '../testing/start-samlify-idp.ts'
import { openWebBrowser, type Visit } from '../testing/web-browser.ts'

describeOnEachServer('samlify as the identity provider, in a process of its own', (server) => {
  const connection = { tenant: 'globex', product: 'crm' }
  let idp: SamlifyIdp
  /** The application: the browser ends there, with the answer in its address. */
  let callback: string

  const upload = async () => {
    const made = await managementClient(server).post('/api/v1/connections', {
      json: {
        ...connection,
        metadataUrl: idp.metadataUrl,
        defaultRedirectUrl: callback,
        redirectUrl: callback,
      },
    })
    expect(made.status, made.text).toBe(200)
    return made.json<{ clientID: string }>()
  }

  beforeAll(async () => {
    idp = await startSamlifyIdp()
    callback = `${server.url}/application`
    await upload()
  })
  afterAll(() => idp.stop())

  async function signIn(): Promise<Visit> {
    const browser = openWebBrowser()
    const query = new URLSearchParams(authorizeParameters(connection, { redirect_uri: callback }))
    const login = await browser.get(`${server.url}/api/oauth/authorize?${query}`)
    expect(login.url.href).toContain(`${idp.url}/sso?SAMLRequest=`)
    const signedIn = await browser.submit(login, { user: 'site.engineer' })
    return browser.submit(signedIn)
  }

  async function expectProfile(back: Visit) {
    const { sentence } = await newestTrace(server)
    expect(back.url.searchParams.get('code'), sentence).toMatch(/^[\w-]{43}$/)
    expect(back.url.searchParams.get('state')).toBe('state-1')
    const code = back.url.searchParams.get('code')!
    const token = await redeem(server, connection, code, { redirect_uri: callback })
    const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
      headers: { authorization: `Bearer ${token.json().access_token}` },
    })
    expect(userinfo.json()).toMatchObject({
      id: 'site.engineer@globex.example',
      email: 'site.engineer@globex.example',
      firstName: 'Site',
      lastName: 'Engineer',
      requested: connection,
    })
  }

  /** What its admin copies from our metadata. */
  async function ours() {
    const { text } = await createClient(server.port).get('/.well-known/sp-metadata')
    const read = (pattern: RegExp) => pattern.exec(text)?.[1]?.replace(/\s/g, '') ?? ''
    return {
      entityId: read(/entityID="([^"]+)"/),
      acsUrl: read(/<\w+:AssertionConsumerService [^>]*Location="([^"]+)"/),
      certificate: read(/<ds:X509Certificate>([^<]+)</),
    }
  }

  test.each(['assertion', 'message', 'both'] as const)('signs the %s', async (sign) => {
    await idp.configure({ ...(await ours()), sign })
    await expectProfile(await signIn())
  })

  test.each(['assertion', 'message', 'both'] as const)('encrypts, and signs the %s', async (sign) => {
    await idp.configure({ ...(await ours()), sign, encrypt: true })
    await expectProfile(await signIn())
  })

  test('is set up for the connection’s own ACS address', async () => {
    const { clientID } = await upload()
    const { entityId } = await ours()
    await idp.configure({ entityId, acsUrl: `${server.url}/api/oauth/saml/${clientID}` })
    await expectProfile(await signIn())
  })

  test('is set up for another address: the trace says so', async () => {
    const known = await ours()
    const elsewhere = `${server.url}/api/oauth/saml/?other`
    await idp.configure({ ...known, acsUrl: elsewhere })
    const browser = openWebBrowser()
    const query = new URLSearchParams(authorizeParameters(connection, { redirect_uri: callback }))
    const login = await browser.get(`${server.url}/api/oauth/authorize?${query}`)
    const signedIn = await browser.submit(login, { user: 'site.engineer' })
    // Somebody carries the answer to the right address all the same.
    const carried = { ...signedIn, text: signedIn.text.replace(elsewhere, known.acsUrl) }
    const back = await browser.submit(carried)
    expect(back.url.searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({
      cause: 'saml_wrong_destination',
      checks: expect.arrayContaining([expect.objectContaining({ ok: false, received: elsewhere })]),
    })
  })

  test('changes its key: its metadata is read again; a second change within minutes is refused until somebody does that', async () => {
    await idp.configure(await ours())
    await idp.replaceKey()
    await expectProfile(await signIn())
    await idp.replaceKey()
    const back = await signIn()
    expect(back.url.searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({ cause: 'saml_unknown_certificate' })
    await upload()
    await expectProfile(await signIn())
  })
})
