import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'

type Connection = Record<string, unknown> & {
  clientID: string
  clientSecret: string
  tenant: string
  redirectUrl: string[]
  idpMetadata: Record<string, unknown>
}

const idp = createIdentityProvider('acme')
const otherIdp = createIdentityProvider('globex', 'idp.globex.example')
const callback = 'https://app.acme.example/callback'
const base = {
  product: 'crm',
  defaultRedirectUrl: callback,
  redirectUrl: callback,
  rawMetadata: idp.metadata(),
}
const base64 = (text: string) => Buffer.from(text).toString('base64')

describeOnEachServer('the connections API', (server) => {
  let client: Client
  const path = '/api/v1/connections'

  beforeAll(() => {
    client = managementClient(server)
  })

  async function create(tenant: string, more: Record<string, unknown> = {}): Promise<Connection> {
    const answer = await client.post(path, { json: { ...base, tenant, ...more } })
    expect(answer.status, answer.text).toBe(200)
    return answer.json<Connection>()
  }

  async function refusal(body: Record<string, unknown>, method = 'POST'): Promise<string> {
    const answer = await client.send(method, path, { json: body })
    expect(answer.status, answer.text).toBe(400)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    const problem = answer.json<{
      error: { message: string }
      detail: string
      status: number
      errors: unknown
    }>()
    expect(problem).toMatchObject({ status: 400, title: 'Bad Request', detail: problem.error.message })
    return problem.error.message
  }

  describe('POST', () => {
    test('answers 200 with the bare connection', async () => {
      const made = await create('shape.example', { name: 'demo', description: 'Demo SAML connection' })
      expect(made).toMatchObject({
        tenant: 'shape.example',
        product: 'crm',
        name: 'demo',
        description: 'Demo SAML connection',
        defaultRedirectUrl: callback,
        redirectUrl: [callback],
        forceAuthn: false,
        sortOrder: null,
        clientID: expect.stringMatching(/^[\w-]{20,}$/),
        clientSecret: expect.stringMatching(/^[\w-]{40,}$/),
        idpMetadata: {
          entityID: idp.entityId,
          sso: { postUrl: `${idp.idp.baseUrl}/sso`, redirectUrl: `${idp.idp.baseUrl}/sso` },
          slo: {},
          publicKey: idp.idp.certificate,
          thumbprint: expect.stringMatching(/^[0-9a-f]{40}$/i),
          loginType: 'idp',
          provider: 'idp.acme.example',
        },
      })
    })

    test('the form of the document: repeated redirectUrl, encodedRawMetadata', async () => {
      const form = new URLSearchParams({
        encodedRawMetadata: base64(idp.metadata()),
        defaultRedirectUrl: 'http://localhost:3366/login/saml',
        tenant: 'boxyhq.com',
        product: 'demo',
        name: 'demo-connection',
        description: 'Demo SAML connection',
        forceAuthn: 'true',
        sortOrder: '3',
      })
      form.append('redirectUrl', 'http://localhost:3366/*')
      form.append('redirectUrl', 'http://localhost:3000/*')
      const answer = await client.post(path, { form })
      expect(answer.status, answer.text).toBe(200)
      expect(answer.json()).toMatchObject({
        redirectUrl: ['http://localhost:3366/*', 'http://localhost:3000/*'],
        forceAuthn: true,
        sortOrder: 3,
      })
    })

    test.each([
      ['an array', [callback, 'https://b.example/*']],
      ['an array as JSON text', JSON.stringify([callback, 'https://b.example/*'])],
    ])('redirectUrl as %s', async (name, redirectUrl) => {
      const made = await create(`urls ${name}`, { redirectUrl })
      expect(made.redirectUrl).toEqual([callback, 'https://b.example/*'])
    })

    test('one redirectUrl is answered as an array', async () => {
      expect((await create('urls one')).redirectUrl).toEqual([callback])
    })

    test.each(['url-safe', 'with line breaks'])('encodedRawMetadata in base64, %s', async (kind) => {
      const encoded = base64(idp.metadata())
      const written =
        kind === 'url-safe'
          ? encoded.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
          : encoded.replace(/.{76}/g, '$&\r\n')
      await create(`base64 ${kind}`, { rawMetadata: undefined, encodedRawMetadata: written })
    })

    test('several certificates are kept in their order', async () => {
      const certificates = [otherIdp.idp.otherCertificate, idp.idp.certificate]
      const made = await create('rollover.example', { rawMetadata: idp.metadata(certificates) })
      expect(made.idpMetadata).toMatchObject({ publicKey: certificates[0], publicKeys: certificates })
    })

    test('the same tenant, product and entityID again updates, and keeps clientID and clientSecret', async () => {
      const first = await create('upsert.example', { name: 'first', description: 'stays' })
      const second = await create('upsert.example', {
        name: 'second',
        rawMetadata: idp.metadata([idp.idp.otherCertificate]),
      })
      expect(second).toMatchObject({
        clientID: first.clientID,
        clientSecret: first.clientSecret,
        name: 'second',
        description: 'stays',
        idpMetadata: { publicKey: idp.idp.otherCertificate },
      })
      const found = await client.get(`${path}?tenant=upsert.example&product=crm`)
      expect(found.json<Connection[]>()).toHaveLength(1)
    })

    test('ten at the same moment make one connection', async () => {
      const made = await Promise.all(Array.from({ length: 10 }, () => create('parallel.example')))
      expect(new Set(made.map(({ clientID }) => clientID)).size).toBe(1)
      expect(new Set(made.map(({ clientSecret }) => clientSecret)).size).toBe(1)
    })

    test('the same entityID in another tenant, or for another product, is another connection', async () => {
      const one = await create('shared-1.example')
      const two = await create('shared-2.example')
      const three = await create('shared-1.example', { product: 'erp' })
      expect(new Set([one, two, three].map(({ clientID }) => clientID)).size).toBe(3)
    })

    test.each([
      'dots.and.more',
      'Capitals',
      'with space',
      'a/b',
      'ümläut 株',
      '100%',
      'quote\'"',
      '<b>',
      'x+y&z=1',
    ])('the tenant %j comes back as it was sent, and is found by it', async (tenant) => {
      expect((await create(tenant)).tenant).toBe(tenant)
      const query = new URLSearchParams({ tenant, product: 'crm' })
      expect((await client.get(`${path}?${query}`)).json<Connection[]>()).toHaveLength(1)
    })

    test('the longest tenant and product have 128 characters', async () => {
      await create('t'.repeat(128), { product: 'p'.repeat(128) })
      expect(await refusal({ ...base, tenant: 't'.repeat(129) })).toContain('128')
      expect(await refusal({ ...base, tenant: 'x', product: 'p'.repeat(129) })).toContain('128')
    })

    const without = (...names: string[]) => {
      const body: Record<string, unknown> = { ...base, tenant: 'refused.example' }
      for (const name of names) delete body[name]
      return body
    }
    const withMore = (more: Record<string, unknown>) => ({ ...base, tenant: 'refused.example', ...more })
    const metadata = idp.metadata()
    const refusals: [string, Record<string, unknown>][] = [
      ['Missing SSO connection params', without('rawMetadata')],
      [
        'Please provide rawMetadata or encodedRawMetadata or metadataUrl',
        { ...without('rawMetadata'), isSAML: true },
      ],
      [
        'Please provide rawMetadata or encodedRawMetadata or metadataUrl',
        { ...without('rawMetadata'), isSAML: 'true' },
      ],
      ['Please provide a defaultRedirectUrl', without('defaultRedirectUrl')],
      ['Please provide redirectUrl', without('redirectUrl')],
      ['Please provide redirectUrl', withMore({ redirectUrl: [] })],
      ['Please provide tenant', without('tenant')],
      ['Please provide tenant', withMore({ tenant: '' })],
      ['Please provide product', without('product')],
      ['tenant cannot contain the character :', withMore({ tenant: 'a:b' })],
      ['product cannot contain the character :', withMore({ product: 'a:b' })],
      ['Description should not exceed 100 characters', withMore({ description: 'd'.repeat(101) })],
      ['redirectUrl is invalid', withMore({ redirectUrl: 'not a url' })],
      ['redirectUrl is invalid', withMore({ redirectUrl: ['https://ok.example', 'javascript:alert(1)'] })],
      ['redirectUrl is invalid', withMore({ redirectUrl: '["https://ok.example"' })],
      ['redirectUrl is invalid', withMore({ redirectUrl: [1] })],
      ['redirectUrl is invalid', withMore({ redirectUrl: { url: callback } })],
      ['redirectUrl is invalid', withMore({ redirectUrl: 'https://*/*' })],
      ['defaultRedirectUrl is invalid', withMore({ defaultRedirectUrl: 'data:text/html,x' })],
      ['defaultRedirectUrl is invalid', withMore({ defaultRedirectUrl: 'https://*.acme.example/' })],
      [
        'Exceeded maximum number of allowed redirect urls',
        withMore({ redirectUrl: Array.from({ length: 101 }, (_, index) => `https://a.example/${index}`) }),
      ],
      ['The field `sortOrder` must be a number.', withMore({ sortOrder: 'first' })],
      ['The field `sortOrder` must be a number.', withMore({ sortOrder: 1.5 })],
      [
        'Please provide a metadata with IDPSSODescriptor',
        withMore({ rawMetadata: metadata.replaceAll('IDPSSODescriptor', 'SPSSODescriptor') }),
      ],
      [
        "Couldn't parse EntityID from SAML metadata",
        withMore({ rawMetadata: metadata.replace(/ entityID="[^"]*"/, '') }),
      ],
      [
        "Couldn't find SAML bindings for POST/REDIRECT",
        withMore({
          rawMetadata: metadata.replace(/<md:SingleSignOnService[^>]*>(<\/md:SingleSignOnService>)?/g, ''),
        }),
      ],
      [
        'Metadata URL not valid, allowed ones are localhost/HTTPS URLs',
        { ...without('rawMetadata'), metadataUrl: 'http://idp.acme.example/metadata' },
      ],
      [
        'Metadata URL not valid, allowed ones are localhost/HTTPS URLs',
        { ...without('rawMetadata'), metadataUrl: 'file:///etc/passwd' },
      ],
      [
        'Metadata URL not valid, allowed ones are localhost/HTTPS URLs',
        { ...without('rawMetadata'), metadataUrl: 'no url' },
      ],
    ]

    test.each(refusals)('400 "%s"', async (message, body) => {
      expect(await refusal(body)).toBe(message)
    })

    test.each([
      ['not XML', 'rawMetadata', 'hello'],
      ['cut off', 'rawMetadata', metadata.slice(0, 300)],
      ['a DOCTYPE', 'rawMetadata', `<!DOCTYPE x [<!ENTITY a "b">]>${metadata}`],
      ['an undefined prefix', 'rawMetadata', metadata.replace('xmlns:md=', 'xmlns:nd=')],
      ['a certificate that is none', 'rawMetadata', idp.metadata(['AAAA'])],
      ['no certificate', 'rawMetadata', idp.metadata([])],
      [
        'a javascript: address',
        'rawMetadata',
        metadata.replaceAll(`${idp.idp.baseUrl}/sso`, 'javascript:alert(1)'),
      ],
      ['not base64', 'encodedRawMetadata', '***'],
      ['base64 of no text', 'encodedRawMetadata', Buffer.from([0xff, 0xfe, 0x00]).toString('base64')],
    ])('400 for metadata: %s', async (_name, member, value) => {
      const message = await refusal({ ...without('rawMetadata'), [member]: value })
      expect(message).toMatch(/metadata|base64|certificate/i)
    })

    test('unknown members are refused with their path', async () => {
      const answer = await client.post(path, {
        json: withMore({ organizationId: 'org_1', redirectUrls: [] }),
      })
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({
        errors: [{ path: 'organizationId' }, { path: 'redirectUrls' }],
      })
    })

    test.each([
      ['forceAuthn', 'perhaps'],
      ['name', { first: 'x' }],
      ['tenant', ['a', 'b']],
      ['trustEmail', 1],
      ['provisioning', 'sometimes'],
      ['attributeMap', 'email=mail'],
      ['acsUrlOverride', 'javascript:alert(1)'],
    ])('400 for %s: %j, with its path', async (member, value) => {
      const answer = await client.post(path, { json: withMore({ [member]: value }) })
      expect(answer.status, answer.text).toBe(400)
      const { errors } = answer.json<{ errors: { path: string; message: string }[] }>()
      expect(errors[0]?.path.split('.')[0]).toBe(member)
    })

    test.each([
      ['a NUL in the tenant', { tenant: 'a\u0000b' }],
      ['a NUL in the product', { product: 'a\u0000b' }],
      ['a NUL in the name', { name: 'a\u0000b' }],
      ['a NUL in the description', { description: 'a\u0000b' }],
      ['a NUL in the identifierFormat', { identifierFormat: 'a\u0000b' }],
      ['a NUL in the samlAudienceOverride', { samlAudienceOverride: 'a\u0000b' }],
      ['a NUL in the attributeMap', { attributeMap: { email: 'a\u0000b' } }],
      ['a NUL in the userPolicies', { userPolicies: { 'a\u0000b': 1 } }],
      ['half a surrogate pair in the attributeMap', { attributeMap: { email: '\ud800' } }],
      ['half a surrogate pair in the tenant', { tenant: '\ud800x' }],
    ])('what no database can keep is 400, not 500: %s', async (_name, more) => {
      await refusal(withMore(more))
    })

    test('members of our own answer may be sent back', async () => {
      const made = await create('echo.example')
      const { idpMetadata, createdAt, updatedAt } = made
      await create('echo.example', { idpMetadata, createdAt, updatedAt })
    })
  })

  describe('metadataUrl', () => {
    let site: Server
    let origin: string
    beforeAll(async () => {
      site = createServer((request, response) => {
        if (request.url === '/metadata') return response.end(idp.metadata())
        if (request.url === '/moved') return response.writeHead(302, { location: '/metadata' }).end()
        if (request.url === '/away') return response.writeHead(302, { location: 'http://127.66.0.9/' }).end()
        if (request.url === '/large') return response.end(Buffer.alloc(2_200_000, 'x'))
        return response.writeHead(404).end()
      })
      await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
      origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`
    })
    afterAll(() => new Promise((resolve) => site.close(resolve)))

    test.each(['/metadata', '/moved'])('is fetched: %s', async (place) => {
      const made = await create(`url ${place}`, { rawMetadata: undefined, metadataUrl: origin + place })
      expect(made.idpMetadata.entityID).toBe(idp.entityId)
      expect(made.metadataUrl).toBe(origin + place)
    })

    test.each([
      ['/missing', 'answered with status 404'],
      ['/large', 'sent more than 2048 KB'],
    ])('a sentence says what went wrong: %s', async (place, sentence) => {
      const body = { ...base, tenant: 'url', rawMetadata: undefined, metadataUrl: origin + place }
      expect(await refusal(body)).toContain(sentence)
    })

    test('a name that cannot be resolved, and a port nobody listens on', async () => {
      const body = { ...base, tenant: 'url', rawMetadata: undefined }
      expect(await refusal({ ...body, metadataUrl: 'https://nowhere.invalid/metadata' })).toContain(
        'could not be resolved',
      )
      expect(await refusal({ ...body, metadataUrl: 'http://127.0.0.1:9/metadata' })).toContain(
        'could not be reached',
      )
    })
  })

  describe('GET', () => {
    let one: Connection
    let two: Connection
    beforeAll(async () => {
      one = await create('read.example', { sortOrder: 1 })
      two = await create('read.example', { sortOrder: 5, rawMetadata: otherIdp.metadata() })
      await create('read-2.example', { rawMetadata: otherIdp.metadata() })
    })

    const find = async (query: string) => {
      const answer = await client.get(`${path}?${query}`)
      expect(answer.status, answer.text).toBe(200)
      return answer.json<Connection[]>()
    }

    test('by clientID: an array with friendlyProviderName and deactivated', async () => {
      const found = await find(`clientID=${one.clientID}`)
      expect(found).toEqual([
        expect.objectContaining({
          clientID: one.clientID,
          clientSecret: one.clientSecret,
          deactivated: false,
          idpMetadata: expect.objectContaining({ friendlyProviderName: null, provider: 'idp.acme.example' }),
        }),
      ])
    })

    test('by tenant and product; several tenants', async () => {
      expect(await find('tenant=read.example&product=crm')).toHaveLength(2)
      expect(await find('tenant=read.example&tenant=read-2.example&product=crm')).toHaveLength(3)
    })

    test('by entityId', async () => {
      const query = new URLSearchParams({ entityId: otherIdp.entityId })
      const found = await find(String(query))
      expect(found.length).toBeGreaterThanOrEqual(2)
      expect(new Set(found.map(({ idpMetadata }) => idpMetadata.entityID))).toEqual(
        new Set([otherIdp.entityId]),
      )
    })

    test('sort=true orders by sortOrder, the highest first', async () => {
      const found = await find('tenant=read.example&product=crm&sort=true')
      expect(found.map(({ clientID }) => clientID)).toEqual([two.clientID, one.clientID])
    })

    test('strategy', async () => {
      expect(await find('tenant=read.example&product=crm&strategy=saml')).toHaveLength(2)
      expect(await find('tenant=read.example&product=crm&strategy=oidc')).toEqual([])
    })

    test('an empty array when there is none', async () => {
      expect(await find('tenant=nobody&product=crm')).toEqual([])
      expect(await find('clientID=nobody')).toEqual([])
    })

    test.each(['', 'tenant=read.example', 'product=crm', 'unknown=1'])(
      '400 when too little is named: %j',
      async (query) => {
        const answer = await client.get(`${path}?${query}`)
        expect(answer.status).toBe(400)
        expect(answer.json()).toMatchObject({
          error: { message: 'Please provide `clientID` or `tenant` and `product`.' },
        })
      },
    )

    test('/exists: 204, or 404 with an empty object', async () => {
      const there = await client.get(`${path}/exists?tenant=read.example&product=crm`)
      expect([there.status, there.text]).toEqual([204, ''])
      const missing = await client.get(`${path}/exists?tenant=nobody&product=crm`)
      expect([missing.status, missing.json()]).toEqual([404, {}])
      expect((await client.get(`${path}/exists`)).status).toBe(400)
    })

    test('/product: an array in pages', async () => {
      for (const tenant of ['page-1', 'page-2', 'page-3']) await create(tenant, { product: 'paged' })
      const page = async (query: string) =>
        (await client.get(`${path}/product?product=paged${query}`))
          .json<Connection[]>()
          .map(({ tenant }) => tenant)
      expect(await page('')).toEqual(['page-1', 'page-2', 'page-3'])
      expect(await page('&pageOffset=1&pageLimit=1')).toEqual(['page-2'])
      expect(await page('&pageOffset=9')).toEqual([])
      for (const query of ['', '?product=', '?product=x&pageLimit=-1', '?product=x&pageOffset=x']) {
        expect((await client.get(`${path}/product${query}`)).status, query).toBe(400)
      }
    })

    test.each([
      'clientID=%00',
      'tenant=%00&product=crm',
      'tenant=a&product=%00',
      'entityId=%00',
      'clientID=%ff%fe',
      'tenant=a&product=b&product=c',
      'clientID=a&clientID=b',
      'strategy=other&clientID=x',
    ])('odd queries are no 5xx: %s', async (query) => {
      for (const place of ['', '/exists', '/product']) {
        expect((await client.get(`${path}${place}?${query}`)).status, place).toBeLessThan(500)
      }
    })

    test('/api/v1/sso is the same', async () => {
      const answer = await client.get(`/api/v1/sso?clientID=${one.clientID}`)
      expect(answer.json<Connection[]>()[0]?.clientID).toBe(one.clientID)
      expect((await client.get('/api/v1/sso/exists?clientID=nobody')).status).toBe(404)
      expect((await client.get('/api/v1/sso/product?product=nobody')).json()).toEqual([])
    })
  })

  describe('PATCH', () => {
    const patch = (body: Record<string, unknown>, headers = {}) =>
      client.send('PATCH', path, { json: { isSAML: true, ...body }, headers })

    test('204 by clientID and clientSecret; what was not named stays', async () => {
      const { clientID, clientSecret } = await create('patch-1', { name: 'before', description: 'stays' })
      const answer = await patch({ clientID, clientSecret, name: 'after' })
      expect([answer.status, answer.text]).toEqual([204, ''])
      const [found] = (await client.get(`${path}?clientID=${clientID}`)).json<Connection[]>()
      expect(found).toMatchObject({
        name: 'after',
        description: 'stays',
        clientSecret,
        redirectUrl: [callback],
      })
    })

    test('by tenant and product; the header asks for the object', async () => {
      const { clientSecret } = await create('patch-2')
      const answer = await patch(
        { tenant: 'patch-2', product: 'crm', clientSecret, label: 'new' },
        { 'x-polis-return-connection': 'true' },
      )
      expect(answer.status).toBe(200)
      expect(answer.json()).toMatchObject({ tenant: 'patch-2', label: 'new', clientSecret })
    })

    test('as a form, with booleans as text', async () => {
      const { clientID, clientSecret } = await create('patch-3')
      const form = { isSAML: 'true', clientID, clientSecret, deactivated: 'true', forceAuthn: 'true' }
      expect((await client.send('PATCH', path, { form })).status).toBe(204)
      const [found] = (await client.get(`${path}?clientID=${clientID}`)).json<Connection[]>()
      expect(found).toMatchObject({ deactivated: true, forceAuthn: true })
      await patch({ clientID, clientSecret, deactivated: false, forceAuthn: false })
      const [again] = (await client.get(`${path}?clientID=${clientID}`)).json<Connection[]>()
      expect(again).toMatchObject({ deactivated: false, forceAuthn: false })
    })

    test('new metadata of the same identity provider is taken', async () => {
      const { clientID, clientSecret } = await create('patch-4')
      const rawMetadata = idp.metadata([idp.idp.otherCertificate])
      expect((await patch({ clientID, clientSecret, rawMetadata })).status).toBe(204)
      const [found] = (await client.get(`${path}?clientID=${clientID}`)).json<Connection[]>()
      expect(found?.idpMetadata.publicKey).toBe(idp.idp.otherCertificate)
    })

    test('refusals and their texts', async () => {
      const { clientID, clientSecret } = await create('patch-5')
      const named = { isSAML: true, clientID, clientSecret }
      expect(await refusal({ ...named, clientSecret: 'wrong' }, 'PATCH')).toBe('clientSecret mismatch')
      expect(await refusal({ ...named, clientID: 'nobody' }, 'PATCH')).toBe('clientSecret mismatch')
      expect(await refusal({ ...named, rawMetadata: otherIdp.metadata() }, 'PATCH')).toBe(
        'Tenant/Product config mismatch with IdP metadata',
      )
      expect(await refusal({ clientID, clientSecret }, 'PATCH')).toBe('Missing SSO connection params')
      expect(await refusal({ isSAML: true, clientID }, 'PATCH')).toBe('Please provide clientSecret')
      expect(await refusal({ isSAML: true, clientSecret }, 'PATCH')).toBe(
        'Please provide clientID or tenant and product',
      )
      expect(await refusal({ ...named, redirectUrl: 'nonsense' }, 'PATCH')).toBe('redirectUrl is invalid')
      const [found] = (await client.get(`${path}?clientID=${clientID}`)).json<Connection[]>()
      expect(found).toMatchObject({ redirectUrl: [callback], idpMetadata: { entityID: idp.entityId } })
    })

    test('the redirect URLs cannot be taken away', async () => {
      const { clientID, clientSecret } = await create('patch-6')
      await patch({ clientID, clientSecret, redirectUrl: [] })
      const [found] = (await client.get(`${path}?clientID=${clientID}`)).json<Connection[]>()
      expect(found?.defaultRedirectUrl).toBe(callback)
    })
  })

  describe('DELETE', () => {
    const remove = (query: Record<string, string>) =>
      client.send('DELETE', `${path}?${new URLSearchParams(query)}`)

    test('by clientID and clientSecret, 204, also when nothing matches', async () => {
      const { clientID, clientSecret } = await create('delete-1')
      expect((await remove({ clientID, clientSecret: 'wrong' })).json()).toMatchObject({
        error: { message: 'clientSecret mismatch' },
      })
      expect((await client.get(`${path}?clientID=${clientID}`)).json()).toHaveLength(1)
      expect((await remove({ clientID, clientSecret })).status).toBe(204)
      expect((await client.get(`${path}?clientID=${clientID}`)).json()).toEqual([])
      expect((await remove({ clientID, clientSecret })).status).toBe(204)
    })

    test('by tenant and product, all of them; strategy narrows', async () => {
      await create('delete-2')
      await create('delete-2', { rawMetadata: otherIdp.metadata() })
      await create('delete-2', { product: 'erp' })
      expect((await remove({ tenant: 'delete-2', product: 'crm', strategy: 'oidc' })).status).toBe(204)
      expect((await client.get(`${path}?tenant=delete-2&product=crm`)).json()).toHaveLength(2)
      expect((await remove({ tenant: 'delete-2', product: 'crm' })).status).toBe(204)
      expect((await client.get(`${path}?tenant=delete-2&product=crm`)).json()).toEqual([])
      expect((await client.get(`${path}?tenant=delete-2&product=erp`)).json()).toHaveLength(1)
    })

    test.each<Record<string, string>>([{}, { clientID: 'x' }, { tenant: 'delete-2' }, { product: 'crm' }])(
      '400 when too little is named: %j',
      async (query) => {
        expect((await remove(query)).status).toBe(400)
      },
    )
  })

  describe('who may ask, and how', () => {
    test.each(['Api-Key', 'Bearer', 'api-key', 'Anything'])(
      'the scheme %s before the key',
      async (scheme) => {
        const headers = { authorization: `${scheme} ${server.apiKey}` }
        expect((await createClient(server.port).get(`${path}?clientID=x`, { headers })).status).toBe(200)
      },
    )

    test.each([
      undefined,
      '',
      'Api-Key',
      'Api-Key ',
      'Api-Key wrong',
      'Api-Key test-management-key-000',
      'Api-Key undefined',
    ])('401 for %j', async (authorization) => {
      const anyone = createClient(server.port, authorization === undefined ? {} : { authorization })
      for (const method of ['GET', 'POST', 'PATCH', 'DELETE']) {
        const answer = await anyone.send(method, path, method === 'POST' ? { json: base } : {})
        expect(answer.status, method).toBe(401)
        expect(answer.json()).toMatchObject({ error: { message: 'Unauthorized' } })
        expect(answer.headers['www-authenticate']).toBe('Api-Key')
      }
    })

    test('the key alone, without a scheme, is refused', async () => {
      const headers = { authorization: server.apiKey }
      expect((await createClient(server.port).get(`${path}?clientID=x`, { headers })).status).toBe(401)
    })

    test('405 with Allow and the text of the dialect', async () => {
      const answer = await client.send('PUT', path, { json: {} })
      expect(answer.status).toBe(405)
      expect(answer.headers.allow?.split(', ').sort()).toEqual(['DELETE', 'GET', 'PATCH', 'POST'])
      expect(answer.json()).toMatchObject({ error: { message: 'Method PUT not allowed.' } })
    })

    test.each(['text/xml', 'multipart/form-data', 'text/plain', ''])(
      '415 for the content type %j',
      async (type) => {
        const answer = await client.post(path, {
          body: '<x/>',
          headers: type ? { 'content-type': type } : {},
        })
        expect(answer.status).toBe(415)
      },
    )

    test.each(['{', '[]', 'null', '"text"', '1', '{"tenant":}'])('400 for the JSON body %s', async (body) => {
      const answer = await client.post(path, { body, headers: { 'content-type': 'application/json' } })
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ error: { message: expect.any(String) } })
    })

    test('400 for a body that is not UTF-8', async () => {
      const body = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
      const answer = await client.post(path, { body, headers: { 'content-type': 'application/json' } })
      expect(answer.status).toBe(400)
    })

    test('413 for a body of 2 MB, announced or not', async () => {
      const rawMetadata = 'x'.repeat(2 * 1024 * 1024)
      expect((await client.post(path, { json: { rawMetadata } })).status).toBe(413)
      const chunked = await client.post(path, {
        body: JSON.stringify({ rawMetadata }),
        headers: { 'content-type': 'application/json', 'transfer-encoding': 'chunked' },
      })
      expect(chunked.status).toBe(413)
    })

    test('__proto__ in a body reaches nothing', async () => {
      const answer = await client.post(path, {
        body: `{"__proto__":{"tenant":"polluted"},"isSAML":true}`,
        headers: { 'content-type': 'application/json' },
      })
      expect(answer.status).toBe(400)
      expect(({} as { tenant?: string }).tenant).toBeUndefined()
    })
  })
})
