import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { openMailBody } from '#lib/mail/mail.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { insertTenant } from '#lib/store/tenants.ts'
import { insertUser } from '#lib/store/users.ts'
import {
  askTokens,
  type MadeApplication,
  makeApplication,
  makeUser,
  password,
  redeemAt,
  signInWithPassword,
  type Tokens,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import { openAccount, setUpApp, typeAtAccount } from '#server/testing/own-account.ts'

const next = 'four words nobody would guess'

describeOnEachServer(
  'a new password by mail',
  (server) => {
    let application: MadeApplication
    let home: string
    let people = 0

    beforeAll(async () => {
      application = await makeApplication(server)
      await makeUser(server, 'acme', 'first@acme.example')
      home = (await server.house.db.organization.findFirstOrThrow()).id
    })
    afterEach(async () => {
      await server.house.db.rateLimit.deleteMany()
      await server.house.db.mail.deleteMany()
    })

    const makePerson = () => makeUser(server, 'acme', `person-${people++}@acme.example`)
    const ask = (email: string, browser = createBrowser(server.port)) =>
      browser.post('/reset', { form: { email } })
    /** What was sent, once the request that nobody waits for has had its time. */
    const mails = async (expected: number) => {
      for (let tries = 0; tries < 100; tries++) {
        if ((await server.house.db.mail.count()) >= expected) break
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
      const rows = await server.house.db.mail.findMany({ orderBy: { id: 'asc' } })
      return rows.map((row) => ({
        to: row.recipient,
        subject: row.subject,
        ...openMailBody(server.house, row),
      }))
    }
    const tokensIn = (text: string) =>
      Array.from(text.matchAll(/\/reset\/([A-Za-z0-9_-]{43})$/gm), ([, token]) => token!)
    const linkFor = async (email: string) => {
      await ask(email)
      const [mail] = (await mails(1)).filter(({ subject }) => subject === 'Choose a new password')
      await server.house.db.mail.deleteMany()
      return tokensIn(mail!.text)[0]!
    }
    const choose = (token: string, typed = next, browser = createBrowser(server.port)) =>
      browser.post(`/reset/${token}`, { form: { password: typed } })
    const comesIn = async (email: string, typed: string) =>
      (await typeAtAccount(createBrowser(server.port), email, typed)).status === 303

    test('the link is shown by GET and does nothing; sent by POST it changes the password, once', async () => {
      const { email } = await makePerson()
      const token = await linkFor(email)
      for (let n = 0; n < 3; n++) {
        const page = await createBrowser(server.port).get(`/reset/${token}`)
        expect(page.status).toBe(200)
        expect(page.text).toContain(email)
      }
      expect(await comesIn(email, password)).toBe(true)
      expect((await choose(token)).status).toBe(200)
      expect(await comesIn(email, password)).toBe(false)
      expect(await comesIn(email, next)).toBe(true)
      expect((await choose(token, 'another password of theirs')).status).toBe(400)
      expect((await createBrowser(server.port).get(`/reset/${token}`)).status).toBe(400)
      expect(await comesIn(email, next)).toBe(true)
      expect((await mails(1)).at(-1)).toMatchObject({ to: email, subject: 'Your password was changed' })
    })

    test('of nine that use the link at the same moment one sets the password', async () => {
      const { email } = await makePerson()
      const token = await linkFor(email)
      const typed = Array.from({ length: 9 }, (_, n) => `a password of number ${n}`)
      const statuses = (await Promise.all(typed.map((one) => choose(token, one)))).map(({ status }) => status)
      expect(statuses.filter((status) => status === 200)).toHaveLength(1)
      expect(await comesIn(email, typed[statuses.indexOf(200)]!)).toBe(true)
    })

    test('a password that is none leaves the link as it was', async () => {
      const { email } = await makePerson()
      const token = await linkFor(email)
      const refused = await choose(token, 'short')
      expect(refused.status).toBe(400)
      expect(refused.text).toContain('At least 12 characters')
      expect((await choose(token)).status).toBe(200)
    })

    test('nor may it be made of what is known of the person', async () => {
      const made = { firstName: 'Montgomery', lastName: 'Featherstone' }
      const { email } = await makeUser(server, 'acme', 'unmistakable.name@acme.example', made)
      const token = await linkFor(email)
      for (const typed of ['Montgomery-2026', 'featherstone2026', 'unmistakable.name1', 'myorganization1']) {
        const refused = await choose(token, typed)
        expect([refused.status, refused.text]).toEqual([400, expect.stringContaining('too easy to guess')])
      }
      expect((await choose(token)).status).toBe(200)
    })

    test('everything that was opened with the old one ends: sessions, refresh tokens, links, half sign-ins', async () => {
      const { email } = await makePerson()
      const more = { scope: 'openid offline_access', prompt: 'consent' }
      const { scope } = more
      const signedIn = await signInWithPassword(server, application, email, { scope })
      const tokens = (await redeemAt(server, application, signedIn)).json<Tokens>()
      const offline = tokens.refresh_token ?? ''
      const account = await openAccount(server, email)
      const earlier = await linkFor(email)
      const token = await linkFor(email)
      expect((await choose(earlier)).status).toBe(400)
      const renew = (refresh_token: string) =>
        askTokens(server, application, { grant_type: 'refresh_token', refresh_token })
      const renewed = await renew(offline)
      expect(renewed.status).toBe(200)
      expect((await choose(token)).status).toBe(200)
      expect((await renew(renewed.json<Tokens>().refresh_token!)).status).toBe(400)
      const bearer = { authorization: `Bearer ${renewed.json<Tokens>().access_token}` }
      expect((await createClient(server.port, bearer).get('/api/oauth/userinfo')).status).toBe(401)
      expect((await account.get('/account')).text).toContain('You are not signed in')
    })

    test('the second step stays', async () => {
      const { email } = await makePerson()
      await setUpApp(server, await openAccount(server, email))
      await server.house.db.mail.deleteMany()
      await choose(await linkFor(email))
      const browser = createBrowser(server.port)
      expect((await typeAtAccount(browser, email, next)).text).toContain('Enter your code')
      expect(browser.cookies.has('vestibule-session')).toBe(false)
    })

    test('a link works half an hour', async () => {
      const { email } = await makePerson()
      const token = await linkFor(email)
      server.clock.advance(30 * 60)
      expect((await choose(token)).status).toBe(400)
      expect(await comesIn(email, password)).toBe(true)
    })

    test('a link is over once the password, the address, the person or the tenant is another', async () => {
      const { db } = server.house
      const changes = [
        (id: string) => db.user.update({ where: { id }, data: { passwordHash: 'another' } }),
        (id: string) =>
          db.user.update({ where: { id }, data: { email: 'new@acme.example', emailKey: `new-${id}` } }),
        (id: string) => db.user.update({ where: { id }, data: { status: 'disabled' } }),
        (id: string) => db.user.update({ where: { id }, data: { emailUnproven: true } }),
        (id: string) => db.user.delete({ where: { id } }),
      ]
      for (const change of changes) {
        const { id, email } = await makePerson()
        const token = await linkFor(email)
        await change(id)
        expect((await choose(token)).status).toBe(400)
      }
      await makeUser(server, 'closing', 'ada@closing.example')
      const token = await linkFor('ada@closing.example')
      await managementClient(server).send('PATCH', '/api/v1/tenants/closing', { json: { enforceSso: true } })
      expect((await choose(token)).status).toBe(400)
    })

    test('a link of another organization, or of another purpose, is none', async () => {
      const { id, email } = await makePerson()
      const token = await linkFor(email)
      await server.house.db.accountToken.updateMany({
        where: { subjectId: id },
        data: { organizationId: 'org_abroad' },
      })
      expect((await choose(token)).status).toBe(400)
      await server.house.db.accountToken.updateMany({
        where: { subjectId: id },
        data: { organizationId: home, purpose: 'second-step' },
      })
      expect((await choose(token)).status).toBe(400)
      for (const none of ['x', 'A'.repeat(43), `${token}x`, '%00']) {
        const status = (await choose(none)).status
        expect([400, 404]).toContain(status)
      }
    })

    describe('tells nobody who has an account', () => {
      test('by status, content, headers or cookies', async () => {
        const { email } = await makePerson()
        await makeUser(server, 'strict', 'sso@strict.example')
        await managementClient(server).send('PATCH', '/api/v1/tenants/strict', { json: { enforceSso: true } })
        const answers = []
        for (const address of [email, 'nobody@acme.example', 'sso@strict.example', 'nobody@unknown.example'])
          answers.push(await ask(address))
        const shapes = answers.map(({ status, text, headers }) => {
          const { date: _, 'x-request-id': __, ...rest } = headers
          return JSON.stringify({ status, text, rest })
        })
        expect(new Set(shapes).size).toBe(1)
        expect(shapes[0]).toContain('"status":200')
        expect((await mails(1)).map(({ to }) => to)).toEqual([email])
      })

      test('by when it begins to look: the answer does not wait', async () => {
        const { email } = await makePerson()
        await Promise.all([ask(email), ask('nobody@acme.example')])
        expect(await mails(1)).toHaveLength(1)
        // A mail that cannot be stored is a matter of the log, not of the answer.
        const { sealer } = server.house
        const { seal } = sealer
        sealer.seal = () => {
          throw new Error('nothing can be sealed')
        }
        const failed = 'sending a link to choose a new password failed'
        try {
          expect((await ask(email)).status).toBe(200)
          await expect.poll(() => server.logLines.some((line) => line.includes(failed))).toBe(true)
        } finally {
          sealer.seal = seal
        }
      })

      test('by the limit: the same after five tries, known or not', async () => {
        const { email } = await makePerson()
        for (const address of [email, 'nobody@acme.example']) {
          const statuses = []
          for (let n = 0; n < 7; n++) statuses.push((await ask(address)).status)
          expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429])
          await server.house.db.rateLimit.deleteMany()
        }
      })
    })

    test('one network asks twenty times in ten minutes, for whomever', async () => {
      const answers = await Promise.all(Array.from({ length: 25 }, (_, n) => ask(`nobody-${n}@acme.example`)))
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(5)
    })

    test('nothing goes to those without a password of their own, or an address of their own', async () => {
      const row = {
        organizationId: home,
        tenantId: (await server.house.db.tenant.findFirstOrThrow({ where: { slug: 'acme' } })).id,
        username: null,
        usernameKey: null,
        ssoUsername: null,
        ssoUsernameKey: null,
        firstName: null,
        lastName: null,
        tags: {},
        attributes: {},
        emailVerifiedAt: null,
      }
      const make = (email: string, status: 'active' | 'disabled', passwordHash: string | null) =>
        insertUser(server.house.db, {
          ...row,
          id: `usr_${email}`,
          email,
          emailKey: email,
          status,
          passwordHash,
        })
      await make('sso@acme.example', 'active', null)
      await make('gone@acme.example', 'disabled', 'x')
      await make('claimed@acme.example', 'active', 'x')
      await insertOrganization(server.house.db, { id: 'org_abroad', name: 'Abroad', host: 'abroad.example' })
      const away = { id: 'ten_abroad', organizationId: 'org_abroad', slug: 'acme', name: 'Acme' }
      await insertTenant(server.house.db, away)
      await insertUser(server.house.db, {
        ...row,
        organizationId: 'org_abroad',
        tenantId: 'ten_abroad',
        id: 'usr_abroad',
        email: 'abroad@acme.example',
        emailKey: 'abroad@acme.example',
        status: 'active',
        passwordHash: 'x',
      })
      await server.house.db.user.update({
        where: { id: 'usr_claimed@acme.example' },
        data: { emailUnproven: true },
      })
      for (const name of ['sso', 'gone', 'claimed', 'abroad']) await ask(`${name}@acme.example`)
      const { email } = await makePerson()
      await ask(email)
      expect((await mails(1)).map(({ to }) => to)).toEqual([email])
    })

    test('an address that several companies know gets one mail, with a link for each', async () => {
      const email = 'shared@mail.example'
      for (const tenant of ['acme', 'globex']) await makeUser(server, tenant, email)
      await ask(email)
      const [mail, ...others] = await mails(1)
      expect(others).toEqual([])
      const [first, second] = tokensIn(mail!.text) as [string, string]
      expect(mail!.text).toContain('Choose a new password for acme:')
      expect(mail!.text).toContain('Choose a new password for globex:')
      expect((await choose(first, 'four green boats at noon')).status).toBe(200)
      expect((await choose(second, 'seven kettles in a barn')).status).toBe(200)
      expect(await comesIn(email, 'four green boats at noon')).toBe(true)
      expect(await comesIn(email, 'seven kettles in a barn')).toBe(true)
    })

    test('a mailbox that merely looks alike gets no link of somebody else', async () => {
      const email = 'victim@acme.example'
      const alike = '\uff56ictim@acme.example'
      await makeUser(server, 'acme', email)
      await makeUser(server, 'mallory', alike)
      await ask(email)
      const sent = await mails(2)
      const { id } = await server.house.db.user.findFirstOrThrow({ where: { email } })
      const [theirs] = sent.filter(({ to }) => to === email)
      expect(tokensIn(theirs!.text)).toHaveLength(1)
      for (const mail of sent.filter(({ to }) => to !== email)) {
        for (const token of tokensIn(mail.text))
          expect((await createBrowser(server.port).get(`/reset/${token}`)).text).not.toContain('at acme')
      }
      expect(id).toBeTruthy()
    })

    test('what is no address is said so', async () => {
      for (const typed of ['', 'ada', 'a b@c', `${'x'.repeat(320)}@acme.example`])
        expect((await ask(typed)).status).toBe(400)
    })
  },
  { LOG_LEVEL: 'error' },
)
