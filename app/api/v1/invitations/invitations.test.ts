import { beforeAll, describe, expect, test } from 'vitest'
import type { InvitationView } from '#lib/accounts/invitation.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { lastMailTo, linkIn, mailsTo } from '#server/testing/mails.ts'

describeOnEachServer('the invitations API', (server) => {
  let client: Client
  beforeAll(async () => {
    client = managementClient(server)
    for (const slug of ['acme', 'globex'])
      await client.post('/api/v1/tenants', { json: { slug, name: `${slug} Inc.` } })
  })

  const path = '/api/v1/invitations'
  const invite = (email: string, more: Record<string, unknown> = {}) =>
    client.post(path, { json: { tenant: 'acme', email, ...more } })
  const invited = async (email: string, more: Record<string, unknown> = {}) => {
    const answer = await invite(email, more)
    expect(answer.status, answer.text).toBe(201)
    return answer.json<InvitationView>()
  }
  const list = async (query = '') =>
    (await client.get(`${path}?${query}`)).json<{ data: InvitationView[]; nextCursor: string | null }>()
  const resend = (id: string) => client.post(`${path}/${id}/resend`)
  const revoke = (id: string) => client.send('DELETE', `${path}/${id}`)
  const statusOf = async (email: string) =>
    (await server.house.db.user.findFirst({ where: { emailKey: email } }))?.status
  const pageOf = async (email: string) =>
    createClient(server.port).get(linkIn(server, await lastMailTo(server, email)))

  test('201: an invited user, a mail, and an invitation for seven days that holds no secret', async () => {
    const answer = await invite('erin@acme.example')
    expect(answer.status).toBe(201)
    const invitation = answer.json<InvitationView>()
    expect(invitation).toEqual({
      id: expect.stringMatching(/^inv_[0-9a-z]{26}$/),
      tenant: 'acme',
      userId: expect.stringMatching(/^usr_/),
      email: 'erin@acme.example',
      namespaces: [],
      status: 'pending',
      invitedBy: 'My organization',
      mail: { state: 'kept', lastError: null },
      sentAt: expect.any(String),
      expiresAt: expect.any(String),
      acceptedAt: null,
      revokedAt: null,
      createdAt: expect.any(String),
    })
    expect(Date.parse(invitation.expiresAt) - Date.parse(invitation.sentAt)).toBe(7 * 86_400_000)
    expect((await client.get(`/api/v1/users/${invitation.userId}`)).json()).toMatchObject({
      email: 'erin@acme.example',
      status: 'invited',
      hasPassword: false,
      emailVerified: false,
    })
    const link = linkIn(server, await lastMailTo(server, 'erin@acme.example'))
    expect(link).toMatch(/^\/invite\/[A-Za-z0-9_-]{43}$/)
    const token = link.slice('/invite/'.length)
    const row = await server.house.db.invitation.findUnique({ where: { id: invitation.id } })
    expect(JSON.stringify(row)).not.toContain(token)
    expect(answer.text).not.toContain(token)
  })

  test('it can be said what they are called', async () => {
    const { userId } = await invited('named@acme.example', { firstName: 'Erin', lastName: ' Ek ' })
    expect((await client.get(`/api/v1/users/${userId}`)).json()).toMatchObject({
      firstName: 'Erin',
      lastName: 'Ek',
    })
  })

  describe('409, with the path and a sentence that says what to do', () => {
    test.each<[string, string, RegExp]>([
      ['active', 'active@acme.example', /is a user of "acme" already/],
      ['disabled', 'disabled@acme.example', /disabled.*Enable/],
    ])('an address of a user who is %s, in any case', async (status, email, sentence) => {
      await client.post('/api/v1/users', { json: { tenant: 'acme', email, status } })
      const answer = await invite(email.toUpperCase())
      expect(answer.status).toBe(409)
      const { errors } = answer.json<{ errors: { path: string; message: string }[] }>()
      expect(errors).toEqual([{ path: 'email', message: expect.stringMatching(sentence) }])
      expect(await mailsTo(server, email.toUpperCase())).toEqual([])
      expect(await statusOf(email)).toBe(status)
    })

    test('one who is invited, until that has expired', async () => {
      await invited('twice@acme.example')
      expect((await invite('Twice@acme.example')).status).toBe(409)
      server.clock.advance(7 * 86_400)
      const again = await invited('twice@acme.example')
      expect(await server.house.db.user.count({ where: { emailKey: 'twice@acme.example' } })).toBe(1)
      expect(again).toMatchObject({ status: 'pending', mail: { state: 'kept' } })
      expect((await pageOf('twice@acme.example')).status).toBe(200)
      // There is one to send again, not two with a link each.
      expect((await list('query=twice@')).data).toMatchObject([{ id: again.id, sentAt: again.sentAt }])
    })

    test('one who is invited under an earlier address may be under the new one', async () => {
      const { userId } = await invited('renamed@acme.example')
      const before = linkIn(server, await lastMailTo(server, 'renamed@acme.example'))
      await client.send('PATCH', `/api/v1/users/${userId}`, { json: { email: 'new-name@acme.example' } })
      expect(await invited('new-name@acme.example')).toMatchObject({ userId })
      expect((await invite('new-name@acme.example')).status).toBe(409)
      expect((await pageOf('new-name@acme.example')).status).toBe(200)
      expect((await createClient(server.port).get(before)).status).toBe(404)
    })
  })

  test('the same address may be invited to another tenant', async () => {
    await invited('both@acme.example')
    await invited('both@acme.example', { tenant: 'globex' })
    expect(await server.house.db.user.count({ where: { emailKey: 'both@acme.example' } })).toBe(2)
  })

  test.each([
    ['nobody yet', async () => {}],
    [
      'an invitation that has expired',
      async () => {
        await invited('race@acme.example')
        server.clock.advance(7 * 86_400)
      },
    ],
  ])('ten at the same moment, of %s, make one user and one link', async (_what, before) => {
    const where = { where: { email: 'race@acme.example' } }
    await server.house.db.user.deleteMany(where)
    await before()
    const mails = (await mailsTo(server, 'race@acme.example')).length
    const answers = await Promise.all(Array.from({ length: 10 }, () => invite('race@acme.example')))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    expect(await server.house.db.user.count(where)).toBe(1)
    expect(await server.house.db.invitation.count({ where: { ...where.where, userId: { not: null } } })).toBe(
      1,
    )
    expect(await mailsTo(server, 'race@acme.example')).toHaveLength(mails + 1)
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['no address', { email: '' }, 'email'],
    ['no domain', { email: 'erin' }, 'email'],
    ['a line break', { email: 'a@b.example\r\nBcc: c@d.example' }, 'email'],
    ['two addresses', { email: 'a@b.example,c@d.example' }, 'email'],
    ['a name before it', { email: 'Erin<a@b.example>' }, 'email'],
    ['an address literal', { email: 'a@[127.0.0.1]' }, 'email'],
    ['a quoted part', { email: '"a b"@c.example' }, 'email'],
    ['too long', { email: `${'a'.repeat(250)}@b.example` }, 'email'],
    ['a number', { email: 5 }, 'email'],
    ['a line break in a name', { firstName: 'Erin\r\nBcc: c@d.example' }, 'firstName'],
    ['a namespace there is not', { namespaces: ['nowhere'] }, 'namespaces.0'],
    ['a role', { role: 'owner' }, 'role'],
    ['a status', { status: 'active' }, 'status'],
    ['a password', { password: 'x'.repeat(20) }, 'password'],
    ['an organization', { organizationId: 'org_other' }, 'organizationId'],
    ['an inviter', { invitedBy: 'Somebody' }, 'invitedBy'],
  ])('400 with the path: %s', async (_name, more, at) => {
    const count = () => Promise.all([server.house.db.user.count(), server.house.db.mail.count()])
    const before = await count()
    const answer = await invite('fine@acme.example', more)
    expect(answer.status, answer.text).toBe(400)
    expect(answer.json<{ errors: { path: string }[] }>().errors.map((one) => one.path)).toContain(at)
    expect(await count()).toEqual(before)
  })

  test('404 for a tenant there is not; 401 without the key', async () => {
    expect((await invite('x@acme.example', { tenant: 'nobody' })).status).toBe(404)
    const anyone = createClient(server.port)
    for (const [method, at] of [
      ['GET', path],
      ['POST', path],
      ['POST', `${path}/inv_x/resend`],
      ['DELETE', `${path}/inv_x`],
    ] as const)
      expect((await anyone.send(method, at, method === 'POST' ? { json: {} } : {})).status).toBe(401)
  })

  test('a mail that could not be handed over says so, and keeps waiting', async () => {
    const { id } = await invited('waiting@acme.example')
    await server.house.db.mail.updateMany({
      where: { recipient: 'waiting@acme.example' },
      data: { lastError: 'The mail server could not be reached.', attempts: 3 },
    })
    const found = (await list('query=waiting@')).data
    expect(found).toMatchObject([
      { id, mail: { state: 'kept', lastError: 'The mail server could not be reached.' } },
    ])
    await server.house.db.mail.deleteMany({ where: { recipient: 'waiting@acme.example' } })
    expect((await list('query=waiting@')).data).toMatchObject([{ mail: null }])
  })

  describe('sending again', () => {
    test('200: a new link for another seven days; the one before opens nothing', async () => {
      const first = await invited('again@acme.example')
      const before = linkIn(server, await lastMailTo(server, 'again@acme.example'))
      server.clock.advance(3 * 86_400)
      const answer = await resend(first.id)
      expect(answer.status).toBe(200)
      const again = answer.json<InvitationView>()
      expect(again).toMatchObject({ id: first.id, status: 'pending', mail: { state: 'kept' } })
      expect(Date.parse(again.expiresAt) - Date.parse(again.sentAt)).toBe(7 * 86_400_000)
      const after = linkIn(server, await lastMailTo(server, 'again@acme.example'))
      expect(after).not.toBe(before)
      const anyone = createClient(server.port)
      expect((await anyone.get(before)).status).toBe(404)
      expect((await anyone.get(after)).status).toBe(200)
    })

    test('wakes one that has expired', async () => {
      const { id } = await invited('late@acme.example')
      server.clock.advance(8 * 86_400)
      expect((await pageOf('late@acme.example')).status).toBe(404)
      expect((await list('status=expired&query=late@')).data).toMatchObject([{ id, status: 'expired' }])
      expect((await list('status=pending&query=late@')).data).toEqual([])
      await resend(id)
      expect((await pageOf('late@acme.example')).status).toBe(200)
      expect((await list('status=expired&query=late@')).data).toEqual([])
    })

    test('409 once the user has another address: the link was for the one before', async () => {
      const { id, userId } = await invited('moved@acme.example')
      await client.send('PATCH', `/api/v1/users/${userId}`, { json: { email: 'moved-away@acme.example' } })
      expect((await pageOf('moved@acme.example')).status).toBe(404)
      expect((await resend(id)).status).toBe(409)
    })
  })

  describe('revoking', () => {
    test('204, then 404; the link opens nothing, and nobody is left who was only invited', async () => {
      const { id } = await invited('revoked@acme.example')
      expect((await revoke(id)).status).toBe(204)
      expect((await revoke(id)).status).toBe(404)
      expect((await resend(id)).status).toBe(409)
      expect((await pageOf('revoked@acme.example')).status).toBe(404)
      expect(await statusOf('revoked@acme.example')).toBeUndefined()
      expect((await list('status=revoked')).data).toMatchObject([
        { id, status: 'revoked', userId: null, revokedAt: expect.any(String) },
      ])
      await invited('revoked@acme.example')
    })

    test('leaves a user alone who has become one otherwise', async () => {
      const { id, userId } = await invited('otherwise@acme.example')
      await client.send('PATCH', `/api/v1/users/${userId}`, { json: { status: 'active' } })
      expect((await revoke(id)).status).toBe(204)
      expect(await statusOf('otherwise@acme.example')).toBe('active')
    })

    test.each(['inv_none', '%00', '..', '%2e%2e'])('%s is no 5xx and no success', async (id) => {
      for (const answer of [await revoke(id), await resend(id)]) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
      }
    })
  })

  test('deleting the user ends the invitation', async () => {
    const { id, userId } = await invited('deleted@acme.example')
    await client.send('DELETE', `/api/v1/users/${userId}`)
    expect((await pageOf('deleted@acme.example')).status).toBe(404)
    expect((await resend(id)).status).toBe(409)
    expect((await list('query=deleted@')).data).toMatchObject([{ id, userId: null }])
  })

  describe('the list', () => {
    test('comes in pages, by tenant, status and part of an address', async () => {
      for (const number of [1, 2, 3]) await invited(`p${number}@list.example`, { tenant: 'globex' })
      const first = await list('tenant=globex&query=list.example&limit=2')
      expect(first.data.map(({ email }) => email)).toEqual(['p3@list.example', 'p2@list.example'])
      const second = await list(`tenant=globex&query=LIST.example&limit=2&cursor=${first.nextCursor}`)
      expect(second.data.map(({ email }) => email)).toEqual(['p1@list.example'])
      expect(second.nextCursor).toBeNull()
      expect((await list('tenant=acme&query=list.example')).data).toEqual([])
      expect((await list('tenant=nobody')).data).toEqual([])
      expect((await list('query=%25')).data).toEqual([])
      expect((await list('status=accepted')).data).toEqual([])
    })

    test.each(['status=maybe', 'limit=0', 'query=%00'])('400 for %s', async (query) => {
      expect((await client.get(`${path}?${query}`)).status).toBe(400)
    })
  })

  test('every step is audited, without the link', async () => {
    const { id } = await invited('audited@acme.example')
    await resend(id)
    await revoke(id)
    const events = await server.house.db.auditEvent.findMany({
      where: { targetId: id },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ action }) => action)).toEqual([
      'invitation.sent',
      'invitation.sent-again',
      'invitation.revoked',
    ])
    const token = linkIn(server, await lastMailTo(server, 'audited@acme.example')).slice('/invite/'.length)
    expect(JSON.stringify(events)).not.toContain(token)
    expect(server.logLines.join('')).not.toContain(token)
  })
})
