import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeAction } from '#components/portal/audit-words.ts'
import { furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import type { Client } from '#server/testing/http-client.ts'

type Page = { data: Record<string, unknown>[]; nextCursor: string | null }

describeOnEachServer('the identities of a user', (server) => {
  let client: Client
  let organizationId: string
  let acme: Awaited<ReturnType<typeof furnishTenant>>
  let users = 0
  let user: string
  let email: string

  beforeAll(async () => {
    client = managementClient(server)
    ;({ id: organizationId } = await server.house.organizations(new URL(server.url).host))
    acme = await furnishTenant(server.house, organizationId, 'acme')
  })

  beforeEach(async () => {
    email = `user-${++users}@acme.example`
    const made = await client.post('/api/v1/users', { json: { tenant: 'acme', email } })
    user = made.json<{ id: string }>().id
  })

  const at = (more = '') => `/api/v1/users/${user}/identities${more}`
  const link = async (subject: string) => {
    const lastSignInAt = new Date('2026-01-02T03:04:05.678Z')
    const { connectionId } = acme
    const id = `idn_${user}_${subject}`
    await server.house.db.identity.create({
      data: { id, organizationId, connectionId, userId: user, subject, lastSignInAt },
    })
    return id
  }

  test('200: newest first, in pages, with their connection', async () => {
    expect((await client.get(at())).json()).toEqual({ data: [], nextCursor: null })
    const [a, b] = [await link('a'), await link('b')]
    const first = (await client.get(at('?limit=1'))).json<Page>()
    expect(first).toEqual({
      data: [
        {
          id: b,
          connection: `client-acme-${organizationId}`,
          connectionName: 'Okta of acme',
          kind: 'saml',
          subject: 'b',
          lastSignInAt: '2026-01-02T03:04:05.678Z',
          createdAt: expect.stringMatching(/Z$/),
        },
      ],
      nextCursor: b,
    })
    const second = (await client.get(at(`?limit=1&cursor=${b}`))).json<Page>()
    expect([second.data.map(({ id }) => id), second.nextCursor]).toEqual([[a], null])
  })

  test('204: it is unlinked, once; what came through the connection ends, and it is written down', async () => {
    const id = await link('unlinked')
    const session = { organizationId, tenantId: acme.tenantId, userId: user }
    await furnishSession(server.house, { ...session, connectionId: acme.connectionId })
    const byPassword = await furnishSession(server.house, session)
    expect((await client.send('DELETE', at(`/${id}`))).status).toBe(204)
    expect((await client.get(at())).json<Page>().data).toEqual([])
    const live = (await client.get(`/api/v1/sessions?user=${user}`)).json<Page>()
    expect(live.data.map((one) => one.id)).toEqual([byPassword.id])
    expect((await client.send('DELETE', at(`/${id}`))).status).toBe(404)
    const events = await server.house.db.auditEvent.findMany({ where: { targetId: user } })
    const written = events.filter(({ action }) => action === 'user.identity-unlinked')
    expect(written).toMatchObject([
      {
        tenant: 'acme',
        result: 'success',
        before: { connection: 'Okta of acme', subject: 'unlinked' },
        after: { sessionsEnded: 1 },
      },
    ])
    expect(describeAction(written[0]!)).toBe(`unlinked an identity of the user ${email}`)
  })

  test('404: for a user there is not, an identity there is not, and one of another user', async () => {
    const id = await link('others')
    user = (await client.post('/api/v1/users', { json: { tenant: 'acme', email: `x${email}` } })).json<{
      id: string
    }>().id
    expect((await client.send('DELETE', at(`/${id}`))).status).toBe(404)
    expect((await client.send('DELETE', at('/idn_nothing'))).status).toBe(404)
    user = 'usr_nobody'
    expect((await client.get(at())).status).toBe(404)
    expect((await client.send('DELETE', at(`/${id}`))).status).toBe(404)
    expect(await server.house.db.identity.count({ where: { id } })).toBe(1)
  })

  test('400: for a limit of nothing; 401: without a key', async () => {
    expect((await client.get(at('?limit=0'))).status).toBe(400)
    expect((await fetch(`${server.url}${at()}`)).status).toBe(401)
  })
})
