import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { insertOrganization } from '#lib/store/organizations.ts'
import {
  authorize,
  makeApplication,
  mintVerifier,
  password,
  requestOf,
  signInWithPassword,
  tokenOf,
  typePassword,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Answer, type Browser, type Client, createBrowser } from '#server/testing/http-client.ts'
import { lastMailTo, linkIn, mailsTo } from '#server/testing/mails.ts'

/** Whoever makes an account reads mail at its address, chose its password, and learns nothing of anybody else. */
describeOnEachServer('making an account', (server) => {
  let client: Client
  let browser: Browser
  const abroad = { host: 'abroad.example' }

  beforeAll(async () => {
    client = managementClient(server)
    await insertOrganization(server.house.db, { id: 'org_abroad', name: 'Abroad', host: abroad.host })
    for (const [slug, change] of [
      ['open', { registration: { enabled: true } }],
      ['acme', { registration: { enabled: true, domains: ['acme.example', 'xn--bcher-kva.example'] } }],
      ['closed', { registration: { enabled: false } }],
      ['wordless', { registration: { enabled: true } }],
      ['walled', { registration: { enabled: true } }],
    ] as const) {
      await client.post('/api/v1/tenants', { json: { slug, name: `${slug} Inc.` } })
      await client.send('PATCH', `/api/v1/tenants/${slug}`, { json: change })
    }
    await client.send('PATCH', '/api/v1/tenants/walled', { json: { enforceSso: true } })
    await client.send('PATCH', '/api/v1/tenants/wordless', { json: { passwordSignIn: false } })
  })
  /** What a browser says of a form that a page of ours sent. */
  const ownSite = { 'sec-fetch-site': 'same-origin' }
  beforeEach(() => {
    server.clock.advance(3601)
    browser = createBrowser(server.port, ownSite)
  })

  const typed = { tenant: 'open', firstName: 'Erin', lastName: 'Ek', password }
  const register = (email: string, more: Record<string, string> = {}, from: Client = browser) =>
    from.post('/register', { form: { ...typed, email, ...more } })
  const linkFor = async (email: string) => linkIn(server, await lastMailTo(server, email))
  const confirm = (link: string, form: Record<string, string> = {}, from: Client = browser) =>
    from.post(link, { form: { confirm: '', ...form } })
  const userOf = (email: string) => server.house.db.user.findFirst({ where: { emailKey: email } })
  const stranger = () => createBrowser(server.port, ownSite)

  test('a person registers, confirms in the same browser, and signs in', async () => {
    const page = await browser.get('/register?tenant=open')
    expect([page.status, page.text]).toEqual([200, expect.stringContaining('Make an account')])
    const sent = await register('Erin@Open.example')
    expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('Look into your mail')])
    expect(await userOf('erin@open.example')).toBeNull()
    const link = await linkFor('Erin@Open.example')
    const asked = await browser.get(link)
    expect(asked.text).not.toContain('name="password"')
    const done = await confirm(link)
    expect([done.status, done.text]).toEqual([200, expect.stringContaining('Your account is ready')])
    expect(await userOf('erin@open.example')).toMatchObject({
      status: 'active',
      email: 'Erin@Open.example',
      firstName: 'Erin',
      lastName: 'Ek',
      emailVerifiedAt: expect.any(Date),
      emailUnproven: false,
    })
    expect(browser.cookies.has('vestibule_register')).toBe(false)
    const application = await makeApplication(server)
    const { code } = await signInWithPassword(server, application, 'erin@open.example', { tenant: 'open' })
    expect(code).not.toBe('')
  })

  test.each(['cross-site', 'same-site', 'none', undefined])(
    'a form that no page of ours sent (%s) prepares no account: the link asks for the password, even in that browser',
    async (from) => {
      const email = `lured-${from}@open.example`
      const victim = createBrowser(server.port)
      const headers: Record<string, string> = from === undefined ? {} : { 'sec-fetch-site': from }
      await victim.post('/register', { form: { ...typed, email }, headers })
      expect(victim.cookies.has('vestibule_register')).toBe(false)
      const link = await linkFor(email)
      expect((await victim.get(link)).text).toContain('name="password"')
      expect((await confirm(link, {}, victim)).status).toBe(400)
      expect(await userOf(email)).toBeNull()
      expect((await confirm(link, { password }, victim)).status).toBe(200)
    },
  )

  test('from the page of a waiting sign-in and back to it, without starting again', async () => {
    const application = await makeApplication(server, { name: 'Desk', product: 'desk' })
    const waiting = await authorize(
      server,
      requestOf(application, mintVerifier(), { tenant: 'open' }),
      browser,
    )
    const place = /href="(\/register\?[^"]+)"/.exec(waiting.answer.text)![1]!.replaceAll('&amp;', '&')
    expect(place).toContain(`i=${tokenOf(waiting.answer)}`)
    const page = await browser.get(place)
    await register('onward@open.example', { i: tokenOf(page) })
    const done = await confirm(await linkFor('onward@open.example'))
    const login = await browser.get(/href="(\/login\?i=[^"]+)"/.exec(done.text)![1]!)
    expect(tokenOf(login)).toBe(tokenOf(waiting.answer))
    const answer = await typePassword(server, browser, login, 'onward@open.example')
    expect(answer.location().searchParams.get('code')).toBeTruthy()
  })

  describe('says the same of everybody', () => {
    const alike = (answer: Answer, email: string) => [answer.status, answer.text.replaceAll(email, 'X')]

    test('known or not, and to each what is so by mail', async () => {
      const password = 'x'.repeat(12)
      const known = { tenant: 'open', email: 'known@open.example', password }
      await client.post('/api/v1/users', { json: known })
      await client.post('/api/v1/users', {
        json: { ...known, email: 'disabled@open.example', status: 'disabled' },
      })
      await client.post('/api/v1/invitations', { json: { tenant: 'open', email: 'invited@open.example' } })
      const answers = []
      for (const email of ['known', 'KNOWN', 'disabled', 'invited', 'unknown'].map(
        (name) => `${name}@open.example`,
      ))
        answers.push(alike(await register(email), email))
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      for (const [email, words] of [
        ['known@open.example', 'You have an account already'],
        ['KNOWN@open.example', 'You have an account already'],
        ['disabled@open.example', 'Your account is disabled'],
        ['invited@open.example', 'You are invited already'],
      ] as const) {
        const mail = await lastMailTo(server, email)
        expect(mail.text).toContain(words)
        expect(mail.text).not.toContain('/register/')
      }
      expect(await linkFor('unknown@open.example')).toMatch(/^\/register\/[A-Za-z0-9_-]{43}$/)
    })

    test('with the same statements', async () => {
      const rows = () =>
        Promise.all([
          server.house.db.accountToken.count(),
          server.house.db.mail.count(),
          server.house.db.rateLimit.count(),
        ])
      const difference = async (email: string) => {
        const before = await rows()
        await register(email)
        return (await rows()).map((count, index) => count - before[index]!)
      }
      const fresh = { tenant: 'open', email: 'fresh@open.example', password: 'x'.repeat(12) }
      await client.post('/api/v1/users', { json: fresh })
      await register('warm@open.example')
      const known = await difference('fresh@open.example')
      expect(await difference('nobody-knows@open.example')).toEqual(known)
    })

    test('whether a tenant is closed or not there', async () => {
      const answers = []
      for (const slug of ['closed', 'wordless', 'walled', 'nobody', '%00', 'ten_x', '']) {
        const page = await browser.get(`/register?tenant=${slug}`)
        const sent = await register('x@open.example', { tenant: decodeURIComponent(slug) })
        answers.push([page.status, page.text])
        if (slug !== '%00') answers.push([sent.status, sent.text])
        else expect(sent.status).toBe(400)
      }
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
      expect(answers[0]![0]).toBe(404)
      expect(await mailsTo(server, 'x@open.example')).toEqual([])
    })
  })

  describe('the domain decides', () => {
    test.each(['a@acme.example', 'b@ACME.example', 'c@bücher.example', 'd@xn--bcher-kva.example'])(
      '%s may',
      async (email) => {
        expect((await register(email, { tenant: 'acme' })).status).toBe(200)
        expect((await confirm(await linkFor(email))).status).toBe(200)
      },
    )

    test.each([
      'erin@evil.example',
      'erin@acme.example.evil.example',
      'erin@sub.acme.example',
      'erin@notacme.example',
      'erin@evil.example@acme.evil',
      'erin@acme.example@evil.example',
      'erin@acmе.example',
    ])('%s may not, and nothing is sent', async (email) => {
      const before = await server.house.db.mail.count()
      expect((await register(email, { tenant: 'acme' })).status).toBe(400)
      expect(await server.house.db.mail.count()).toBe(before)
    })

    test('also when it is taken away before the link is followed', async () => {
      await client.post('/api/v1/tenants', { json: { slug: 'changing', name: 'Changing' } })
      const change = (registration: Record<string, unknown>) =>
        client.send('PATCH', '/api/v1/tenants/changing', { json: { registration } })
      await change({ enabled: true })
      for (const taken of [{ domains: ['other.example'] }, { enabled: false }]) {
        await change({ enabled: true, domains: [] })
        const email = `erin-${Object.keys(taken)[0]}@changing.example`
        await register(email, { tenant: 'changing' })
        await change(taken)
        expect((await confirm(await linkFor(email))).status).toBe(404)
        expect(await userOf(email)).toBeNull()
      }
    })
  })

  test.each<[string, string, Record<string, string>, RegExp]>([
    ['no address', '', {}, /e-mail address/],
    ['a line break in it', 'a@open.example\r\nBcc: c@d.example', {}, /e-mail address/],
    ['two addresses', 'a@open.example,c@d.example', {}, /e-mail address/],
    ['an address in brackets', '<a@open.example>', {}, /e-mail address/],
    ['a short password', 'a@open.example', { password: 'short' }, /At least 12/],
    [
      'one of their name',
      'm@open.example',
      { lastName: 'Montgomery', password: 'Montgomery-2026' },
      /too easy to guess/,
    ],
    ['a name that is too long', 'a@open.example', { firstName: 'x'.repeat(129) }, /128/],
    ['a line break in a name', 'a@open.example', { lastName: 'x\r\ny' }, /control/],
  ])('400, the page again, and no mail: %s', async (_what, email, more, sentence) => {
    const before = await server.house.db.mail.count()
    const answer = await register(email, more)
    expect([answer.status, answer.text]).toEqual([400, expect.stringMatching(sentence)])
    expect(answer.text).not.toContain(password)
    expect(await server.house.db.mail.count()).toBe(before)
  })

  test('the mail repeats nothing a stranger typed', async () => {
    const words = 'Visit https://evil.example now'
    await register('lured@open.example', { firstName: words, lastName: '<b>evil</b>' })
    const mail = await lastMailTo(server, 'lured@open.example')
    expect(JSON.stringify(mail)).not.toContain('evil')
  })

  describe('the link', () => {
    test('looking changes nothing: mail scanners follow links', async () => {
      await register('looked@open.example')
      const link = await linkFor('looked@open.example')
      for (const method of ['GET', 'HEAD', 'GET']) await stranger().send(method, link)
      expect(await userOf('looked@open.example')).toBeNull()
      expect((await confirm(link)).status).toBe(200)
    })

    test('is good for 30 minutes', async () => {
      await register('late@open.example')
      const link = await linkFor('late@open.example')
      server.clock.advance(1800)
      expect((await browser.get(link)).status).toBe(404)
      expect((await confirm(link)).status).toBe(404)
      expect(await userOf('late@open.example')).toBeNull()
    })

    test('works once, also ten times at once', async () => {
      await register('race@open.example')
      const link = await linkFor('race@open.example')
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => confirm(link, { password }, stranger())),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(404)])
      expect(await server.house.db.user.count({ where: { emailKey: 'race@open.example' } })).toBe(1)
      expect((await confirm(link, { password })).status).toBe(404)
    })

    test('two links of one person make one account', async () => {
      await register('twice@open.example')
      const first = await linkFor('twice@open.example')
      await register('Twice@open.example', { password: 'another password, also long' })
      const second = await linkFor('Twice@open.example')
      expect((await confirm(second)).status).toBe(200)
      const { passwordHash } = (await userOf('twice@open.example'))!
      expect((await confirm(first, { password })).status).toBe(404)
      expect((await userOf('twice@open.example'))!.passwordHash).toBe(passwordHash)
    })

    test('does nothing at another organization, nor as another kind of link', async () => {
      await register('else@open.example')
      const link = await linkFor('else@open.example')
      expect((await browser.post(link, { form: { password }, headers: abroad })).status).toBe(404)
      const token = link.split('/').at(-1)
      for (const kind of ['join', 'invite'])
        expect((await browser.post(`/${kind}/${token}`, { form: { password } })).status).toBe(404)
      expect(await userOf('else@open.example')).toBeNull()
      expect((await confirm(link)).status).toBe(200)
    })

    test('its token rests as a hash, and stands in no log', async () => {
      await register('hashed@open.example')
      const token = (await linkFor('hashed@open.example')).split('/').at(-1)!
      await confirm(`/register/${token}`)
      const rows = [await server.house.db.accountToken.findMany(), await server.house.db.mail.findMany()]
      expect(JSON.stringify(rows)).not.toContain(token)
      expect(server.logLines.join('')).not.toContain(token)
      expect(JSON.stringify(rows)).not.toContain(password)
    })
  })

  describe('an account is not made for somebody else', () => {
    test('whoever fills in another’s address has a password that its reader does not know', async () => {
      await register('victim@open.example', { password: 'the password of an attacker' })
      const link = await linkFor('victim@open.example')
      const reader = stranger()
      const page = await reader.get(link)
      expect(page.text).toContain('name="password"')
      for (const guess of ['', 'their own password, long'])
        expect((await confirm(link, { password: guess }, reader)).status).toBe(400)
      expect(await userOf('victim@open.example')).toBeNull()
    })

    test('in another browser it takes the password, of which ten are tried', async () => {
      await register('elsewhere@open.example')
      const link = await linkFor('elsewhere@open.example')
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, index) =>
          confirm(link, { password: `a wrong password ${index}` }, stranger()),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(400), 429, 429])
      expect((await confirm(link, { password }, stranger())).status).toBe(429)
      expect(await userOf('elsewhere@open.example')).toBeNull()
    })

    test('a cookie somebody planted opens nothing', async () => {
      await register('planted@open.example')
      const link = await linkFor('planted@open.example')
      for (const value of ['', 'x', 'a'.repeat(43), '"; HttpOnly']) {
        const headers = { cookie: `vestibule_register=${value}` }
        const answer = await stranger().post(link, { form: { confirm: '' }, headers })
        expect(answer.status, value).toBe(400)
      }
    })
  })

  test.each<[string, Record<string, string>]>([
    ['a role', { role: 'owner' }],
    ['a status', { status: 'invited' }],
    ['verification', { emailVerifiedAt: '2020-01-01', email_verified: 'true' }],
    ['ids', { id: 'usr_mine', tenantId: 'ten_x', organizationId: 'org_abroad' }],
    ['namespaces and tags', { namespaces: 'admins', tags: '{"a":"b"}', attributes: '{"a":"b"}' }],
    ['names of sign-in', { username: 'root', ssoUsername: 'root' }],
  ])('further fields are not read: %s', async (what, more) => {
    const email = `more-${what.replaceAll(' ', '-')}@open.example`
    await register(email, more)
    await confirm(await linkFor(email), more)
    const tenant = await server.house.db.tenant.findFirstOrThrow({ where: { slug: 'open' } })
    expect(await userOf(email)).toMatchObject({
      tenantId: tenant.id,
      organizationId: tenant.organizationId,
      id: expect.stringMatching(/^usr_[0-9a-z]{26}$/),
      status: 'active',
      username: null,
      ssoUsername: null,
      tags: {},
      attributes: {},
      emailVerifiedAt: expect.any(Date),
    })
    expect(await server.house.db.namespaceMember.count()).toBe(0)
  })

  test('the link is on the host of the organization, whatever the request said', async () => {
    const headers = {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      referer: 'https://evil.example',
    }
    await browser.post('/register', { form: { ...typed, email: 'host@open.example' }, headers })
    const mail = await lastMailTo(server, 'host@open.example')
    expect(mail.text + mail.html).not.toContain('evil.example')
    expect(await linkFor('host@open.example')).toMatch(/^\/register\//)
  })

  test('what was typed stands on the page as text', async () => {
    const evil = '"><script>alert(1)</script>'
    const answer = await register('a@open.example', { firstName: evil, password: 'short', i: evil })
    expect(answer.text).not.toContain('<script>alert')
    expect(answer.text).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"')
    expect(answer.text).not.toContain('name="i"')
  })

  describe('limits', () => {
    test('five mails an hour to one mailbox, known or not, however it is spelled', async () => {
      for (const name of ['known', 'limited']) {
        const spellings = Array.from({ length: 8 }, (_, index) =>
          index % 2 ? `${name}@open.example` : `${name.toUpperCase()}@Open.example`,
        )
        const answers = await Promise.all(spellings.map((email) => register(email)))
        expect(answers.map(({ status }) => status).sort()).toEqual([
          ...Array(5).fill(200),
          ...Array(3).fill(429),
        ])
      }
    })

    test('so many visits of one address', async () => {
      const answers = await Promise.all(
        Array.from({ length: 125 }, () => browser.get('/register?tenant=open')),
      )
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(5)
    })
  })

  test('is audited, without the password', async () => {
    await register('audited@open.example')
    await confirm(await linkFor('audited@open.example'))
    const { id } = (await userOf('audited@open.example'))!
    const events = await server.house.db.auditEvent.findMany({ where: { targetId: id } })
    expect(events).toMatchObject([{ action: 'user.registered', actorType: 'user', tenant: 'open' }])
    expect(JSON.stringify(events)).not.toMatch(/argon2|green kettles/)
  })
})
