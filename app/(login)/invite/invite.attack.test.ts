import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { InvitationView } from '#lib/accounts/invitation.ts'
import { verifyPassword } from '#lib/passwords/password.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import {
  type MadeApplication,
  makeApplication,
  password,
  signInWithPassword,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { lastMailTo, linkIn } from '#server/testing/mails.ts'
import { makeConnection } from '#server/testing/sign-in.ts'

/** Whoever holds the link of an invitation becomes one user of one tenant, once, and nothing more. */
describeOnEachServer('the page an invitation leads to', (server) => {
  let client: Client
  let anyone: Client
  let application: MadeApplication
  const abroad = { host: 'abroad.example' }

  beforeAll(async () => {
    client = managementClient(server)
    anyone = createClient(server.port)
    application = await makeApplication(server)
    await insertOrganization(server.house.db, { id: 'org_abroad', name: 'Abroad', host: abroad.host })
    for (const slug of ['acme', 'walled', 'wordless'])
      await client.post('/api/v1/tenants', { json: { slug, name: `${slug} Inc.` } })
    await client.send('PATCH', '/api/v1/tenants/walled', { json: { enforceSso: true } })
    await client.send('PATCH', '/api/v1/tenants/wordless', { json: { passwordSignIn: false } })
    await makeConnection(server, 'walled', { name: 'Okta of Walled' })
  })
  beforeEach(() => server.clock.advance(3601))

  const invite = async (email: string, more: Record<string, unknown> = {}) => {
    const answer = await client.post('/api/v1/invitations', { json: { tenant: 'acme', email, ...more } })
    expect(answer.status, answer.text).toBe(201)
    const link = linkIn(server, await lastMailTo(server, email))
    return { link, invitation: answer.json<InvitationView>() }
  }
  const typed = { firstName: 'Erin', lastName: 'Ek', password }
  const accept = (link: string, form: Record<string, string> = typed, headers = {}) =>
    anyone.post(link, { form, headers })
  const userOf = (email: string) => server.house.db.user.findFirstOrThrow({ where: { emailKey: email } })
  const stateOf = async ({ invitation }: { invitation: InvitationView }) => {
    const found = await client.get(`/api/v1/invitations?query=${invitation.email}`)
    return found.json<{ data: InvitationView[] }>().data.find(({ id }) => id === invitation.id)
  }

  test('says who invites whom to what, and takes a password with which the person signs in', async () => {
    const made = await invite('erin@acme.example', { firstName: 'Erin' })
    const page = await anyone.get(made.link)
    expect(page.status).toBe(200)
    expect(page.text).toContain('My organization has invited you to join acme Inc.')
    expect(page.text).toContain('erin@acme.example')
    expect(page.text).toContain('value="Erin"')
    const done = await accept(made.link)
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('Your account is ready')])
    expect(await userOf('erin@acme.example')).toMatchObject({
      status: 'active',
      firstName: 'Erin',
      lastName: 'Ek',
      emailVerifiedAt: expect.any(Date),
    })
    expect(await stateOf(made)).toMatchObject({ status: 'accepted', acceptedAt: expect.any(String) })
    const { code } = await signInWithPassword(server, application, 'erin@acme.example', { tenant: 'acme' })
    expect(code).not.toBe('')
  })

  test('puts the person into the namespaces of the invitation, and no others', async () => {
    const { id: organizationId } = await server.house.organizations(new URL(server.url).host)
    for (const [id, name, owner] of [
      ['nsp_1', 'editors', organizationId],
      ['nsp_2', 'readers', organizationId],
      ['nsp_3', 'editors', 'org_abroad'],
    ] as const)
      await server.house.db.namespace.create({ data: { id, name, organizationId: owner } })
    const { link } = await invite('grouped@acme.example', { namespaces: ['editors'] })
    await accept(link, { ...typed, namespaces: 'readers' })
    const { id: userId } = await userOf('grouped@acme.example')
    const rows = await server.house.db.namespaceMember.findMany({ where: { userId } })
    expect(rows.map(({ namespaceId }) => namespaceId)).toEqual(['nsp_1'])
  })

  test('looking changes nothing, however often: mail scanners follow links', async () => {
    const made = await invite('looked@acme.example')
    const before = await userOf('looked@acme.example')
    for (const method of ['GET', 'HEAD', 'GET']) await anyone.send(method, made.link)
    expect(await userOf('looked@acme.example')).toEqual(before)
    expect(await stateOf(made)).toMatchObject({ status: 'pending' })
    for (const method of ['PUT', 'DELETE', 'PATCH'])
      expect((await anyone.send(method, made.link, { form: typed })).status).toBe(405)
  })

  test('ten at once: one gets in, with their password', async () => {
    const { link } = await invite('race@acme.example')
    const words = Array.from({ length: 10 }, (_, index) => `${password} number ${index}`)
    const answers = await Promise.all(words.map((word) => accept(link, { ...typed, password: word })))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)])
    const winner = words[answers.findIndex(({ status }) => status === 200)]!
    const { passwordHash } = await userOf('race@acme.example')
    expect(await verifyPassword(passwordHash, winner)).toBe(true)
  })

  describe('opens nothing', () => {
    test('a second time', async () => {
      const { link } = await invite('second@acme.example')
      await accept(link)
      const { passwordHash } = await userOf('second@acme.example')
      const again = await accept(link, { ...typed, password: 'another password that is long' })
      expect([again.status, again.text]).toEqual([404, expect.stringContaining('not open')])
      expect((await userOf('second@acme.example')).passwordHash).toBe(passwordHash)
    })

    test('after seven days', async () => {
      const made = await invite('late@acme.example')
      server.clock.advance(7 * 86_400 - 60)
      expect((await anyone.get(made.link)).status).toBe(200)
      server.clock.advance(61)
      for (const answer of [await anyone.get(made.link), await accept(made.link)])
        expect([answer.status, answer.text]).toEqual([404, expect.stringContaining('has expired')])
      expect(await stateOf(made)).toMatchObject({ status: 'expired' })
      expect(await userOf('late@acme.example')).toMatchObject({ status: 'invited', passwordHash: null })
    })

    test('when revoked while the page is open', async () => {
      const { link, invitation } = await invite('revoked@acme.example')
      await anyone.get(link)
      await client.send('DELETE', `/api/v1/invitations/${invitation.id}`)
      expect((await accept(link)).status).toBe(404)
      expect(await server.house.db.user.count({ where: { emailKey: 'revoked@acme.example' } })).toBe(0)
    })

    test('when its user has been disabled, or has another address', async () => {
      for (const [email, change] of [
        ['disabled@acme.example', { status: 'disabled' }],
        ['moved@acme.example', { email: 'elsewhere@acme.example' }],
      ] as const) {
        const { link, invitation } = await invite(email)
        await client.send('PATCH', `/api/v1/users/${invitation.userId}`, { json: change })
        expect((await anyone.get(link)).status, email).toBe(404)
        expect((await accept(link)).status, email).toBe(404)
        const user = await server.house.db.user.findUniqueOrThrow({ where: { id: invitation.userId! } })
        expect(user.passwordHash, email).toBeNull()
      }
    })

    test('at the host of another organization', async () => {
      const { link } = await invite('host@acme.example')
      expect((await anyone.get(link, { headers: abroad })).status).toBe(404)
      expect((await accept(link, typed, abroad)).status).toBe(404)
      expect((await userOf('host@acme.example')).status).toBe('invited')
    })

    test('as the link of another kind', async () => {
      const { link } = await invite('kind@acme.example')
      const token = link.split('/').at(-1)
      for (const kind of ['register', 'join'])
        expect((await anyone.post(`/${kind}/${token}`, { form: typed })).status).toBe(404)
      expect((await userOf('kind@acme.example')).status).toBe('invited')
    })

    test.each(['x', '%00', '%', '..%2f', 'a'.repeat(43), 'a'.repeat(5000)])('made up: %j', async (token) => {
      for (const answer of [await anyone.get(`/invite/${token}`), await accept(`/invite/${token}`)]) {
        expect(answer.status).toBeGreaterThanOrEqual(400)
        expect(answer.status).toBeLessThan(500)
      }
    })
  })

  describe('without passwords', () => {
    test.each(['walled', 'wordless'])('%s: the page asks for none, and takes none', async (tenant) => {
      const email = `erin@${tenant}.example`
      const { link } = await invite(email, { tenant })
      const page = await anyone.get(link)
      expect(page.text).not.toContain('name="password"')
      expect(page.text).toContain('Sign in with your company’s account')
      const answer = await accept(link)
      expect(answer.status).toBe(400)
      expect(await userOf(email)).toMatchObject({ status: 'invited', passwordHash: null })
    })

    test('it names the connection, and an application that begins a sign-in', async () => {
      const initiateLoginUrl = 'https://app.acme.example/start?from=mail'
      await makeApplication(server, { name: 'CRM & more', initiateLoginUrl })
      const { link } = await invite('company@walled.example', { tenant: 'walled' })
      const { text } = await anyone.get(link)
      expect(text).toContain('(Okta of Walled)')
      const href = /<a class="button" href="([^"]+)">Sign in to CRM &amp; more/.exec(text)?.[1]
      const url = new URL(href!.replaceAll('&amp;', '&'))
      expect(Object.fromEntries(url.searchParams)).toEqual({
        from: 'mail',
        iss: server.url,
        login_hint: 'company@walled.example',
      })
    })

    test('enforced while the page is open: the password is not taken', async () => {
      await client.post('/api/v1/tenants', { json: { slug: 'closing', name: 'Closing' } })
      const { link } = await invite('erin@closing.example', { tenant: 'closing' })
      expect((await anyone.get(link)).text).toContain('name="password"')
      await client.send('PATCH', '/api/v1/tenants/closing', { json: { enforceSso: true } })
      await accept(link)
      expect(await userOf('erin@closing.example')).toMatchObject({ status: 'invited', passwordHash: null })
    })
  })

  test.each<[string, Record<string, string>]>([
    ['a role', { role: 'owner' }],
    ['a status', { status: 'disabled' }],
    ['an address', { email: 'mallory@acme.example', emailKey: 'mallory@acme.example' }],
    ['a tenant', { tenant: 'walled', tenantId: 'ten_x' }],
    ['tags', { tags: '{"office":"Paris"}', attributes: '{"email_verified":true}' }],
    ['an id', { id: 'usr_x', userId: 'usr_x', organizationId: 'org_abroad' }],
  ])('further fields are not read: %s', async (what, more) => {
    const email = `more-${what.replaceAll(' ', '-')}@acme.example`
    const { link, invitation } = await invite(email)
    const before = await userOf(email)
    expect((await accept(link, { ...typed, ...more })).status).toBe(200)
    const { passwordHash, emailVerifiedAt, updatedAt, search, ...after } = await userOf(email)
    const { passwordHash: _, emailVerifiedAt: __, updatedAt: ___, search: ____, ...was } = before
    expect(after).toEqual({ ...was, status: 'active', firstName: 'Erin', lastName: 'Ek' })
    expect(after.id).toBe(invitation.userId)
    expect([passwordHash, emailVerifiedAt, updatedAt, search]).not.toContain(null)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['too short', { password: 'short' }, /At least 12 characters/],
    ['none', { password: '' }, /At least 12 characters/],
    ['made of their name', { firstName: 'Montgomery', password: 'Montgomery-2026' }, /too easy to guess/],
    ['a name that is too long', { firstName: 'x'.repeat(129) }, /128 characters/],
    ['a line break in a name', { lastName: 'Ek\r\nBcc: x@y.example' }, /control characters/],
  ])('the page again, and what is wrong: %s', async (what, more, sentence) => {
    const email = `wrong-${what.replaceAll(' ', '-')}@acme.example`
    const { link } = await invite(email)
    const answer = await accept(link, { ...typed, ...more })
    expect(answer.status).toBe(400)
    expect(answer.text).toMatch(sentence)
    expect(answer.text).not.toContain(password)
    expect((await userOf(email)).status).toBe('invited')
    expect((await accept(link)).status).toBe(200)
  })

  test('what others have typed stands on it as text', async () => {
    const evil = '<img src=x onerror=alert(1)>"\'&'
    await client.post('/api/v1/tenants', { json: { slug: 'evil', name: evil } })
    const { link } = await invite('text@acme.example', { tenant: 'evil', firstName: evil })
    const page = await anyone.get(link)
    const again = await accept(link, { ...typed, lastName: evil, password: 'short' })
    const mail = await lastMailTo(server, 'text@acme.example')
    for (const shown of [page.text, again.text, mail.html]) {
      expect(shown).not.toContain('<img src=x')
      expect(shown).toContain('&lt;img src=x onerror=alert(1)&gt;')
    }
    expect(page.headers['content-security-policy']).toContain("default-src 'none'")
    expect(page.headers['cache-control']).toBe('no-store')
    expect(page.headers['referrer-policy']).toBe('no-referrer')
  })

  test('the link is on the host of the organization, whatever the request said', async () => {
    for (const headers of [
      { 'x-forwarded-host': 'evil.example' },
      { forwarded: 'host=evil.example' },
      { 'x-forwarded-proto': 'https', origin: 'https://evil.example', referer: 'https://evil.example/' },
    ] as Record<string, string>[]) {
      const email = `${Object.keys(headers)[0]}@acme.example`
      await client.post('/api/v1/invitations', { json: { tenant: 'acme', email }, headers })
      const mail = await lastMailTo(server, email)
      expect(new URL(/https?:\S+\/invite\/\S+/.exec(mail.text)![0]).origin).toBe(server.url)
      expect(mail.text + mail.html).not.toContain('evil.example')
    }
    const asEvil = { json: { tenant: 'acme', email: 'x@acme.example' }, headers: { host: 'evil.example' } }
    expect((await client.post('/api/v1/invitations', asEvil)).status).toBe(421)
  })

  test('the subject of the mail is one line, whatever things are called', async () => {
    const { id } = await server.house.organizations(new URL(server.url).host)
    await server.house.db.organization.update({
      where: { id },
      data: { name: 'Acme\r\nBcc: mallory@evil.example' },
    })
    await invite('header@acme.example')
    await server.house.db.organization.update({ where: { id }, data: { name: 'My organization' } })
    const { subject } = await lastMailTo(server, 'header@acme.example')
    expect(subject).not.toMatch(/[\r\n]/)
  })

  test('knocking is limited, by address', async () => {
    const answers = []
    for (let index = 0; index < 121; index++)
      answers.push((await anyone.get(`/invite/${'a'.repeat(43)}`)).status)
    expect(answers).toEqual([...Array(120).fill(404), 429])
  })
})
