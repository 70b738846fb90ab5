import { beforeEach, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import type { Answer } from '#server/testing/http-client.ts'

type Made = {
  clientID: string
  clientSecret: string
  jwt: { ssoUrl: string; audience: string; secret?: string }
}

describeOnEachServer('/api/v1/connections for customers’ own login pages', (server) => {
  const ssoUrl = 'https://acme.example/vendor/sso/'
  const redirectUrl = 'https://app.acme.example/callback'
  const connection = {
    isJWT: true,
    tenant: 'acme',
    product: 'crm',
    ssoUrl,
    defaultRedirectUrl: redirectUrl,
    redirectUrl,
  }
  const path = '/api/v1/connections'
  const post = (json: unknown): Promise<Answer> => managementClient(server).post(path, { json })
  const patch = (json: unknown) =>
    managementClient(server).send('PATCH', path, { json, headers: { 'x-polis-return-connection': 'true' } })
  const get = (query: string) => managementClient(server).get(`${path}?${query}`)
  const make = async (more: Record<string, unknown> = {}) =>
    (await post({ ...connection, ...more })).json<Made>()

  beforeEach(async () => {
    await server.house.db.connection.deleteMany()
  })

  describe('200', () => {
    test('it is made with a secret of 64 random bytes, told once', async () => {
      const answer = await post({ ...connection, name: 'Acme’s page' })
      expect(answer.status, answer.text).toBe(200)
      const made = answer.json<Made>()
      expect(made).toMatchObject({
        tenant: 'acme',
        product: 'crm',
        name: 'Acme’s page',
        provisioning: 'passthrough',
        trustEmail: false,
        allowUnsolicited: false,
        jwt: { ssoUrl, audience: new URL(server.url).host, secret: expect.stringMatching(/^[\w-]{86}$/) },
      })
      const secret = made.jwt.secret!
      const [found] = (await get(`clientID=${made.clientID}`)).json<Made[]>()
      expect(found).toEqual({ ...made, jwt: { ssoUrl, audience: new URL(server.url).host } })
      const rows = await server.house.db.jwtSecret.findMany()
      expect(rows).toMatchObject([{ hint: secret.slice(-4), lastUsedAt: null }])
      expect(JSON.stringify([rows, await server.house.db.auditEvent.findMany()])).not.toContain(secret)
    })

    test('as a form, and found by its strategy', async () => {
      const form = { ...connection, isJWT: 'true' }
      const answer = await managementClient(server).post(path, { form: form as Record<string, string> })
      expect(answer.json<Made>().jwt.secret).toBeDefined()
      expect((await get('tenant=acme&product=crm&strategy=jwt')).json()).toHaveLength(1)
      expect((await get('tenant=acme&product=crm&strategy=oidc')).json()).toHaveLength(0)
    })

    test('the same page again updates it: no new secret, the same credentials', async () => {
      const made = await make()
      const again = await make({ name: 'Renamed', audience: 'login.vendor.example' })
      expect(again).toMatchObject({
        clientID: made.clientID,
        clientSecret: made.clientSecret,
        name: 'Renamed',
      })
      expect(again.jwt).toEqual({ ssoUrl, audience: 'login.vendor.example' })
      // Nothing said of the audience: it stays.
      expect((await make()).jwt).toEqual(again.jwt)
      expect(await server.house.db.jwtSecret.count()).toBe(1)
    })

    test('the same ten times at once is one connection with one secret, told to one', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, () => post(connection)))
      expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200))
      expect(answers.filter((answer) => answer.json<Made>().jwt.secret !== undefined)).toHaveLength(1)
      expect(await server.house.db.jwtSecret.count()).toBe(1)
    })

    test('address and audience can be changed', async () => {
      const { clientID, clientSecret } = await make()
      const moved = { ssoUrl: 'https://acme.example/sso?brand=1' }
      const answer = await patch({ isJWT: true, clientID, clientSecret, ...moved })
      expect(answer.json<Made>().jwt).toEqual({ ...moved, audience: new URL(server.url).host })
      const other = await patch({
        isJWT: true,
        clientID,
        clientSecret,
        audience: 'www.vendor.example',
        name: 'x',
      })
      expect(other.json<Made>()).toMatchObject({
        name: 'x',
        jwt: { ...moved, audience: 'www.vendor.example' },
      })
    })

    test('our own answer may be sent back', async () => {
      const [found] = (await get(`clientID=${(await make()).clientID}`)).json<Made[]>()
      const said = Object.fromEntries(Object.entries(found!).filter(([, value]) => value !== null))
      expect((await patch({ isJWT: true, ...said })).status).toBe(200)
    })

    test('it is deleted with its secrets', async () => {
      const { clientID, clientSecret } = await make()
      const query = new URLSearchParams({ clientID, clientSecret })
      expect((await managementClient(server).send('DELETE', `${path}?${query}`)).status).toBe(204)
      expect(await server.house.db.jwtSecret.count()).toBe(0)
    })
  })

  describe('400', () => {
    test.each([
      ['ssoUrl', {}],
      ['ssoUrl', { ssoUrl: 'http://acme.example/sso' }],
      ['ssoUrl', { ssoUrl: 'https://acme.example/sso#x' }],
      ['ssoUrl', { ssoUrl: 'https://a:b@acme.example/sso' }],
      ['ssoUrl', { ssoUrl: 'https:acme.example/sso' }],
      ['ssoUrl', { ssoUrl: 'javascript:alert(1)' }],
      ['ssoUrl', { ssoUrl: '//acme.example' }],
      ['ssoUrl', { ssoUrl: 'https://acme.example/gr öße' }],
      ['ssoUrl', { ssoUrl: 'https://acme.example/sso?return_to_path=x' }],
      ['audience', { ssoUrl, audience: 'two words' }],
      ['secret', { ssoUrl, secret: 'x'.repeat(64) }],
    ])('%s: %j', async (member, said) => {
      const { ssoUrl: _, ...rest } = connection
      const answer = await post({ ...rest, ...said })
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ errors: [{ path: member }] })
    })

    test('http is taken for the developer’s own machine', async () => {
      expect((await make({ ssoUrl: 'http://localhost:3000/sso' })).jwt.ssoUrl).toBe(
        'http://localhost:3000/sso',
      )
    })
  })

  test('409: two connections of one product cannot come to have one page', async () => {
    await make()
    const { clientID, clientSecret } = await make({ ssoUrl: 'https://acme.example/other' })
    const answer = await patch({ isJWT: true, clientID, clientSecret, ssoUrl })
    expect(answer.status).toBe(409)
  })

  describe('its secrets', () => {
    const secretsOf = (clientID: string) => `${path}/${clientID}/jwt-secrets`

    test('are listed without what they are, made and deleted', async () => {
      const { clientID, jwt } = await make()
      const management = managementClient(server)
      const made = await management.post(secretsOf(clientID), { json: {} })
      expect(made.status).toBe(201)
      const { id, secret } = made.json<{ id: string; secret: string }>()
      expect(made.json()).toEqual({
        id: expect.stringMatching(/^jws_/),
        secret: expect.stringMatching(/^[\w-]{86}$/),
        hint: secret.slice(-4),
        createdAt: expect.any(String),
        lastUsedAt: null,
      })
      const list = await management.get(secretsOf(clientID))
      expect(list.json()).toMatchObject({ data: [{ hint: jwt.secret!.slice(-4) }, { id }], nextCursor: null })
      for (const one of [secret, jwt.secret!]) expect(list.text).not.toContain(one)
      expect((await management.post(secretsOf(clientID), { json: {} })).status).toBe(409)
      expect((await management.send('DELETE', `${secretsOf(clientID)}/${id}`)).status).toBe(204)
      expect((await management.send('DELETE', `${secretsOf(clientID)}/${id}`)).status).toBe(404)
      const [last] = (await management.get(secretsOf(clientID))).json<{ data: { id: string }[] }>().data
      expect((await management.send('DELETE', `${secretsOf(clientID)}/${last!.id}`)).status).toBe(409)
      const actions = (await server.house.db.auditEvent.findMany()).map(({ action }) => action)
      expect(actions).toEqual(expect.arrayContaining(['jwt-secret.created', 'jwt-secret.deleted']))
    })

    test('404 and 409: no such connection, one of another kind', async () => {
      const management = managementClient(server)
      expect((await management.get(secretsOf('nobody'))).status).toBe(404)
      const oidc = await management.post(path, {
        json: {
          ...{ tenant: 'acme', product: 'crm', oidcClientId: 'c', oidcClientSecret: 's' },
          oidcDiscoveryUrl: `${server.url}/test-idp/acme/oidc/.well-known/openid-configuration`,
          ...{ defaultRedirectUrl: redirectUrl, redirectUrl },
        },
      })
      const { clientID } = oidc.json<Made>()
      expect((await management.post(secretsOf(clientID), { json: {} })).status).toBe(409)
    })

    test('400: nothing can be said of a new one', async () => {
      const { clientID } = await make()
      const answer = await managementClient(server).post(secretsOf(clientID), { json: { secret: 'x' } })
      expect(answer.status).toBe(400)
    })
  })
})
