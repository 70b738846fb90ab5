import { beforeAll, describe, expect, test } from 'vitest'
import { settleUpstreamEntity } from '#lib/store/connections.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createBrowser, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import { authorizeParameters, begin, finish, newestTrace, redirectUrl } from '#server/testing/sign-in.ts'

type Made = Record<string, unknown> & {
  clientID: string
  clientSecret: string
  tenant: string
  product: string
  idpMetadata: { entityID: string }
  warnings: { path: string; message: string }[]
}

describeOnEachServer('importing a connection', (server) => {
  let client: Client
  const path = '/api/v1/connections/import'
  const idp = createIdentityProvider('imported')
  const certificate = idp.idp.certificate
  const loginUrlOf = (tenant: string) => `https://sso.jumpcloud.com/saml2/${tenant}`
  const settingsOf = (tenant: string) => ({
    Enabled: true,
    SPEntityId: `urn:crm:${tenant}`,
    X509SigningCertificate: certificate,
    LoginUrl: loginUrlOf(tenant),
    UserPolicies: { MatchingFields: ['Email'], FieldsToUpdatesWhenNull: ['Username'] },
  })
  const inputOf = (tenant: string, more: Record<string, unknown> = {}) => ({
    tenant,
    product: 'crm',
    name: `JumpCloud of ${tenant}`,
    defaultRedirectUrl: redirectUrl,
    redirectUrl: [redirectUrl],
    config: { JumpCloud: settingsOf(tenant) },
    ...more,
  })

  beforeAll(() => {
    client = managementClient(server)
  })

  async function importOf(tenant: string, more: Record<string, unknown> = {}): Promise<Made> {
    const answer = await client.post(path, { json: inputOf(tenant, more) })
    expect(answer.status, answer.text).toBe(200)
    return answer.json<Made>()
  }

  describe('200', () => {
    test('a SAML connection whose people must exist, answered as one', async () => {
      const made = await importOf('as-one')
      expect(made).toMatchObject({
        tenant: 'as-one',
        product: 'crm',
        name: 'JumpCloud of as-one',
        provisioning: 'existing',
        deactivated: false,
        samlAudienceOverride: 'urn:crm:as-one',
        defaultRedirectUrl: redirectUrl,
        redirectUrl: [redirectUrl],
        userPolicies: { matchingFields: ['Email'], fieldsToUpdateWhenNull: ['Username'] },
        idpMetadata: {
          entityID: '',
          sso: { redirectUrl: loginUrlOf('as-one') },
          publicKey: certificate,
          friendlyProviderName: 'JumpCloud',
        },
      })
      const found = await client.get(`/api/v1/connections?clientID=${made.clientID}`)
      const { warnings: _, ...connection } = made
      expect(found.json<unknown[]>()).toEqual([connection])
    })

    test('config as the text of a file', async () => {
      const config = `\ufeff// ours\n"JumpCloud": ${JSON.stringify(settingsOf('text'))},`
      expect(await importOf('text', { config })).toMatchObject({ samlAudienceOverride: 'urn:crm:text' })
    })

    test('without policies the defaults hold', async () => {
      const { UserPolicies: _, ...config } = settingsOf('plain')
      const { clientID } = await importOf('plain', { config })
      expect((await client.get(`/api/v1/connections/${clientID}/user-policies`)).json()).toEqual({
        matchingFields: ['Username', 'Email'],
        fieldsToUpdateWhenNull: [],
        fieldsToUpdateWhenDifferent: ['FirstName', 'LastName'],
      })
    })

    test('the same settings again update the connection and keep its credentials', async () => {
      const first = await importOf('again')
      const second = await importOf('again', {
        config: { ...settingsOf('again'), SPEntityId: 'urn:crm:other', Enabled: false },
      })
      expect([second.clientID, second.clientSecret]).toEqual([first.clientID, first.clientSecret])
      expect(second).toMatchObject({ samlAudienceOverride: 'urn:crm:other', deactivated: true })
    })

    test('what is worth knowing comes along', async () => {
      const { SPEntityId: _, ...config } = { ...settingsOf('warned'), Enabled: false }
      const { warnings } = await importOf('warned', { config })
      expect(warnings.map((warning) => warning.path)).toEqual([
        'config.SPEntityId',
        'config.Enabled',
        'idpEntityId',
      ])
    })

    test('an expired certificate is taken, and told', async () => {
      server.clock.advance(20 * 365 * 86_400)
      try {
        const preview = await client.post(`${path}/preview`, { json: inputOf('expired') })
        expect(preview.json<Made>().warnings[0]).toMatchObject({
          path: 'config.X509SigningCertificate',
          message: expect.stringMatching(/^expired on \d{4}-\d\d-\d\d/),
        })
      } finally {
        server.clock.advance(-20 * 365 * 86_400)
      }
    })
  })

  describe('the preview', () => {
    test('says what would be made, and makes nothing', async () => {
      const answer = await client.post(`${path}/preview`, { json: inputOf('preview') })
      expect([answer.status, answer.json()]).toMatchObject([
        200,
        {
          clientID: null,
          tenant: 'preview',
          product: 'crm',
          idpEntityId: null,
          provider: 'JumpCloud',
          loginUrl: loginUrlOf('preview'),
          samlAudienceOverride: 'urn:crm:preview',
          deactivated: false,
          provisioning: 'existing',
          userPolicies: {
            matchingFields: ['Email'],
            fieldsToUpdateWhenNull: ['Username'],
            fieldsToUpdateWhenDifferent: ['FirstName', 'LastName'],
          },
          certificates: [{ expired: false, sha256Fingerprint: expect.stringMatching(/^[0-9a-f]{64}$/) }],
          warnings: [{ path: 'idpEntityId' }],
        },
      ])
      const tenants = await client.get('/api/v1/tenants?query=preview')
      expect(tenants.json<{ data: unknown[] }>().data).toEqual([])
    })

    test('names the connection that would be updated', async () => {
      const { clientID } = await importOf('known')
      const answer = await client.post(`${path}/preview`, { json: inputOf('known') })
      expect(answer.json()).toMatchObject({ clientID })
    })
  })

  describe('who the identity provider is', () => {
    // They sign with the same key.
    const [one, two] = [idp, createIdentityProvider('another', 'idp.another.example')]
    const signInAs = async (made: Made, provider: typeof idp) => {
      const begun = await begin(server, authorizeParameters(made))
      await finish(server, begun, provider)
      return newestTrace(server)
    }
    const entityIdOf = async ({ clientID }: Made) =>
      (await client.get(`/api/v1/connections?clientID=${clientID}`)).json<Made[]>()[0]!.idpMetadata.entityID

    test('is settled by the first answer its certificate has signed, for good', async () => {
      const made = await importOf('learning')
      const trace = await signInAs(made, one)
      expect(String(trace.cause)).not.toMatch(/^saml_/)
      expect(await entityIdOf(made)).toBe(one.entityId)
      expect(await signInAs(made, two)).toMatchObject({
        outcome: 'failure',
        cause: expect.stringMatching(/^saml_wrong_/),
      })
      expect(await entityIdOf(made)).toBe(one.entityId)
      const { data } = (await client.get('/api/v1/audit-events?limit=5')).json<{
        data: { action: string }[]
      }>()
      expect(data).toContainEqual(
        expect.objectContaining({
          action: 'connection.entity-id-learnt',
          actorType: 'system',
          after: { entityId: one.entityId },
        }),
      )
    })

    test('stays settled when the same settings are imported again', async () => {
      const made = await importOf('settled')
      await signInAs(made, one)
      const again = await importOf('settled')
      expect(again.clientID).toBe(made.clientID)
      expect(await entityIdOf(made)).toBe(one.entityId)
      expect((await signInAs(again, two)).cause).toMatch(/^saml_wrong_/)
    })

    test('is not settled by an answer another key has signed', async () => {
      const made = await importOf('foreign')
      const begun = await begin(server, authorizeParameters(made))
      await finish(server, begun, idp, { fault: 'unknown-cert' })
      expect((await newestTrace(server)).outcome).toBe('failure')
      expect(await entityIdOf(made)).toBe('')
    })

    test.each([
      ['whatever it says', {}, /^saml_wrong_/],
      ['even one that says what stands in for the name', { LoginUrl: one.entityId }, /^(?!saml_)/],
    ])('is not settled by an answer nobody asked for, %s', async (_name, more, cause) => {
      const tenant = `unasked-${Object.keys(more).length}`
      const made = await importOf(tenant, { config: { ...settingsOf(tenant), ...more } })
      const { clientID, clientSecret } = made
      await client.send('PATCH', '/api/v1/connections', {
        json: { clientID, clientSecret, isSAML: true, allowUnsolicited: true },
      })
      const acsUrl = `${server.url}/api/oauth/saml/${clientID}`
      const request = { id: null, acsUrl, issuer: `urn:crm:${tenant}` }
      await createBrowser(server.port).post(acsUrl.slice(server.url.length), {
        form: { SAMLResponse: one.answer(request, server.clock.now()) },
      })
      expect(String((await newestTrace(server)).cause)).toMatch(cause)
      expect(await entityIdOf(made)).toBe('')
    })

    test('of two first answers at once, one settles it', async () => {
      const { clientID } = await importOf('race')
      const { id, organizationId } = await server.house.db.connection.findFirstOrThrow({
        where: { clientId: clientID },
      })
      const names = Array.from({ length: 8 }, (_, n) => `https://idp-${n}.example`)
      const settled = await Promise.all(
        names.map((name) => settleUpstreamEntity(server.house.db, organizationId, id, name)),
      )
      expect(settled.filter((one) => one?.settledNow)).toHaveLength(1)
      expect(new Set(settled.map((one) => one?.entityId)).size).toBe(1)
    })

    test('is settled as well by importing the same settings with it', async () => {
      const made = await importOf('told')
      const preview = await client.post(`${path}/preview`, {
        json: inputOf('told', { idpEntityId: one.entityId }),
      })
      expect(preview.json()).toMatchObject({ clientID: made.clientID, idpEntityId: one.entityId })
      const again = await importOf('told', { idpEntityId: one.entityId })
      expect(again).toMatchObject({ clientID: made.clientID, idpMetadata: { entityID: one.entityId } })
      expect((await signInAs(again, two)).cause).toMatch(/^saml_wrong_/)
    })

    test('two connections that turn out to be of one, at once, both learn it', async () => {
      const made = [
        await importOf('twins'),
        await importOf('twins', { config: { ...settingsOf('twins'), LoginUrl: loginUrlOf('twin') } }),
      ]
      const rows = await server.house.db.connection.findMany({
        where: { clientId: { in: made.map(({ clientID }) => clientID) } },
      })
      const settled = await Promise.all(
        rows.map(({ id, organizationId }) =>
          settleUpstreamEntity(server.house.db, organizationId, id, one.entityId),
        ),
      )
      expect(settled).toEqual(Array(2).fill({ entityId: one.entityId, settledNow: true }))
    })

    test('is what was given, where it was given', async () => {
      const made = await importOf('given', { idpEntityId: one.entityId })
      expect(made.idpMetadata.entityID).toBe(one.entityId)
      expect(made.warnings).toEqual([])
      expect((await signInAs(made, two)).cause).toMatch(/^saml_wrong_/)
    })
  })

  describe('400', () => {
    test.each<[string, Record<string, unknown>, string[]]>([
      ['no tenant', { tenant: undefined }, ['tenant']],
      ['a product with a colon', { product: 'a:b' }, ['product']],
      ['no redirect URL', { redirectUrl: [] }, ['redirectUrl']],
      ['a redirect URL that is none', { defaultRedirectUrl: 'javascript:alert(1)' }, ['defaultRedirectUrl']],
      ['no settings', { config: {} }, ['config']],
      ['settings that cannot be read', { config: '{' }, ['config']],
      ['a list for settings', { config: [] }, ['config']],
      ['a member nobody knows', { provisioning: 'auto' }, ['provisioning']],
      [
        'wrong in both halves',
        { tenant: 'a:b', config: { LoginUrl: 'x' } },
        ['tenant', 'config.X509SigningCertificate', 'config.LoginUrl'],
      ],
    ])('%s', async (_name, more, paths) => {
      for (const where of [path, `${path}/preview`]) {
        const answer = await client.post(where, { json: inputOf('refused', more) })
        expect(answer.status, answer.text).toBe(400)
        expect(answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toEqual(paths)
      }
    })
  })

  test('401 without a key', async () => {
    const stranger = createClient(server.port)
    expect((await stranger.post(path, { json: inputOf('stranger') })).status).toBe(401)
  })
})
