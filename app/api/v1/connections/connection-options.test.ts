import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import {
  authorizeParameters,
  begin,
  finish,
  makeConnection,
  newestTrace,
  type Parameters,
  redeem,
} from '#server/testing/sign-in.ts'

describeOnEachServer('what a connection says changes its sign-ins', (server) => {
  let client: Client
  beforeAll(() => {
    client = managementClient(server)
  })

  async function profileOf(
    tenant: string,
    options: Record<string, unknown>,
    more: Parameters[1] | object = {},
    parameters: Parameters = {},
  ) {
    const own = await makeConnection(server, tenant, options)
    const begun = await begin(server, authorizeParameters(own, parameters))
    const answer = await finish(server, begun, own.idp, more as object)
    const code = answer.location().searchParams.get('code') ?? ''
    expect(code, (await newestTrace(server)).sentence).not.toBe('')
    const token = await redeem(server, own, code)
    const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
      headers: { authorization: `Bearer ${token.json().access_token}` },
    })
    return { own, profile: userinfo.json<Record<string, unknown> & { raw: Record<string, unknown> }>() }
  }

  describe('towards the identity provider', () => {
    test('samlAudienceOverride is our name, and the audience that is asked for', async () => {
      const own = await makeConnection(server, 'audience', {
        samlAudienceOverride: 'https://saml.boxyhq.com',
      })
      const begun = await begin(server, authorizeParameters(own))
      expect(begun.request.issuer).toBe('https://saml.boxyhq.com')
      expect((await finish(server, begun, own.idp)).location().searchParams.has('code')).toBe(true)
      const again = await begin(server, authorizeParameters(own))
      again.request.issuer = `${server.url}/saml`
      await finish(server, again, own.idp)
      expect(await newestTrace(server)).toMatchObject({ cause: 'saml_wrong_audience' })
    })

    test('acsUrlOverride is the address that is asked for, and taken as destination', async () => {
      const acsUrlOverride = 'https://proxy.acme.example/api/oauth/saml'
      const own = await makeConnection(server, 'acs', { acsUrlOverride })
      const begun = await begin(server, authorizeParameters(own))
      expect(begun.request.acsUrl).toBe(acsUrlOverride)
      expect((await finish(server, begun, own.idp)).location().searchParams.has('code')).toBe(true)
    })

    test('forceAuthn and identifierFormat are in the request', async () => {
      const identifierFormat = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'
      const own = await makeConnection(server, 'force', { forceAuthn: true, identifierFormat })
      const begun = await begin(server, authorizeParameters(own))
      expect(begun.request).toMatchObject({ forceAuthn: true, nameIdFormat: identifierFormat })
    })

    test('forceAuthn of the application is in `requested`', async () => {
      const { profile } = await profileOf(
        'asked',
        {},
        {},
        { forceAuthn: 'true', login_hint: 'engineer', nonce: 'n' },
      )
      expect(profile.requested).toMatchObject({ forceAuthn: true, login_hint: 'engineer', nonce: 'n' })
    })
  })

  describe('the profile', () => {
    test('attributeMap names the attribute to take instead of the usual one', async () => {
      const { profile } = await profileOf(
        'mapped',
        { attributeMap: { email: 'workMail', firstName: 'rufname' } },
        { attributes: { workMail: ['mapped@acme.example'], rufname: ['Mapped'] } },
      )
      expect(profile).toMatchObject({ email: 'mapped@acme.example', firstName: 'Mapped' })
    })

    test('several values of email: the first, all of them in raw', async () => {
      const email = ['first@acme.example', 'second@acme.example']
      const { profile } = await profileOf('several', {}, { attributes: { email } })
      expect([profile.email, profile.raw.email]).toEqual([email[0], email])
    })

    test('roles and groups are lists, also of one', async () => {
      const { profile } = await profileOf(
        'one-role',
        {},
        { attributes: { roles: ['admin'], groups: ['it'] } },
      )
      expect([profile.roles, profile.groups]).toEqual([['admin'], ['it']])
    })

    test('neither id nor NameID: the SHA-256 of the e-mail address', async () => {
      const { own, profile } = await profileOf('no-id', {}, { fault: 'no-nameid', attributes: { id: [] } })
      expect(profile.id).toBe(createHash('sha256').update(own.idp.person.email).digest('hex'))
    })

    test('attributes with names that mean something to JavaScript stay attributes', async () => {
      const attributes = { constructor: ['x'], toString: ['y'], hasOwnProperty: ['z'] }
      const { profile } = await profileOf('names', {}, { attributes })
      expect(profile.raw).toMatchObject({ constructor: 'x', toString: 'y', hasOwnProperty: 'z' })
    })

    test('values with markup, quotes and any alphabet come through as they are', async () => {
      const value = `<b>"O'Brien" & Söhne</b> 株式会社 🏢`
      const { profile } = await profileOf('values', {}, { attributes: { lastName: [value] } })
      expect(profile.lastName).toBe(value)
    })
  })

  describe('whatever is sent to the management API', () => {
    const member = fc.constantFrom(
      'tenant', 'product', 'rawMetadata', 'encodedRawMetadata', 'metadataUrl', 'isSAML', 'name', 'label', 'description',
      'defaultRedirectUrl', 'redirectUrl', 'forceAuthn', 'identifierFormat', 'sortOrder', 'acsUrlOverride', 'clientID',
      'clientSecret', 'deactivated', 'provisioning', 'userPolicies', 'attributeMap', 'slug', 'live', '__proto__', 'id',
    ) // biome-ignore format: a list of names
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('true', '<', 'https://a.example', 1e308, -0, '\u0000', '\ud800', []),
    )

    test('it answers with less than 500, and a sentence', async () => {
      const place = fc.constantFrom(
        '/api/v1/connections',
        '/api/v1/tenants',
        '/api/v1/tenants/x',
        '/api/v1/sso',
      )
      const method = fc.constantFrom('POST', 'PATCH')
      await fc.assert(
        fc.asyncProperty(
          place,
          method,
          fc.dictionary(member, value),
          fc.boolean(),
          async (path, verb, body, base) => {
            const json = base ? { isSAML: true, tenant: 'fuzz', product: 'fuzz', ...body } : body
            const answer = await client.send(verb, path, { json })
            expect(answer.status, `${verb} ${path} ${JSON.stringify(json)} ${answer.text}`).toBeLessThan(500)
            if (answer.status >= 400)
              expect(answer.json<{ error: { message: string } }>().error.message).not.toBe('')
          },
        ),
        { numRuns: 150 },
      )
    })

    test('queries too', async () => {
      const names = fc.constantFrom('clientID', 'tenant', 'product', 'entityId', 'strategy', 'sort', 'limit', 'cursor',
        'query', 'pageOffset', 'pageLimit', 'clientSecret', 'outcome', 'connection') // biome-ignore format: a list of names
      const place = fc.constantFrom('/api/v1/connections', '/api/v1/connections/exists', '/api/v1/connections/product',
        '/api/v1/tenants', '/api/v1/traces', '/api/v1/sso-traces', '/api/v1/audit-events') // biome-ignore format: a list of addresses
      const text = fc.oneof(
        fc.string({ unit: 'binary', maxLength: 50 }),
        fc.constantFrom('1', '-1', '1e99', '99999999999999999999', '\u0000'),
      )
      await fc.assert(
        fc.asyncProperty(
          place,
          fc.constantFrom('GET', 'DELETE'),
          fc.array(fc.tuple(names, text), { maxLength: 5 }),
          async (path, verb, query) => {
            const answer = await client.send(verb, `${path}?${new URLSearchParams(query)}`)
            expect(answer.status, `${verb} ${path} ${JSON.stringify(query)} ${answer.text}`).toBeLessThan(500)
          },
        ),
        { numRuns: 150 },
      )
    })

    test.each([33, 1000, 100_000])('JSON nested %i levels deep is 400', async (depth) => {
      const body = `{"userPolicies":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`
      const answer = await client.post('/api/v1/connections', {
        body,
        headers: { 'content-type': 'application/json' },
      })
      expect(answer.status).toBe(400)
    })
  })
})
