import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { isApplicationClientId } from '#lib/base/client-id.ts'
import { sha256 } from '#lib/base/encoding.ts'
import { listAuditEventRecords } from '#lib/store/audit-events.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { makeConnection } from '#server/testing/sign-in.ts'

type Application = Record<string, unknown> & { id: string; clientId: string; clientSecret?: string }
type Page = { data: Application[]; nextCursor: string | null }
type Secret = { id: string; hint: string; createdAt: string; lastUsedAt: string | null }
type Problem = { errors: { path: string; message: string }[]; error: { message: string } }

const all = '/api/v1/applications'
const web = {
  name: 'CRM',
  product: 'crm',
  type: 'confidential',
  redirectUrls: ['https://crm.example/cb'],
}
const native = { ...web, type: 'native', redirectUrls: ['com.example.crm:/cb', 'http://127.0.0.1/cb'] }
const publicKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })
const byKey = { ...web, tokenEndpointAuthMethod: 'private_key_jwt', jwks: { keys: [publicKey] } }

describeOnEachServer('the applications API', (server) => {
  let client: Client
  beforeAll(() => {
    client = managementClient(server)
  })

  const at = (idOrClientId: string) => `${all}/${encodeURIComponent(idOrClientId)}`
  const post = (body: unknown) => client.post(all, { json: body })
  const patch = (id: string, change: unknown) => client.send('PATCH', at(id), { json: change })
  const create = async (body: object = web) => {
    const answer = await post(body)
    expect(answer.status, answer.text).toBe(201)
    return answer.json<Application>()
  }
  const secretsOf = async (id: string) =>
    (await client.get(`${at(id)}/secrets`)).json<{ data: Secret[] }>().data
  const addSecret = (id: string) => client.post(`${at(id)}/secrets`)
  const removeSecret = (id: string, secret: string) => client.send('DELETE', `${at(id)}/secrets/${secret}`)

  describe('201', () => {
    test('a confidential application, with its secret once and never again', async () => {
      const { clientSecret, ...made } = await create()
      expect(clientSecret).toMatch(/^vcs_[A-Za-z0-9_-]{43}$/)
      expect(isApplicationClientId(made.clientId)).toBe(true)
      expect(made).toEqual({
        ...web,
        id: expect.stringMatching(/^app_[0-9a-hjkmnp-tv-z]{26}$/),
        clientId: expect.any(String),
        postLogoutRedirectUrls: [],
        backchannelLogoutUrl: null,
        backchannelLogoutSessionRequired: false,
        initiateLoginUrl: null,
        requirePkce: true,
        tokenEndpointAuthMethod: 'client_secret_basic',
        jwks: null,
        jwksUrl: null,
        accessTokenFormat: 'opaque',
        requireDpop: false,
        requirePar: false,
        lastUsedAt: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        updatedAt: made.createdAt,
      })
      for (const path of [
        at(made.id),
        at(made.clientId),
        `${all}?query=${made.clientId}`,
        `${at(made.id)}/secrets`,
      ]) {
        const answer = await client.get(path)
        expect(answer.status).toBe(200)
        expect(answer.text).not.toContain(clientSecret)
        expect(answer.text).not.toContain(sha256(clientSecret!))
      }
      expect((await client.get(at(made.id))).json()).toEqual(made)
      expect((await client.get(at(made.clientId))).json()).toEqual(made)
      const stored = await server.house.db.applicationSecret.findMany({ where: { applicationId: made.id } })
      expect(stored.map(({ secretHash }) => secretHash)).toEqual([sha256(clientSecret!)])
    })

    test.each<[string, object]>([
      ['public', { ...web, type: 'public' }],
      ['native', native],
      ['by key', byKey],
    ])('no secret for an application that has none: %s', async (_name, body) => {
      const made = await create(body)
      expect(made).not.toHaveProperty('clientSecret')
      expect(await secretsOf(made.id)).toEqual([])
    })

    test('several applications share a product, which connections may have made', async () => {
      await makeConnection(server, 'sharing')
      const [one, other] = [await create(), await create(native)]
      expect([one.product, other.product]).toEqual(['crm', 'crm'])
      expect(one.clientId).not.toBe(other.clientId)
      expect(await server.house.db.product.count({ where: { slug: 'crm' } })).toBe(1)
    })

    test('a product named for the first time by ten at once is one product', async () => {
      await Promise.all(Array.from({ length: 10 }, () => create({ ...web, product: 'new to everyone' })))
      expect(await server.house.db.product.count({ where: { slug: 'new to everyone' } })).toBe(1)
    })

    test('a second secret beside the first, by which it can be exchanged', async () => {
      const made = await create()
      const added = await addSecret(made.clientId)
      expect(added.status).toBe(201)
      const secret = added.json<Secret & { clientSecret: string }>()
      expect(secret).toEqual({
        id: expect.stringMatching(/^cls_/),
        clientSecret: expect.stringMatching(/^vcs_[A-Za-z0-9_-]{43}$/),
        hint: secret.clientSecret.slice(-4),
        createdAt: expect.any(String),
        lastUsedAt: null,
      })
      const [first, second] = await secretsOf(made.id)
      expect(first).toMatchObject({ hint: made.clientSecret!.slice(-4) })
      expect(second).toEqual({
        id: secret.id,
        hint: secret.hint,
        createdAt: secret.createdAt,
        lastUsedAt: null,
      })
      expect((await removeSecret(made.id, first!.id)).status).toBe(204)
      expect((await secretsOf(made.clientId)).map(({ id }) => id)).toEqual([secret.id])
    })
  })

  describe('200', () => {
    test('a change holds what was said and leaves the rest', async () => {
      const { clientSecret: _, ...made } = await create()
      const change = {
        name: 'Renamed',
        product: 'another',
        redirectUrls: ['https://*.crm.example/cb'],
        postLogoutRedirectUrls: ['https://crm.example/bye'],
        backchannelLogoutUrl: 'https://crm.example/logout',
        backchannelLogoutSessionRequired: true,
        initiateLoginUrl: 'https://crm.example/start',
        requirePkce: false,
        tokenEndpointAuthMethod: 'client_secret_post',
        accessTokenFormat: 'jwt',
        requireDpop: true,
        requirePar: true,
      }
      const changed = await patch(made.clientId, change)
      expect([changed.status, changed.json()]).toEqual([
        200,
        { ...made, ...change, updatedAt: expect.any(String) },
      ])
      expect((await client.get(at(made.id))).json()).toEqual(changed.json())
      const cleared = await patch(made.id, { backchannelLogoutUrl: null, initiateLoginUrl: null })
      expect(cleared.json()).toMatchObject({
        name: 'Renamed',
        backchannelLogoutUrl: null,
        initiateLoginUrl: null,
      })
    })

    test('new keys replace the address of keys, and the other way round', async () => {
      const made = await create(byKey)
      const jwksUrl = 'https://crm.example/jwks'
      expect((await patch(made.id, { jwksUrl })).json()).toMatchObject({ jwksUrl, jwks: null })
      expect((await patch(made.id, { jwks: byKey.jwks })).json()).toMatchObject({
        jwksUrl: null,
        jwks: byKey.jwks,
      })
    })

    test('from secrets to keys and back: the secrets wait, and may go while they are not needed', async () => {
      const made = await create()
      const { jwks, tokenEndpointAuthMethod } = byKey
      expect((await patch(made.id, { jwks, tokenEndpointAuthMethod })).status).toBe(200)
      expect((await addSecret(made.id)).status).toBe(409)
      const [secret] = await secretsOf(made.id)
      expect((await removeSecret(made.id, secret!.id)).status).toBe(204)
      expect((await patch(made.id, { tokenEndpointAuthMethod: 'client_secret_basic' })).status).toBe(200)
      expect((await addSecret(made.id)).status).toBe(201)
    })

    test('the type it has may be repeated', async () => {
      const made = await create()
      expect((await patch(made.id, { type: 'confidential', name: 'x' })).status).toBe(200)
    })

    describe('the list', () => {
      beforeAll(async () => {
        for (let number = 1; number <= 5; number++)
          await create({ ...web, name: `Listed ${number}`, product: number > 3 ? 'listed' : 'crm' })
      })
      const list = async (query: string) => (await client.get(`${all}?${query}`)).json<Page>()
      const names = (page: Page) => page.data.map(({ name }) => name)

      test('comes newest first, in pages that miss and repeat nothing', async () => {
        const seen: unknown[] = []
        let cursor = ''
        for (let pages = 0; pages < 10; pages++) {
          const page = await list(`query=listed&limit=2${cursor && `&cursor=${cursor}`}`)
          seen.push(...names(page))
          if (page.nextCursor === null) break
          cursor = page.nextCursor
        }
        expect(seen).toEqual([5, 4, 3, 2, 1].map((number) => `Listed ${number}`))
      })

      test('is searched by name and client id, wildcards taken literally, and narrowed to a product', async () => {
        const [third] = (await list('query=LISTED+3')).data
        expect(third!.name).toBe('Listed 3')
        expect(names(await list(`query=${third!.clientId}`))).toEqual(['Listed 3'])
        expect(names(await list('query=listed%25'))).toEqual([])
        expect(names(await list('product=listed'))).toEqual(['Listed 5', 'Listed 4'])
        expect(names(await list('product=listed&query=listed+5'))).toEqual(['Listed 5'])
        expect(names(await list('product=nobody'))).toEqual([])
      })
    })
  })

  describe('204', () => {
    test('a deleted application is gone with its secrets; its product stays', async () => {
      const made = await create({ ...web, product: 'stays' })
      const deleted = await client.send('DELETE', at(made.clientId))
      expect([deleted.status, deleted.text]).toEqual([204, ''])
      expect(await server.house.db.applicationSecret.count({ where: { applicationId: made.id } })).toBe(0)
      expect(await server.house.db.product.count({ where: { slug: 'stays' } })).toBe(1)
    })

    test('what it was granted ends with it', async () => {
      const made = await create()
      const { db } = server.house
      const { organizationId } = (await db.application.findFirst({ where: { id: made.id } }))!
      const soon = new Date(Date.now() + 60_000)
      await db.grant.create({
        data: {
          id: `grt_${made.id}`,
          organizationId,
          applicationId: made.id,
          traceId: 'trc_none',
          clientId: made.clientId,
          redirectUri: 'https://crm.example/cb',
          scope: 'openid',
          subject: 'usr_1',
          profile: {},
          requested: {},
          authenticatedAt: soon,
          expiresAt: soon,
        },
      })
      await db.accessToken.create({
        data: { tokenHash: `of ${made.id}`, grantId: `grt_${made.id}`, expiresAt: soon },
      })
      expect((await client.get(at(made.id))).json<Application>().lastUsedAt).toEqual(expect.any(String))
      await client.send('DELETE', at(made.id))
      expect(await db.grant.count({ where: { id: `grt_${made.id}` } })).toBe(0)
      expect(await db.accessToken.count({ where: { tokenHash: `of ${made.id}` } })).toBe(0)
    })
  })

  describe('400 with the path', () => {
    test.each<[string, object, string]>([
      ['http', { ...web, redirectUrls: ['https://a.example/', 'http://a.example/'] }, 'redirectUrls.1'],
      ['a public application without PKCE', { ...web, type: 'public', requirePkce: false }, 'requirePkce'],
      ['a private key', { ...byKey, jwks: { keys: [{ ...publicKey, d: 'x' }] } }, 'jwks.keys.0.d'],
      ['a key that is none', { ...byKey, jwks: { keys: [{ ...publicKey, y: 'AA' }] } }, 'jwks.keys.0'],
      ['a NUL', { ...web, name: 'a\u0000b' }, 'name'],
      ['an unknown member', { ...web, clientId: 'vc_mine' }, 'clientId'],
    ])('POST: %s', async (_name, body, path) => {
      const answer = await post(body)
      expect(answer.status, answer.text).toBe(400)
      expect(answer.headers['content-type']).toContain('application/problem+json')
      const problem = answer.json<Problem>()
      expect(problem.error.message).not.toBe('')
      if (problem.errors) expect(problem.errors.map((one) => one.path)).toContain(path)
      else expect(problem.error.message).toMatch(/character/)
    })

    test.each<[string, object, object, string]>([
      ['nothing', web, {}, ''],
      ['another type', web, { type: 'public' }, 'type'],
      ['no PKCE for a native application', native, { requirePkce: false }, 'requirePkce'],
      [
        'a secret for a native application',
        native,
        { tokenEndpointAuthMethod: 'client_secret_post' },
        'tokenEndpointAuthMethod',
      ],
      ['a web address for an app scheme', web, { redirectUrls: ['com.example.crm:/cb'] }, 'redirectUrls.0'],
      ['keys taken away while they are needed', byKey, { jwks: null }, 'jwks'],
      ['a method without its keys', web, { tokenEndpointAuthMethod: 'private_key_jwt' }, 'jwks'],
      ['the client id', web, { clientId: 'vc_mine' }, 'clientId'],
    ])('PATCH: %s', async (_name, body, change, path) => {
      const made = await create(body)
      const answer = await patch(made.id, change)
      expect(answer.status, answer.text).toBe(400)
      expect(answer.json<Problem>().errors.map((one) => one.path)).toContain(path)
      const { clientSecret: _, ...unchanged } = made
      expect((await client.get(at(made.id))).json()).toEqual(unchanged)
    })

    test.each(['limit=0', 'limit=201', 'query=%00', 'cursor=%00', 'product=%00', 'product=a:b'])(
      'GET: %s',
      async (query) => expect((await client.get(`${all}?${query}`)).status).toBe(400),
    )

    test('a secret takes no wishes', async () => {
      const made = await create()
      const answer = await client.post(`${at(made.id)}/secrets`, { json: { clientSecret: 'mine' } })
      expect(answer.status).toBe(400)
    })
  })

  describe('401', () => {
    test('without the key', async () => {
      const anyone = createClient(server.port)
      const made = await create()
      for (const [method, path] of [
        ['GET', all],
        ['POST', all],
        ['GET', at(made.id)],
        ['PATCH', at(made.id)],
        ['DELETE', at(made.id)],
        ['GET', `${at(made.id)}/secrets`],
        ['POST', `${at(made.id)}/secrets`],
        ['DELETE', `${at(made.id)}/secrets/cls_1`],
      ] as const)
        expect((await anyone.send(method, path)).status, `${method} ${path}`).toBe(401)
    })
  })

  describe('404', () => {
    test.each(['app_none', 'vc_aaaaaaaaaaaaaaaaaaaaaaaaaaa', '%00', '%zz', '..', 'x'.repeat(3000)])(
      'the path /%s',
      async (segment) => {
        for (const [method, path] of [
          ['GET', ''],
          ['PATCH', ''],
          ['DELETE', ''],
          ['GET', '/secrets'],
          ['POST', '/secrets'],
          ['DELETE', '/secrets/cls_1'],
        ] as const) {
          const json = method === 'PATCH' ? { name: 'x' } : undefined
          const answer = await client.send(method, `${all}/${segment}${path}`, { json })
          expect(answer.status, `${method} ${segment}${path}`).toBe(404)
        }
      },
    )

    test('what was deleted, the second time', async () => {
      const made = await create()
      await client.send('DELETE', at(made.id))
      for (const method of ['GET', 'DELETE'])
        expect((await client.send(method, at(made.id))).status).toBe(404)
      expect((await patch(made.id, { name: 'x' })).status).toBe(404)
    })

    test('a secret that is gone, or another application’s', async () => {
      const [one, other] = [await create(), await create()]
      await addSecret(one.id)
      const [secret] = await secretsOf(one.id)
      expect((await removeSecret(other.id, secret!.id)).status).toBe(404)
      expect((await removeSecret(one.id, secret!.id)).status).toBe(204)
      expect((await removeSecret(one.id, secret!.id)).status).toBe(404)
    })
  })

  describe('405', () => {
    test.each([
      ['', ['DELETE', 'GET', 'PATCH']],
      ['/secrets', ['GET', 'POST']],
      ['/secrets/cls_1', ['DELETE']],
    ])('%s says what is allowed', async (path, allowed) => {
      const answer = await client.send('PUT', `${at('app_1')}${path}`)
      expect([answer.status, answer.headers.allow?.split(', ').sort()]).toEqual([405, allowed])
    })
  })

  describe('409', () => {
    test('a third secret; of ten at the same moment one more is made', async () => {
      const made = await create()
      const answers = await Promise.all(Array.from({ length: 10 }, () => addSecret(made.id)))
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
      expect(await secretsOf(made.id)).toHaveLength(2)
      expect(answers.find(({ status }) => status === 409)!.json<Problem>().error.message).toMatch(
        /two secrets/,
      )
    })

    test('the last secret; of both deleted at the same moment one stays', async () => {
      const made = await create()
      await addSecret(made.id)
      const both = await secretsOf(made.id)
      const answers = await Promise.all(both.map(({ id }) => removeSecret(made.id, id)))
      expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
      const [left] = await secretsOf(made.id)
      expect((await removeSecret(made.id, left!.id)).status).toBe(409)
    })

    test.each<[string, object]>([
      ['public', { ...web, type: 'public' }],
      ['native', native],
      ['by key', byKey],
    ])('a secret for an application that has none: %s', async (_name, body) => {
      expect((await addSecret((await create(body)).id)).status).toBe(409)
    })
  })

  test('everything is in the audit log, with before and after and without a secret', async () => {
    const made = await create({ ...web, name: 'Audited' })
    const added = (await addSecret(made.id)).json<Secret & { clientSecret: string }>()
    await patch(made.id, { redirectUrls: ['https://new.example/cb'] })
    await removeSecret(made.id, added.id)
    await client.send('DELETE', at(made.id))
    const { organizationId } = (await server.house.db.auditEvent.findFirst({ where: { targetId: made.id } }))!
    const { data } = await listAuditEventRecords(server.house.db, organizationId, {
      query: 'Audited',
      limit: 50,
    })
    expect(
      data.map(({ action, targetName, before, after }) => ({ action, targetName, before, after })),
    ).toEqual([
      expect.objectContaining({
        action: 'application.deleted',
        before: expect.objectContaining({ name: 'Audited' }),
      }),
      {
        action: 'application-secret.deleted',
        targetName: `…${added.hint} of Audited`,
        before: { application: made.id, hint: added.hint },
        after: null,
      },
      expect.objectContaining({
        action: 'application.updated',
        before: expect.objectContaining({ redirectUrls: web.redirectUrls }),
        after: expect.objectContaining({ redirectUrls: ['https://new.example/cb'] }),
      }),
      expect.objectContaining({
        action: 'application-secret.created',
        targetName: `…${added.hint} of Audited`,
      }),
      expect.objectContaining({ action: 'application.created', targetName: 'Audited' }),
    ])
    const text = JSON.stringify(data) + server.logLines.join('')
    for (const secret of [made.clientSecret!, added.clientSecret]) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(sha256(secret))
    }
  })
})
