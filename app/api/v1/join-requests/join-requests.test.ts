import { beforeAll, describe, expect, test } from 'vitest'
import type { JoinRequestView } from '#lib/accounts/join-request.ts'
import { emailKey } from '#lib/base/email.ts'
import { mintId } from '#lib/base/ids.ts'
import { insertJoinRequest } from '#lib/store/join-requests.ts'
import { insertMember } from '#lib/store/members.ts'
import { insertExternalUser } from '#lib/store/provisioning.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { lastMailTo, linkIn, mailsTo } from '#server/testing/mails.ts'
import { makeConnection } from '#server/testing/sign-in.ts'

describeOnEachServer('the join requests API', (server) => {
  let client: Client
  let organizationId: string
  let connection: { id: string; clientId: string }
  const tenants: Record<string, string> = {}

  beforeAll(async () => {
    client = managementClient(server)
    for (const slug of ['acme', 'walled']) {
      await client.post('/api/v1/tenants', { json: { slug, name: `${slug} Inc.` } })
      const change = { joinRequests: { enabled: true }, enforceSso: slug === 'walled' }
      const tenant = (await client.send('PATCH', `/api/v1/tenants/${slug}`, { json: change })).json<{
        id: string
      }>()
      tenants[slug] = tenant.id
    }
    const { clientID } = await makeConnection(server, 'acme', { name: 'Okta of Acme' })
    const row = await server.house.db.connection.findFirstOrThrow({ where: { clientId: clientID } })
    connection = { id: row.id, clientId: row.clientId }
    organizationId = row.organizationId
    await insertMember(server.house.db, {
      id: 'mem_admin',
      organizationId,
      email: 'admin@vestibule.example',
      name: 'Admin',
      role: 'admin',
      passwordHash: 'x',
    })
  })

  const path = '/api/v1/join-requests'
  const mint = (prefix: 'jrq' | 'usr' | 'idn') =>
    mintId(prefix, server.house.clock.now(), server.house.random)

  /** Asks at the page for it. */
  async function fileAtPage(email: string, tenant = 'acme'): Promise<string> {
    const id = mint('jrq')
    const filed = await insertJoinRequest(server.house.db, {
      id,
      organizationId,
      tenantId: tenants[tenant]!,
      userId: mint('usr'),
      email,
      emailKey: emailKey(email),
      firstName: 'Erin',
      lastName: null,
      note: 'It is me.',
      at: server.house.clock.now(),
    })
    expect(filed).toBe(true)
    return id
  }

  /** Signs in through a connection whose people have to be approved. */
  async function fileBySignIn(email: string): Promise<string> {
    const requestId = mint('jrq')
    const nobody = { username: null, usernameKey: null, ssoUsername: null, ssoUsernameKey: null }
    const person = { ...nobody, email, emailKey: email, firstName: 'Erin', lastName: 'Ek', tags: {} }
    const of = { organizationId, connectionId: connection.id, subject: email, at: server.house.clock.now() }
    const filed = await insertExternalUser(
      server.house.db,
      {
        ...person,
        id: mint('usr'),
        tenantId: tenants.acme!,
        status: 'pending',
        attributes: {},
        emailUnproven: true,
        emailVerified: false,
      },
      { ...of, identityId: mint('idn'), requestId, namespaces: null },
    )
    expect(filed?.requestId).toMatch(/^jrq_/)
    return requestId
  }

  const approve = (id: string) => client.post(`${path}/${id}/approve`)
  const reject = (id: string, body: Record<string, unknown> = {}) =>
    client.post(`${path}/${id}/reject`, { json: body })
  const remove = (id: string) => client.send('DELETE', `${path}/${id}`)
  const list = async (query = '') =>
    (await client.get(`${path}?${query}`)).json<{ data: JoinRequestView[]; nextCursor: string | null }>()
  const userOf = (email: string) => server.house.db.user.findFirst({ where: { emailKey: email } })

  test('both kinds say who asks, and through what', async () => {
    const page = await fileAtPage('page@acme.example')
    const signIn = await fileBySignIn('sign-in@acme.example')
    const { data } = await list('query=@acme.example')
    expect(data.map(({ id }) => id)).toEqual([signIn, page])
    expect(data[0]).toEqual({
      id: signIn,
      tenant: 'acme',
      email: 'sign-in@acme.example',
      firstName: 'Erin',
      lastName: 'Ek',
      username: null,
      note: null,
      status: 'pending',
      source: 'sign-in',
      connection: { clientId: connection.clientId, name: 'Okta of Acme' },
      subject: 'sign-in@acme.example',
      userId: expect.stringMatching(/^usr_/),
      decidedBy: null,
      decidedAt: null,
      decisionNote: null,
      createdAt: expect.any(String),
    })
    expect(data[1]).toMatchObject({ source: 'page', connection: null, subject: null, note: 'It is me.' })
  })

  describe('approving', () => {
    test('a sign-in: 200, the user is active, and hears how to go on, without a link', async () => {
      const id = await fileBySignIn('by-sso@acme.example')
      const answer = await approve(id)
      expect([answer.status, answer.json()]).toEqual([
        200,
        expect.objectContaining({ id, status: 'approved', decidedAt: expect.any(String) }),
      ])
      expect(await userOf('by-sso@acme.example')).toMatchObject({ status: 'active', passwordHash: null })
      const mail = await lastMailTo(server, 'by-sso@acme.example')
      expect(mail.text).toContain('sign in with your company’s account')
      expect(mail.text).not.toMatch(/https?:/)
    })

    test('one made at the page: the mail lets the person choose a password', async () => {
      const id = await fileAtPage('by-page@acme.example')
      expect((await approve(id)).status).toBe(200)
      expect(await userOf('by-page@acme.example')).toMatchObject({ status: 'active', passwordHash: null })
      const link = linkIn(server, await lastMailTo(server, 'by-page@acme.example'))
      const form = { firstName: 'Erin', lastName: 'Ek', password: 'seven green kettles in a boat' }
      const anyone = createClient(server.port)
      expect((await anyone.post(link, { form })).status).toBe(200)
      expect((await userOf('by-page@acme.example'))?.passwordHash).toMatch(/^\$argon2id\$/)
      expect((await anyone.post(link, { form })).status).toBe(404)
    })

    test('one who has been invited meanwhile has one open link, the newest', async () => {
      const email = 'also-invited@acme.example'
      const id = await fileAtPage(email)
      await server.house.db.user.updateMany({ where: { email }, data: { status: 'invited' } })
      expect((await client.post('/api/v1/invitations', { json: { tenant: 'acme', email } })).status).toBe(201)
      const before = linkIn(server, await lastMailTo(server, email))
      expect((await approve(id)).status).toBe(200)
      const after = linkIn(server, await lastMailTo(server, email))
      const anyone = createClient(server.port)
      expect([(await anyone.get(before)).status, (await anyone.get(after)).status]).toEqual([404, 200])
      const found = await client.get(`/api/v1/invitations?query=${email}`)
      expect(found.json()).toMatchObject({ data: [{ status: 'pending', mail: { state: 'kept' } }] })
    })

    test('whose address an admin has changed since: no link goes to the mailbox that asked', async () => {
      const id = await fileAtPage('posing@acme.example')
      const user = await userOf('posing@acme.example')
      const change = { json: { email: 'the-real-one@acme.example' } }
      expect((await client.send('PATCH', `/api/v1/users/${user!.id}`, change)).status).toBe(200)
      expect((await approve(id)).status).toBe(200)
      expect((await lastMailTo(server, 'posing@acme.example')).text).not.toMatch(/\/invite\//)
      expect(await server.house.db.invitation.count({ where: { userId: user!.id } })).toBe(0)
    })

    test('where SSO is enforced there is no password to choose', async () => {
      const id = await fileAtPage('walled@walled.example', 'walled')
      expect((await approve(id)).status).toBe(200)
      expect((await lastMailTo(server, 'walled@walled.example')).text).not.toMatch(/https?:/)
      expect(await server.house.db.invitation.count({ where: { email: 'walled@walled.example' } })).toBe(0)
    })

    test('again: 200 and nothing more; rejecting then: 409', async () => {
      const id = await fileAtPage('again@acme.example')
      const [first, second] = [await approve(id), await approve(id)]
      expect(second.json()).toEqual(first.json())
      expect(await mailsTo(server, 'again@acme.example')).toHaveLength(1)
      const refused = await reject(id)
      expect([refused.status, refused.json<{ error: { message: string } }>().error.message]).toEqual([
        409,
        expect.stringContaining('has approved'),
      ])
      expect((await userOf('again@acme.example'))?.status).toBe('active')
    })

    test.each<[string, (userId: string) => Promise<unknown>]>([
      ['deleted', (userId) => client.send('DELETE', `/api/v1/users/${userId}`)],
      [
        'disabled',
        (userId) => client.send('PATCH', `/api/v1/users/${userId}`, { json: { status: 'disabled' } }),
      ],
    ])('409 once the user who waits is %s', async (what, change) => {
      const email = `${what}@acme.example`
      const id = await fileBySignIn(email)
      await change((await userOf(email))!.id)
      expect((await approve(id)).status).toBe(409)
      expect((await userOf(email))?.status).not.toBe('active')
      expect((await remove(id)).status).toBe(204)
    })
  })

  describe('rejecting', () => {
    test('leaves a user alone who has become one otherwise', async () => {
      const id = await fileAtPage('otherwise@acme.example')
      const { id: userId } = (await userOf('otherwise@acme.example'))!
      await client.send('PATCH', `/api/v1/users/${userId}`, { json: { status: 'active' } })
      await reject(id)
      expect((await userOf('otherwise@acme.example'))?.status).toBe('active')
    })

    test.each<[string, (email: string) => Promise<string>]>([
      ['page', fileAtPage],
      ['sign-in', fileBySignIn],
    ])('from the %s: 200, no user is left, and the person reads the note', async (source, file) => {
      const email = `no-${source}@acme.example`
      const id = await file(email)
      const answer = await reject(id, { note: '  Ask Bob\r\nfirst. ' })
      expect([answer.status, answer.json()]).toEqual([
        200,
        expect.objectContaining({ status: 'rejected', decisionNote: 'Ask Bob first.', userId: null }),
      ])
      expect(await userOf(email)).toBeNull()
      const mail = await lastMailTo(server, email)
      expect(mail.text).toContain('Note: Ask Bob first.')
      expect((await reject(id, { note: 'Other' })).json()).toMatchObject({ decisionNote: 'Ask Bob first.' })
      expect((await approve(id)).status).toBe(409)
      expect(await mailsTo(server, email)).toHaveLength(1)
    })

    test('stands until it is deleted: then the person may ask again', async () => {
      const id = await fileBySignIn('later@acme.example')
      await reject(id)
      await expect(fileBySignIn('later@acme.example')).rejects.toThrow()
      await expect(fileAtPage('later@acme.example')).rejects.toThrow()
      expect((await remove(id)).status).toBe(204)
      expect((await remove(id)).status).toBe(404)
      await fileAtPage('later@acme.example')
    })
  })

  test('deleting one that is undecided takes the waiting user along, an approved one leaves theirs', async () => {
    const waiting = await fileBySignIn('waiting@acme.example')
    expect((await remove(waiting)).status).toBe(204)
    expect(await userOf('waiting@acme.example')).toBeNull()
    const approved = await fileBySignIn('approved@acme.example')
    await approve(approved)
    expect((await remove(approved)).status).toBe(204)
    expect((await userOf('approved@acme.example'))?.status).toBe('active')
  })

  test('twenty decide at the same moment: one decision stands, whoever decided otherwise gets 409', async () => {
    for (let round = 0; round < 5; round++) {
      const email = `race-${round}@acme.example`
      const id = await fileAtPage(email)
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 ? approve(id) : reject(id))),
      )
      const status = answers.find((answer) => answer.status === 200)!.json<JoinRequestView>().status
      const expected = answers.map((_, index) =>
        (index % 2 ? 'approved' : 'rejected') === status ? 200 : 409,
      )
      expect(answers.map((answer) => answer.status)).toEqual(expected)
      expect((await userOf(email))?.status).toBe(status === 'approved' ? 'active' : undefined)
      expect(await mailsTo(server, email)).toHaveLength(1)
      const events = await server.house.db.auditEvent.findMany({ where: { targetId: id } })
      expect(events.map(({ action }) => action)).toEqual([`join-request.${status}`])
    }
  })

  test.each<[Record<string, unknown>, string]>([
    [{ note: 'x'.repeat(1001) }, 'note'],
    [{ note: 5 }, 'note'],
    [{ note: 'a\u0007b' }, 'note'],
    [{ status: 'approved' }, 'status'],
    [{ decidedBy: 'Somebody' }, 'decidedBy'],
  ])('400 with the path: rejecting with %j', async (body, at) => {
    const email = `bad-${at}-${String(Object.values(body)[0]).length}@acme.example`.toLowerCase()
    const answer = await reject(await fileAtPage(email), body)
    expect(answer.status).toBe(400)
    expect(answer.json<{ errors: { path: string }[] }>().errors.map((one) => one.path)).toEqual([at])
    expect((await userOf(email))?.status).toBe('pending')
  })

  test('404 for none, 401 without the key', async () => {
    expect((await approve('jrq_none')).status).toBe(404)
    expect((await reject('jrq_none')).status).toBe(404)
    const anyone = createClient(server.port)
    for (const at of [`${path}/x/approve`, `${path}/x/reject`])
      expect((await anyone.post(at, { json: {} })).status).toBe(401)
    expect((await anyone.get(path)).status).toBe(401)
    expect((await anyone.send('DELETE', `${path}/x`)).status).toBe(401)
  })

  test('the list comes in pages, by tenant, status and part of an address', async () => {
    for (const number of [1, 2, 3]) {
      // Ids of the same millisecond have no order.
      server.clock.advance(1)
      await fileAtPage(`p${number}@list.example`)
    }
    const first = await list('tenant=acme&status=pending&query=LIST.example&limit=2')
    expect(first.data.map(({ email }) => email)).toEqual(['p3@list.example', 'p2@list.example'])
    const second = await list(`query=list.example&limit=2&cursor=${first.nextCursor}`)
    expect([second.data.map(({ email }) => email), second.nextCursor]).toEqual([['p1@list.example'], null])
    expect((await list('tenant=walled&query=list.example')).data).toEqual([])
    expect((await list('tenant=nobody')).data).toEqual([])
    expect((await list('status=rejected&query=list.example')).data).toEqual([])
    expect((await client.get(`${path}?status=maybe`)).status).toBe(400)
  })
})
