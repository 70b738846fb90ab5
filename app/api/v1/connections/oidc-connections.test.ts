import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import type { Client } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'

type Connection = Record<string, unknown> & {
  clientID: string
  clientSecret: string
  oidcProvider: Record<string, unknown>
}

const callback = 'https://app.acme.example/callback'
const secret = 'the-upstream-secret-nobody-may-see'

const metadata = {
  issuer: 'https://idp.acme.example',
  authorization_endpoint: 'https://idp.acme.example/authorize',
  token_endpoint: 'https://idp.acme.example/token',
  jwks_uri: 'https://idp.acme.example/keys',
  id_token_signing_alg_values_supported: ['RS256', 'ES256'],
}

const base = {
  product: 'crm',
  defaultRedirectUrl: callback,
  redirectUrl: callback,
  oidcMetadata: metadata,
  oidcClientId: 'client-of-acme',
  oidcClientSecret: secret,
}

describeOnEachServer('OIDC connections in the API', (server) => {
  let client: Client
  const path = '/api/v1/connections'

  beforeAll(async () => {
    client = managementClient(server)
    await client.post('/api/v1/tenants', { json: { slug: 'acme', name: 'Acme' } })
  })

  async function create(tenant: string, more: Record<string, unknown> = {}): Promise<Connection> {
    const answer = await client.post(path, { json: { ...base, tenant, ...more } })
    expect(answer.status, answer.text).toBe(200)
    expect(answer.text).not.toContain(secret)
    return answer.json<Connection>()
  }

  async function find(query: Record<string, string>): Promise<Connection[]> {
    const answer = await client.get(`${path}?${new URLSearchParams(query)}`)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.text).not.toContain(secret)
    return answer.json<Connection[]>()
  }

  async function refusal(body: Record<string, unknown>, method = 'POST'): Promise<string> {
    const answer = await client.send(method, path, { json: body })
    expect(answer.status, answer.text).toBe(400)
    return answer.json<{ error: { message: string } }>().error.message
  }

  const discovery = () => `${server.url}/test-idp/acme/oidc/.well-known/openid-configuration`
  const sealedOf = async ({ clientID }: { clientID: string }) =>
    (await server.house.db.connection.findUnique({ where: { clientId: clientID } }))!.upstreamSecretSealed

  describe('POST', () => {
    test('by discovery URL: 200 with the bare connection, without the secret', async () => {
      const made = await create('by-url', { oidcMetadata: undefined, oidcDiscoveryUrl: discovery() })
      expect(made).toMatchObject({
        tenant: 'by-url',
        product: 'crm',
        clientID: expect.stringMatching(/^[\w-]{20,}$/),
        clientSecret: expect.stringMatching(/^[\w-]{40,}$/),
        oidcProvider: {
          provider: 'localhost',
          friendlyProviderName: null,
          discoveryUrl: discovery(),
          clientId: 'client-of-acme',
          clientSecret: '********',
        },
      })
      expect(made).not.toHaveProperty('idpMetadata')
      expect(await sealedOf(made)).toMatch(/^v1\./)
    })

    test.each([
      ['an object', metadata],
      ['JSON text', JSON.stringify(metadata)],
    ])('metadata as %s', async (name, oidcMetadata) => {
      const made = await create(`metadata as ${name}`, { oidcMetadata })
      expect(made.oidcProvider).toMatchObject({ provider: 'idp.acme.example', metadata })
      expect(made.oidcProvider).not.toHaveProperty('discoveryUrl')
    })

    test('as a form', async () => {
      const form = new URLSearchParams({ ...base, tenant: 'form', oidcMetadata: JSON.stringify(metadata) })
      const answer = await client.post(path, { form })
      expect(answer.status, answer.text).toBe(200)
      expect(answer.json()).toMatchObject({
        redirectUrl: [callback],
        oidcProvider: { clientId: 'client-of-acme' },
      })
    })

    test('the issuer in place of the discovery URL', async () => {
      const oidcDiscoveryUrl = `${server.url}/test-idp/acme/oidc`
      const made = await create('by issuer', { oidcMetadata: undefined, oidcDiscoveryUrl })
      expect(made.oidcProvider.discoveryUrl).toBe(discovery())
    })

    test('the same tenant, product and oidcClientId again update it, whatever the issuer', async () => {
      const first = await create('again')
      const moved = { ...metadata, issuer: 'https://login.acme.example' }
      const second = await create('again', {
        oidcMetadata: moved,
        oidcClientSecret: 'another-secret',
        name: 'moved',
      })
      expect(second).toMatchObject({
        clientID: first.clientID,
        clientSecret: first.clientSecret,
        name: 'moved',
        oidcProvider: { issuer: 'https://login.acme.example' },
      })
      expect(await find({ tenant: 'again', product: 'crm' })).toHaveLength(1)
      await create('again', { oidcClientId: 'another-client' })
      await create('again', { product: 'erp' })
      await create('again too')
      expect(await find({ tenant: 'again', product: 'crm' })).toHaveLength(2)
    })

    test('ten at once make one connection', async () => {
      const made = await Promise.all(Array.from({ length: 10 }, () => create('at once')))
      expect(new Set(made.map(({ clientID }) => clientID)).size).toBe(1)
      expect(await find({ tenant: 'at once', product: 'crm' })).toHaveLength(1)
    })

    test.each([
      [{ oidcClientId: undefined }, 'Please provide the clientId from OpenID Provider'],
      [{ oidcClientId: ' ' }, 'Please provide the clientId from OpenID Provider'],
      [{ oidcClientSecret: undefined }, 'Please provide the clientSecret from OpenID Provider'],
      [{ oidcClientSecret: '********' }, 'Please provide the clientSecret from OpenID Provider'],
      [
        { oidcMetadata: undefined, isOIDC: true },
        'Please provide the discoveryUrl or issuer metadata for the OpenID Provider',
      ],
      [{ oidcMetadata: undefined }, 'Missing SSO connection params'],
      [{ defaultRedirectUrl: undefined }, 'Please provide a defaultRedirectUrl'],
      [{ redirectUrl: undefined }, 'Please provide redirectUrl'],
      [{ tenant: undefined }, 'Please provide tenant'],
      [{ product: undefined }, 'Please provide product'],
      [{ oidcMetadata: '{"issuer":' }, 'oidcMetadata is not JSON.'],
      [{ oidcMetadata: '[]' }, 'The metadata of the provider must be a JSON object.'],
      [{ oidcMetadata: 12 }, 'oidcMetadata must be an object or JSON'],
      [
        { oidcMetadata: { ...metadata, jwks_uri: undefined } },
        'The metadata of the provider lacks jwks_uri.',
      ],
      [
        { oidcMetadata: undefined, oidcDiscoveryUrl: 'http://idp.acme.example' },
        'Discovery URL not valid, allowed ones are localhost/HTTPS URLs',
      ],
      [
        { oidcMetadata: undefined, oidcDiscoveryUrl: 'file:///etc/passwd' },
        'Discovery URL not valid, allowed ones are localhost/HTTPS URLs',
      ],
      [{ description: 'x'.repeat(101) }, 'Description should not exceed 100 characters'],
    ])('%j is refused', async (change, message) => {
      expect(await refusal({ ...base, tenant: 'refused', ...change })).toBe(message)
    })

    test.each([
      [
        'https://169.254.169.254/latest',
        /^The discovery document could not be fetched: .*not a public address/,
      ],
      ['https://10.0.0.1/oidc', /^The discovery document could not be fetched: .*not a public address/],
    ])('discovery at %s is refused', async (oidcDiscoveryUrl, sentence) => {
      const body = { ...base, tenant: 'refused', oidcMetadata: undefined, oidcDiscoveryUrl }
      expect(await refusal(body)).toMatch(sentence)
    })

    test('a discovery document that is none, or of another issuer, is refused', async () => {
      const at = (oidcDiscoveryUrl: string) =>
        refusal({ ...base, tenant: 'refused', oidcMetadata: undefined, oidcDiscoveryUrl })
      expect(await at(`${server.url}/test-idp/nobody/oidc`)).toMatch(/answered with status 404/)
      expect(await at(`${server.url}/.well-known/saml-configuration`)).toMatch(/something else than JSON/)
      const alias = discovery().replace('localhost', '127.0.0.1')
      expect(await at(alias)).toMatch(/could not be fetched|describes the issuer/)
    })

    test('both kinds at once: SAML, as before', async () => {
      const answer = await client.post(path, {
        json: { ...base, tenant: 'both', rawMetadata: createIdentityProvider('both').metadata() },
      })
      expect(answer.json()).toHaveProperty('idpMetadata')
      expect(answer.json()).not.toHaveProperty('oidcProvider')
    })
  })

  describe('GET', () => {
    beforeAll(async () => {
      await create('mixed', { sortOrder: 1 })
      const saml = { rawMetadata: createIdentityProvider('mixed').metadata(), sortOrder: 2 }
      await client.post(path, { json: { ...base, tenant: 'mixed', ...saml } })
    })

    test('strategy tells the kinds apart', async () => {
      const query = { tenant: 'mixed', product: 'crm' }
      expect(await find(query)).toHaveLength(2)
      const [oidc, ...others] = await find({ ...query, strategy: 'oidc' })
      expect(oidc).toMatchObject({ oidcProvider: { clientId: 'client-of-acme', clientSecret: '********' } })
      expect(others).toEqual([])
      expect((await find({ ...query, strategy: 'saml' })).map((one) => 'idpMetadata' in one)).toEqual([true])
    })

    test('the list by product, and existence', async () => {
      const listed = await client.get(`${path}/product?product=crm&pageLimit=200`)
      expect(listed.json<Connection[]>().filter(({ oidcProvider }) => oidcProvider).length).toBeGreaterThan(3)
      expect(listed.text).not.toContain(secret)
      expect((await client.get(`${path}/exists?tenant=mixed&product=crm&strategy=oidc`)).status).toBe(204)
      expect((await client.get(`${path}/exists?tenant=mixed&product=crm&strategy=jwt`)).status).toBe(404)
    })

    test.each([
      ['https://acme.okta.com', 'Okta'],
      ['https://login.microsoftonline.com/2f1a8e0c/v2.0', 'Entra ID'],
      ['https://accounts.google.com', 'Google'],
      ['https://oauth.id.jumpcloud.com/', 'JumpCloud'],
      ['https://acme.onelogin.com/oidc/2', 'OneLogin'],
      ['https://auth.pingone.eu/2f1a/as', 'PingOne'],
      ['https://acme.eu.auth0.com/', 'Auth0'],
      ['https://id.acme.example/realms/staff', 'Keycloak'],
    ])('%s is called %s', async (issuer, friendlyProviderName) => {
      const made = await create(`named ${friendlyProviderName}`, { oidcMetadata: { ...metadata, issuer } })
      expect(made.oidcProvider).toMatchObject({ friendlyProviderName, provider: new URL(issuer).hostname })
    })
  })

  describe('PATCH', () => {
    const patch = async (body: Record<string, unknown>) => {
      const answer = await client.send('PATCH', path, { json: body })
      expect(answer.status, answer.text).toBe(204)
    }

    test('by the marker alone: settings change, the provider and its secret stay', async () => {
      const made = await create('patched')
      const before = await sealedOf(made)
      const { clientID, clientSecret } = made
      await patch({
        isOIDC: true,
        clientID,
        clientSecret,
        name: 'renamed',
        forceAuthn: 'true',
        deactivated: true,
      })
      expect((await find({ clientID }))[0]).toMatchObject({
        name: 'renamed',
        forceAuthn: true,
        deactivated: true,
        oidcProvider: made.oidcProvider,
      })
      expect(await sealedOf(made)).toBe(before)
    })

    test('what was answered may be sent back: the mask overwrites nothing', async () => {
      const made = await create('echoed')
      const before = await sealedOf(made)
      const { oidcProvider, clientID, clientSecret, createdAt, updatedAt } = made
      await patch({
        isOIDC: true,
        clientID,
        clientSecret,
        oidcProvider,
        createdAt,
        updatedAt,
        oidcClientSecret: '********',
      })
      expect(await sealedOf(made)).toBe(before)
    })

    test('a new secret, and a new discovery URL', async () => {
      const made = await create('renewed')
      const before = await sealedOf(made)
      const { clientID, clientSecret } = made
      await patch({ isOIDC: true, clientID, clientSecret, oidcClientSecret: `${secret}-2` })
      const after = await sealedOf(made)
      expect(after).not.toBe(before)
      await patch({ clientID, clientSecret, oidcDiscoveryUrl: discovery() })
      expect((await find({ clientID }))[0]!.oidcProvider).toMatchObject({ discoveryUrl: discovery() })
      expect(await sealedOf(made)).toBe(after)
    })

    test('refusals', async () => {
      const { clientID, clientSecret } = await create('refusing')
      const own = { isOIDC: true, clientID, clientSecret }
      expect(await refusal({ ...own, clientSecret: 'wrong' }, 'PATCH')).toBe('clientSecret mismatch')
      expect(await refusal({ ...own, isOIDC: undefined, isSAML: true }, 'PATCH')).toBe(
        'clientSecret mismatch',
      )
      expect(await refusal({ ...own, oidcClientId: 'another-client' }, 'PATCH')).toBe(
        'Tenant/Product config mismatch with OIDC Provider metadata',
      )
      expect(await refusal({ ...own, oidcMetadata: '{}' }, 'PATCH')).toBe(
        'The metadata of the provider lacks issuer.',
      )
    })
  })

  test('DELETE by tenant, product and strategy leaves the other kind alone', async () => {
    await create('deleted')
    const rawMetadata = createIdentityProvider('deleted').metadata()
    await client.post(path, { json: { ...base, tenant: 'deleted', rawMetadata } })
    const query = { tenant: 'deleted', product: 'crm' }
    const gone = await client.send('DELETE', `${path}?${new URLSearchParams({ ...query, strategy: 'oidc' })}`)
    expect(gone.status).toBe(204)
    expect((await find(query)).map((one) => 'idpMetadata' in one)).toEqual([true])
  })

  test('the audit log says what was set, and that the secret was replaced, and not what it is', async () => {
    const { clientID, clientSecret } = await create('audited')
    await client.send('PATCH', path, {
      json: { isOIDC: true, clientID, clientSecret, oidcClientSecret: `${secret}-2` },
    })
    const events = await server.house.db.auditEvent.findMany({
      where: { tenant: 'audited' },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ action }) => action)).toEqual(['connection.created', 'connection.updated'])
    expect(events[0]!.after).toMatchObject({
      issuer: metadata.issuer,
      oidcClientId: 'client-of-acme',
      oidcDiscoveryUrl: null,
    })
    expect(events[1]!.after).toMatchObject({ oidcClientSecret: 'replaced' })
    expect(JSON.stringify(events)).not.toContain(secret)
  })
})
