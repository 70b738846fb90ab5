import { beforeAll, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import { authorizeParameters, begin, newestTrace, postAnswer, redirectUrl } from '#server/testing/sign-in.ts'

describeOnEachServer('the test identity provider of a tenant', (server) => {
  const connection = { tenant: 'acme', product: 'crm' }
  const client = () => createClient(server.port, { accept: 'application/json' })

  beforeAll(async () => {
    await managementClient(server).post('/api/v1/tenants', { json: { slug: 'acme', name: 'Acme' } })
    const metadataUrl = `${server.url}/test-idp/acme/metadata`
    const made = await managementClient(server).post('/api/v1/connections', {
      json: { ...connection, metadataUrl, defaultRedirectUrl: redirectUrl, redirectUrl },
    })
    expect(made.status, made.text).toBe(200)
  })

  const setLive = (live: boolean) =>
    managementClient(server).send('PATCH', '/api/v1/tenants/acme', { json: { live } })

  /** What a script sends, without a page: the login request as authorize sent it. */
  async function answer(more: Record<string, unknown> = {}) {
    const begun = await begin(server, authorizeParameters(connection))
    const SAMLRequest = begun.answer.location().searchParams.get('SAMLRequest')
    const RelayState = begun.relayState
    const json = { SAMLRequest, RelayState, binding: 'redirect', person: 'engineer', ...more }
    return { begun, minted: await client().post('/test-idp/acme/login', { json }) }
  }

  test('signs a script in, as POST {issuer}/test-idp/{tenant}/login', async () => {
    const { begun, minted } = await answer()
    expect(minted.status, minted.text).toBe(200)
    const { acsUrl, SAMLResponse, RelayState } = minted.json<Record<string, string>>()
    expect([acsUrl, RelayState]).toEqual([`${server.url}/api/oauth/saml`, begun.relayState])
    const back = await postAnswer(begun, SAMLResponse!)
    expect(back.location().searchParams.has('code')).toBe(true)
  })

  test('a fault by name is told by the trace', async () => {
    const { begun, minted } = await answer({ fault: 'wrong-audience' })
    await postAnswer(begun, minted.json<{ SAMLResponse: string }>().SAMLResponse)
    expect(await newestTrace(server)).toMatchObject({ cause: 'saml_wrong_audience' })
  })

  test('is closed for a live tenant, and what it said before is not taken any more', async () => {
    const { begun, minted } = await answer()
    await setLive(true)
    for (const path of ['metadata', 'sso', 'login']) {
      const method = path === 'login' ? 'POST' : 'GET'
      const closed = await client().send(
        method,
        `/test-idp/acme/${path}`,
        method === 'POST' ? { json: {} } : {},
      )
      expect(closed.status, path).toBe(403)
    }
    const back = await postAnswer(begun, minted.json<{ SAMLResponse: string }>().SAMLResponse)
    expect(back.location().searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({ cause: 'login_test_idp_for_live_tenant' })
    await setLive(false)
    expect((await answer()).minted.status).toBe(200)
  })

  test.each([
    ['an unknown tenant', '/test-idp/nobody/metadata', 404],
    ['the id of a tenant in place of its slug', '/test-idp/ten_x/metadata', 404],
    ['an unknown page', '/test-idp/acme/admin', 404],
    ['a path upwards', '/test-idp/acme/../../api/v1/tenants', 404],
  ])('%s', async (_name, path, status) => {
    expect((await client().get(path)).status).toBe(status)
  })

  test('answers to this installation only', async () => {
    const json = { acsUrl: 'https://evil.example/acs', issuer: 'x', person: 'engineer' }
    expect((await client().post('/test-idp/acme/login', { json })).status).toBe(400)
  })
})
