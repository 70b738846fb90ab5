import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { JoinRequestView } from '#lib/accounts/join-request.ts'
import { insertMember } from '#lib/store/members.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import {
  authorize,
  makeApplication,
  mintVerifier,
  password,
  requestOf,
  signInWithPassword,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { lastMailTo, linkIn, mailsTo } from '#server/testing/mails.ts'

/** Whoever asks to join has proven the address, waits until somebody decides, and learns nothing of anybody else. */
describeOnEachServer('asking to join', (server) => {
  let client: Client
  let anyone: Client
  const abroad = { host: 'abroad.example' }

  beforeAll(async () => {
    client = managementClient(server)
    anyone = createClient(server.port)
    await insertOrganization(server.house.db, { id: 'org_abroad', name: 'Abroad', host: abroad.host })
    const { id } = await server.house.organizations(new URL(server.url).host)
    await insertMember(server.house.db, {
      id: 'mem_viewer',
      organizationId: id,
      email: 'viewer@vestibule.example',
      name: 'Viewer',
      role: 'viewer',
      passwordHash: 'x',
    })
    for (const [slug, name, enabled] of [
      ['open', 'Open Door Ltd', true],
      ['globex', 'Globex 100% Corporation', true],
      ['hidden', 'Hidden Globex Ltd', false],
    ] as const) {
      await client.post('/api/v1/tenants', { json: { slug, name } })
      await client.send('PATCH', `/api/v1/tenants/${slug}`, { json: { joinRequests: { enabled } } })
      const domain = { domain: `${slug}.example`, vouched: true }
      await client.post(`/api/v1/tenants/${slug}/domains`, { json: domain })
    }
    await client.post('/api/v1/tenants/open/domains', { json: { domain: 'pending.example' } })
  })
  beforeEach(() => server.clock.advance(3601))

  const typed = { tenant: 'open', firstName: 'Erin', lastName: 'Ek', note: 'I work in sales.' }
  const ask = (email: string, more: Record<string, string> = {}) =>
    anyone.post('/join', { form: { ...typed, email, ...more } })
  const linkFor = async (email: string) => linkIn(server, await lastMailTo(server, email))
  const confirm = (link: string, headers = {}) => anyone.post(link, { headers })
  const userOf = (email: string) => server.house.db.user.findFirst({ where: { emailKey: email } })
  const requestsOf = async (email: string) =>
    (await client.get(`/api/v1/join-requests?query=${encodeURIComponent(email)}`)).json<{
      data: JoinRequestView[]
    }>().data

  test('a person asks, proves the address, waits, is let in, chooses a password and signs in', async () => {
    const email = 'erin@open.example'
    expect((await anyone.get('/join?tenant=open')).text).toContain('Ask to join Open Door Ltd')
    const sent = await ask(email)
    expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('Look into your mail')])
    expect(await requestsOf(email)).toEqual([])
    const link = await linkFor(email)
    const asked = (await anyone.get(link)).text
    for (const words of ['Send the request', 'Erin Ek', 'I work in sales.']) expect(asked).toContain(words)
    const filed = await confirm(link)
    expect([filed.status, filed.text]).toEqual([
      200,
      expect.stringContaining('Your request is with the admins'),
    ])
    const [request] = await requestsOf(email)
    expect(request).toMatchObject({
      status: 'pending',
      source: 'page',
      firstName: 'Erin',
      note: 'I work in sales.',
    })
    const application = await makeApplication(server)
    await expect(signInWithPassword(server, application, email, { tenant: 'open' })).rejects.toThrow()
    const told = await lastMailTo(server, 'owner@vestibule.example')
    expect(told.subject).toBe('erin@open.example asks to join Open Door Ltd')
    expect(told.text).toContain('Note: I work in sales.')
    expect(linkIn(server, told)).toBe('/users/requests')
    expect(await mailsTo(server, 'viewer@vestibule.example')).toEqual([])
    await client.post(`/api/v1/join-requests/${request!.id}/approve`)
    const entered = await anyone.post(await linkFor(email), {
      form: { firstName: 'Erin', lastName: 'Ek', password },
    })
    expect(entered.text).toContain('Your account is ready')
    const { code } = await signInWithPassword(server, application, email, { tenant: 'open' })
    expect(code).not.toBe('')
  })

  test('a waiting sign-in leads there, where its company takes requests', async () => {
    const application = await makeApplication(server, { name: 'Desk', product: 'desk' })
    const parameters = (tenant: string) => requestOf(application, mintVerifier(), { tenant })
    const open = (await authorize(server, parameters('open'))).answer.text
    expect(open).toMatch(/href="\/join\?tenant=open&amp;i=[A-Za-z0-9_-]{43}">Ask to join</)
    expect(open).not.toContain('/register?')
    expect((await authorize(server, parameters('hidden'))).answer.text).not.toContain('/join?')
  })

  describe('finding a company', () => {
    const find = async (asked: string) => {
      const answer = await anyone.post('/join', { form: { find: asked } })
      return { answer, found: [...answer.text.matchAll(/href="\/join\?tenant=([a-z]+)"/g)].map(([, a]) => a) }
    }

    test.each<[string, string[]]>([
      ['Globex', ['globex']],
      ['GLOBEX', ['globex']],
      ['door', ['open']],
      ['ada@globex.example', ['globex']],
      ['globex.example', ['globex']],
      ['Ada@GLOBEX.example.', ['globex']],
      ['ada@hidden.example', []],
      ['Hidden', []],
      ['ada@pending.example', []],
      ['ada@sub.globex.example', []],
      ['%%%', []],
      ['___', []],
      ['100%', ['globex']],
      ['ten_', []],
      ["' OR 1=1 --", []],
    ])('%j finds %j', async (asked, expected) => {
      const { answer, found } = await find(asked)
      expect([answer.status, found]).toEqual([200, expected])
    })

    test.each(['', 'a', 'ab', '  a '])('%j is too little: nobody lists them all', async (asked) => {
      const { answer, found } = await find(asked)
      expect([answer.status, found]).toEqual([400, []])
    })

    test('one that is hidden and one that is not there look the same', async () => {
      const pages = await Promise.all(
        ['hidden', 'nobody', 'ten_x', '%00'].map((slug) => anyone.get(`/join?tenant=${slug}`)),
      )
      expect(new Set(pages.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
      expect(pages[0]!.text).not.toContain('Hidden')
      const sent = await Promise.all(
        ['hidden', 'nobody'].map((tenant) => ask('x@hidden.example', { tenant })),
      )
      expect(sent[0]!.text).toBe(sent[1]!.text)
      expect(await mailsTo(server, 'x@hidden.example')).toEqual([])
    })

    test('what was typed stands on the page as text', async () => {
      const { answer } = await find('"><script>alert(1)</script>')
      expect(answer.text).not.toContain('<script>alert')
    })
  })

  test('it says the same of everybody, and to each what is so by mail', async () => {
    const known = { tenant: 'open', password: 'x'.repeat(12) }
    await client.post('/api/v1/users', { json: { ...known, email: 'known@open.example' } })
    await ask('waiting@open.example')
    await confirm(await linkFor('waiting@open.example'))
    await ask('rejected@open.example')
    await confirm(await linkFor('rejected@open.example'))
    const [request] = await requestsOf('rejected@open.example')
    await client.post(`/api/v1/join-requests/${request!.id}/reject`, { json: {} })
    const pages = []
    for (const name of ['known', 'waiting', 'rejected', 'unknown']) {
      const email = `${name}@open.example`
      const { status, text } = await ask(email)
      pages.push(`${status} ${text.replaceAll(email, 'X')}`)
    }
    expect(new Set(pages).size).toBe(1)
    for (const [name, words] of [
      ['known', 'You have an account already'],
      ['waiting', 'Your request is waiting'],
      ['rejected', 'has declined an earlier request'],
    ] as const) {
      const { text } = await lastMailTo(server, `${name}@open.example`)
      expect(text).toContain(words)
      expect(text).not.toMatch(/https?:/)
    }
    expect(await linkFor('unknown@open.example')).toMatch(/^\/join\/[A-Za-z0-9_-]{43}$/)
  })

  test.each<[string, string, Record<string, string>]>([
    ['no address', '', {}],
    ['a line break in it', 'a@open.example\r\nBcc: c@d.example', {}],
    ['two addresses', 'a@open.example,c@d.example', {}],
    ['a note that is too long', 'a@open.example', { note: 'x'.repeat(1001) }],
    ['a bell in the note', 'a@open.example', { note: 'x\u0007' }],
    ['a line break in a name', 'a@open.example', { firstName: 'x\r\ny' }],
  ])('400, the page again, and no mail: %s', async (_what, email, more) => {
    const before = await server.house.db.mail.count()
    const answer = await ask(email, more)
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('role="alert"')])
    expect(await server.house.db.mail.count()).toBe(before)
  })

  test('what a stranger typed reaches nobody before the address is proven, and then as text', async () => {
    const evil = '<a href="https://evil.example">click</a>'
    await ask('lured@open.example', { firstName: evil, note: `${evil}\r\nBcc: mallory@evil.example` })
    expect(JSON.stringify(await lastMailTo(server, 'lured@open.example'))).not.toContain('evil')
    const link = await linkFor('lured@open.example')
    expect((await anyone.get(link)).text).toContain('&lt;a href=&quot;https://evil.example&quot;&gt;click')
    await confirm(link)
    const mail = await lastMailTo(server, 'owner@vestibule.example')
    expect(mail.html).not.toContain('<a href="https://evil.example"')
    expect(mail.html).toContain('&lt;a href=&quot;https://evil.example&quot;&gt;click')
    expect(mail.subject).toBe('lured@open.example asks to join Open Door Ltd')
    expect(mail.text).not.toMatch(/^Bcc:/m)
  })

  describe('the link', () => {
    test('looking changes nothing: mail scanners follow links', async () => {
      await ask('looked@open.example')
      const link = await linkFor('looked@open.example')
      for (const method of ['GET', 'HEAD', 'GET']) await anyone.send(method, link)
      expect(await requestsOf('looked@open.example')).toEqual([])
      expect((await confirm(link)).status).toBe(200)
    })

    test('is good for 30 minutes', async () => {
      await ask('late@open.example')
      const link = await linkFor('late@open.example')
      server.clock.advance(1800)
      expect([(await anyone.get(link)).status, (await confirm(link)).status]).toEqual([404, 404])
      expect(await userOf('late@open.example')).toBeNull()
    })

    test('ten at once, and two links at once: one request, one user, one mail to each admin', async () => {
      await ask('race@open.example')
      const first = await linkFor('race@open.example')
      await ask('Race@open.example')
      const second = await linkFor('Race@open.example')
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) => confirm(index % 2 ? first : second)),
      )
      // Whoever comes second with a link of their own sees that they wait.
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, ...Array(8).fill(404)])
      expect(await requestsOf('race@open.example')).toHaveLength(1)
      expect(await server.house.db.user.count({ where: { emailKey: 'race@open.example' } })).toBe(1)
      const told = await mailsTo(server, 'owner@vestibule.example')
      expect(told.filter(({ subject }) => /^race@/i.test(subject))).toHaveLength(1)
      expect((await confirm(first)).status).toBe(404)
    })

    test('does nothing at another organization, nor as another kind of link', async () => {
      await ask('else@open.example')
      const link = await linkFor('else@open.example')
      expect((await confirm(link, abroad)).status).toBe(404)
      const token = link.split('/').at(-1)
      for (const kind of ['register', 'invite'])
        expect((await anyone.post(`/${kind}/${token}`, { form: { password } })).status).toBe(404)
      expect(await userOf('else@open.example')).toBeNull()
      expect((await confirm(link)).status).toBe(200)
    })

    test.each<[string, string, RegExp, () => Promise<unknown>]>([
      [
        'an account',
        'made@open.example',
        /You have an account already/,
        () => client.post('/api/v1/users', { json: { tenant: 'open', email: 'made@open.example' } }),
      ],
      [
        'an invitation',
        'asked@open.example',
        /You are invited already/,
        () => client.post('/api/v1/invitations', { json: { tenant: 'open', email: 'asked@open.example' } }),
      ],
    ])('says that there is %s meanwhile', async (_what, email, words, happen) => {
      await ask(email)
      const link = await linkFor(email)
      await happen()
      const answer = await confirm(link)
      expect([answer.status, answer.text]).toEqual([409, expect.stringMatching(words)])
      expect(await requestsOf(email)).toEqual([])
    })

    test('files nothing once the company takes no requests', async () => {
      await client.post('/api/v1/tenants', { json: { slug: 'closing', name: 'Closing' } })
      const set = (enabled: boolean) =>
        client.send('PATCH', '/api/v1/tenants/closing', { json: { joinRequests: { enabled } } })
      await set(true)
      await ask('erin@closing.example', { tenant: 'closing' })
      await set(false)
      expect((await confirm(await linkFor('erin@closing.example'))).status).toBe(404)
      expect(await userOf('erin@closing.example')).toBeNull()
    })
  })

  test('further fields are not read', async () => {
    const more = {
      status: 'approved',
      role: 'owner',
      userId: 'usr_x',
      source: 'sign-in',
      organizationId: 'org_abroad',
      connectionId: 'con_x',
      password,
    }
    await ask('more@open.example', more)
    await anyone.post(await linkFor('more@open.example'), { form: more })
    expect(await requestsOf('more@open.example')).toMatchObject([
      { status: 'pending', source: 'page', connection: null, decidedBy: null },
    ])
    expect(await userOf('more@open.example')).toMatchObject({ status: 'pending', passwordHash: null })
  })

  test('the links are on the host of the organization, whatever the request said', async () => {
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
    await anyone.post('/join', { form: { ...typed, email: 'host@open.example' }, headers })
    await confirm(await linkFor('host@open.example'), headers)
    for (const to of ['host@open.example', 'owner@vestibule.example']) {
      const mail = await lastMailTo(server, to)
      expect(mail.text + mail.html).not.toContain('evil.example')
      expect(linkIn(server, mail)).toMatch(/^\/(join|users)\//)
    }
  })

  test('five mails an hour to one mailbox, at once or not', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('limited@open.example')))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(5).fill(200), ...Array(3).fill(429)])
    expect(await mailsTo(server, 'limited@open.example')).toHaveLength(5)
  })
})
