import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createSoftwareAuthenticator } from '#lib/testing/software-authenticator.ts'
import {
  askTokens,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  password,
  redeemAt,
  requestOf,
  signInWithPassword,
  type Tokens,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Browser, createBrowser, createClient } from '#server/testing/http-client.ts'
import { chooseAtProvider, comeBack, makeOidcConnection } from '#server/testing/oidc-sign-in.ts'
import {
  change,
  codeOf,
  fieldOf,
  openAccount,
  passkeyOptionsOf,
  recoveryCodesOf,
  setUpApp,
  setUpPasskey,
  typeAtAccount,
} from '#server/testing/own-account.ts'

const next = 'four words nobody would guess'

describeOnEachServer('the account page', (server) => {
  let application: MadeApplication
  let people = 0

  beforeAll(async () => {
    application = await makeApplication(server)
  })
  afterEach(async () => {
    await server.house.db.rateLimit.deleteMany()
    await server.house.db.mail.deleteMany()
  })

  const makePerson = () => makeUser(server, 'acme', `person-${people++}@acme.example`, { firstName: 'Ada' })
  const subjects = async () =>
    (await server.house.db.mail.findMany({ orderBy: { id: 'asc' } })).map(({ subject }) => subject)
  const isSignedIn = async (browser: Browser) =>
    !(await browser.get('/account')).text.includes('You are not signed in')
  const authenticatorsOf = (userId: string) =>
    server.house.db.authenticator.findMany({ where: { userId, confirmedAt: { not: null } } })

  test('shows who somebody is, their browsers and applications; and nothing to whoever is not signed in', async () => {
    const { email } = await makePerson()
    const { browser } = await signInWithPassword(server, application, email)
    await openAccount(server, email)
    const page = await browser.get('/account')
    expect(page.text).toContain(`Ada, ${email}, at acme`)
    expect(page.text.match(/Sign out [A-Z]/g)).toHaveLength(1)
    expect(page.text).toContain('(this browser)')
    expect(page.text).toContain('<dt>CRM</dt>')
    const nobody = await createBrowser(server.port).get('/account')
    expect(nobody.text).toContain('You are not signed in')
    expect(nobody.text).not.toContain('<form')
  })

  describe('changing the password', () => {
    test('takes the old one, ends every other session and what was granted there, and is mailed', async () => {
      const { email } = await makePerson()
      const offline = { scope: 'openid offline_access' }
      const left = await signInWithPassword(server, application, email, offline)
      const leftTokens = (await redeemAt(server, application, left)).json<Tokens>()
      // As a logout leaves it: the session is over, what was granted for times without the person goes on.
      const { db } = server.house
      await db.session.updateMany({ where: { user: { emailKey: email } }, data: { revokedAt: new Date() } })
      const refresh = ({ refresh_token }: Tokens) =>
        askTokens(server, application, { grant_type: 'refresh_token', refresh_token: refresh_token! })
      const outliving = await refresh(leftTokens)
      expect(outliving.status).toBe(200)
      const elsewhere = await signInWithPassword(server, application, email, offline)
      const tokens = (await redeemAt(server, application, elsewhere)).json<Tokens>()
      const browser = await openAccount(server, email)
      const wrong = await change(browser, { change: 'password', current: 'wrong', next })
      expect(wrong.status).toBe(400)
      expect(wrong.text).toContain('This is not your current password.')
      const short = await change(browser, { change: 'password', current: password, next: 'short' })
      expect(short.text).toContain('At least 12 characters')
      const known = await change(browser, { change: 'password', current: password, next: `${email}-2026` })
      expect([known.status, known.text]).toEqual([400, expect.stringContaining('too easy to guess')])
      const done = await change(browser, { change: 'password', current: password, next })
      expect(done.location().pathname + done.location().search).toBe('/account?done=password')
      expect(await isSignedIn(browser)).toBe(true)
      expect(await isSignedIn(elsewhere.browser)).toBe(false)
      expect((await refresh(tokens)).status).toBe(400)
      expect((await refresh(outliving.json<Tokens>())).status).toBe(400)
      expect(await subjects()).toEqual(['Your password was changed'])
      expect((await typeAtAccount(createBrowser(server.port), email, next)).status).toBe(303)
    })

    test('of nine sent at the same moment one holds', async () => {
      const { email } = await makePerson()
      const browser = await openAccount(server, email)
      const form = { proof: fieldOf(await browser.get('/account'), 'proof'), change: 'password' }
      const typed = Array.from({ length: 9 }, (_, n) => `seven green kettles, number ${n}`)
      const send = (one: string) =>
        browser.post('/account', { form: { ...form, current: password, next: one } })
      const statuses = (await Promise.all(typed.map(send))).map(({ status }) => status)
      expect(statuses.filter((status) => status === 303)).toHaveLength(1)
      const holds = typed[statuses.indexOf(303)]!
      expect((await typeAtAccount(createBrowser(server.port), email, holds)).status).toBe(303)
    })

    test('cannot be used to guess the old one', async () => {
      const { email } = await makePerson()
      const browser = await openAccount(server, email)
      const tried = []
      for (let n = 0; n < 12; n++)
        tried.push((await change(browser, { change: 'password', current: `guess ${n}`, next })).status)
      expect(tried).toEqual([...Array<number>(10).fill(400), 429, 429])
      expect((await change(browser, { change: 'password', current: password, next })).status).toBe(429)
    })
  })

  describe('a fresh sign-in', () => {
    const factorChanges = (id: string): Record<string, string>[] => [
      { change: 'password', current: password, next },
      { change: 'app-begin' },
      { change: 'app-finish', id, code: '000000' },
      { change: 'passkey-begin' },
      { change: 'passkey-finish', name: 'x', answer: '{}' },
      { change: 'rename', id, name: 'x' },
      { change: 'ask-remove', id },
      { change: 'remove', id },
      { change: 'recovery' },
    ]

    test('is asked for after ten minutes, before anything changes', async () => {
      const { id, email } = await makePerson()
      const browser = await openAccount(server, email)
      await setUpPasskey(browser, createSoftwareAuthenticator(server.url))
      const [passkey] = await authenticatorsOf(id)
      server.clock.advance(601)
      const page = await browser.get('/account')
      expect(page.text).toContain('sign in once more')
      expect(page.text).not.toContain('name="current"')
      for (const fields of factorChanges(passkey!.id)) {
        const answer = await change(browser, fields)
        expect(answer.location().pathname).toBe('/account/sign-in')
      }
      expect(await authenticatorsOf(id)).toEqual([passkey])
      expect((await browser.get('/account/sign-in')).text).toContain(`value="${email}"`)
    })

    test('by password keeps the session, under a new name', async () => {
      const { email } = await makePerson()
      const browser = await openAccount(server, email)
      const before = browser.cookies.get('vestibule-session')
      const sessions = await server.house.db.session.count()
      server.clock.advance(601)
      expect((await typeAtAccount(browser, email)).status).toBe(303)
      expect(browser.cookies.get('vestibule-session')).not.toBe(before)
      expect(await server.house.db.session.count()).toBe(sessions)
      expect((await browser.get('/account')).text).toContain('name="current"')
    })

    test('takes the second step too', async () => {
      const { email } = await makePerson()
      const browser = await openAccount(server, email)
      const { secret } = await setUpApp(server, browser)
      server.clock.advance(601)
      const page = await typeAtAccount(browser, email)
      expect(page.text).toContain('Enter your code')
      expect((await change(browser, { change: 'recovery' })).location().pathname).toBe('/account/sign-in')
      const form = { i: '', s: fieldOf(page, 's'), code: codeOf(server, secret) }
      await browser.post('/second-step', { form })
      expect((await change(browser, { change: 'recovery' })).status).toBe(200)
    })

    test('at an identity provider opens nothing here', async () => {
      await makeOidcConnection(server, 'globex')
      const browser = createBrowser(server.port)
      const parameters = requestOf(application, mintVerifier(), { tenant: 'globex' })
      const asked = (await browser.get(`/api/oauth/authorize?${new URLSearchParams(parameters)}`)).location()
      await comeBack(browser, await chooseAtProvider(server, { browser, asked }))
      const page = await browser.get('/account')
      expect(page.text).toContain('At your company’s identity provider')
      for (const fields of factorChanges('atn_x')) expect((await change(browser, fields)).status).toBe(400)

      // Of somebody who has a password here as well.
      const { id, email } = await makePerson()
      const own = await openAccount(server, email)
      const connection = await server.house.db.connection.findFirstOrThrow()
      const data = { connectionId: connection.id }
      await server.house.db.session.updateMany({ where: { userId: id }, data })
      for (const fields of factorChanges('atn_x'))
        expect((await change(own, fields)).location().pathname).toBe('/account/sign-in')
    })

    test('opens nothing once the tenant enforces SSO: the session of a password is over', async () => {
      await makeUser(server, 'walled', 'ada@walled.example')
      const browser = await openAccount(server, 'ada@walled.example')
      const proof = fieldOf(await browser.get('/account'), 'proof')
      const where = { slug: 'walled' }
      await server.house.db.tenant.updateMany({ where, data: { enforceSso: true } })
      for (const fields of factorChanges('atn_x')) {
        const answer = await browser.post('/account', { form: { proof, ...fields } })
        expect(answer.location().href).toBe(`${server.url}/account`)
      }
      expect(await isSignedIn(browser)).toBe(false)
    })
  })

  describe('a form of another site', () => {
    test('changes nothing, not even with a proof of another person', async () => {
      const [ada, eve] = [await makePerson(), await makePerson()]
      const [browser, other] = [await openAccount(server, ada.email), await openAccount(server, eve.email)]
      const proofs = ['', 'x', 'A'.repeat(43), fieldOf(await other.get('/account'), 'proof')]
      for (const proof of proofs)
        for (const what of ['everywhere', 'app-begin', 'password']) {
          const form = { proof, change: what, current: password, next }
          expect((await browser.post('/account', { form })).status).toBe(403)
        }
      expect(await isSignedIn(browser)).toBe(true)
    })

    test('signs nobody in to an account of its own', async () => {
      const { email } = await makePerson()
      const [victim, attacker] = [createBrowser(server.port), createBrowser(server.port)]
      await victim.get('/account/sign-in')
      const stolen = fieldOf(await attacker.get('/account/sign-in'), 'i')
      for (const i of ['', stolen]) {
        const answer = await victim.post('/account/sign-in', { form: { i, email, password } })
        expect(answer.status).toBe(400)
        expect(victim.cookies.has('vestibule-session')).toBe(false)
      }
    })

    test('that names what there is not does nothing', async () => {
      const browser = await openAccount(server, (await makePerson()).email)
      for (const what of ['', 'constructor', '__proto__', 'toString'])
        expect((await change(browser, { change: what })).status).toBe(400)
    })
  })

  describe('second steps', () => {
    test('come with recovery codes, are named, and go; each change is audited and mailed', async () => {
      const { id, email } = await makePerson()
      const browser = await openAccount(server, email)
      const { recoveryCodes } = await setUpApp(server, browser)
      expect(recoveryCodes).toHaveLength(10)
      expect((await browser.get('/account')).text).not.toContain(recoveryCodes[0])
      const added = await setUpPasskey(browser, createSoftwareAuthenticator(server.url), 'Laptop')
      expect(added.location().search).toBe('?done=passkey')
      const [app, passkey] = await authenticatorsOf(id)
      await change(browser, { change: 'rename', id: passkey!.id, name: 'Desk <b>' })
      expect((await browser.get('/account')).text).toContain('Desk &lt;b&gt; (passkey)')
      expect(recoveryCodesOf(await change(browser, { change: 'recovery' }))).toHaveLength(10)
      const asked = await change(browser, { change: 'ask-remove', id: app!.id })
      expect(asked.text).toContain('Remove “Authenticator app”?')
      await change(browser, { change: 'remove', id: app!.id })
      await change(browser, { change: 'remove', id: passkey!.id })
      expect(await authenticatorsOf(id)).toEqual([])
      expect(await server.house.db.recoveryCode.count({ where: { userId: id } })).toBe(0)
      expect((await typeAtAccount(createBrowser(server.port), email)).status).toBe(303)
      expect(await subjects()).toEqual([
        'An authenticator app was added to your account',
        'A passkey was added to your account',
        'New recovery codes were made for your account',
        'An authenticator app was removed from your account',
        'A passkey was removed from your account',
      ])
      const events = await server.house.db.auditEvent.findMany({
        where: { actorId: id, action: { not: 'user.signed-in' } },
        orderBy: { id: 'asc' },
      })
      expect(events.map(({ action }) => action)).toEqual([
        'user.second-factor-added',
        'user.second-factor-added',
        'user.recovery-codes-made',
        'user.second-factor-removed',
        'user.second-factor-removed',
      ])
    })

    test('of somebody else can neither be named, removed nor finished', async () => {
      const [ada, eve] = [await makePerson(), await makePerson()]
      const theirs = await openAccount(server, ada.email)
      await setUpPasskey(theirs, createSoftwareAuthenticator(server.url))
      const begun = await change(theirs, { change: 'app-begin' })
      const [passkey] = await authenticatorsOf(ada.id)
      const browser = await openAccount(server, eve.email)
      for (const what of ['rename', 'ask-remove', 'remove'])
        expect((await change(browser, { change: what, id: passkey!.id, name: 'x' })).status).toBe(404)
      const secret = /<pre class="code">([A-Z2-7 ]+)</.exec(begun.text)![1]!.replaceAll(' ', '')
      const form = { change: 'app-finish', id: fieldOf(begun, 'id'), code: codeOf(server, secret) }
      expect((await change(browser, form)).status).toBe(404)
      expect(await authenticatorsOf(ada.id)).toEqual([passkey])
    })

    test('a passkey made for one account is not kept in another', async () => {
      const [ada, eve] = [await makePerson(), await makePerson()]
      const [theirs, browser] = [await openAccount(server, ada.email), await openAccount(server, eve.email)]
      const options = passkeyOptionsOf(await change(theirs, { change: 'passkey-begin' }))
      const answer = createSoftwareAuthenticator(server.url).create(options)
      expect((await change(browser, { change: 'passkey-finish', name: 'x', answer })).status).toBe(400)
      expect(await authenticatorsOf(eve.id)).toEqual([])
    })

    test('a wrong first code shows the same secret again', async () => {
      const browser = await openAccount(server, (await makePerson()).email)
      const begun = await change(browser, { change: 'app-begin' })
      const again = await change(browser, { change: 'app-finish', id: fieldOf(begun, 'id'), code: '000000' })
      expect(again.status).toBe(400)
      expect(fieldOf(again, 'id')).toBe(fieldOf(begun, 'id'))
      expect(again.text).toContain(/<pre class="code">[^<]+/.exec(begun.text)![0])
    })
  })

  test('somebody who lost everything is freed by an admin, and told', async () => {
    const { id, email } = await makePerson()
    await setUpApp(server, await openAccount(server, email))
    await server.house.db.mail.deleteMany()
    const address = `/api/v1/users/${id}/second-factors`
    expect((await createClient(server.port).send('DELETE', address)).status).toBe(401)
    expect((await managementClient(server).send('DELETE', address)).status).toBe(204)
    expect((await managementClient(server).send('DELETE', address)).status).toBe(404)
    expect((await typeAtAccount(createBrowser(server.port), email)).status).toBe(303)
    expect(await subjects()).toEqual(['Your second step was removed'])
  })

  test('an address nobody has proven is told nothing', async () => {
    const { id, email } = await makePerson()
    await setUpApp(server, await openAccount(server, email))
    await server.house.db.user.update({ where: { id }, data: { emailUnproven: true } })
    await server.house.db.mail.deleteMany()
    const answer = await managementClient(server).send('DELETE', `/api/v1/users/${id}/second-factors`)
    expect([answer.status, await subjects()]).toEqual([204, []])
  })

  test('signing out everywhere ends all sessions and refresh tokens, of this person alone', async () => {
    const [ada, eve] = [await makePerson(), await makePerson()]
    const scope = 'openid offline_access'
    const elsewhere = await signInWithPassword(server, application, ada.email, { scope })
    const tokens = (await redeemAt(server, application, elsewhere)).json<Tokens>()
    // One that outlived its session.
    await server.house.db.session.deleteMany({ where: { userId: ada.id } })
    const other = await openAccount(server, eve.email)
    const browser = await openAccount(server, ada.email)
    server.clock.advance(601)
    expect((await change(browser, { change: 'ask-everywhere' })).text).toContain('Sign out everywhere?')
    const done = await change(browser, { change: 'everywhere' })
    expect(done.text).toContain('You are signed out everywhere')
    expect(browser.cookies.has('vestibule-session')).toBe(false)
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
    expect((await askTokens(server, application, form)).status).toBe(400)
    expect(await server.house.db.session.count({ where: { userId: ada.id, revokedAt: null } })).toBe(0)
    expect(await isSignedIn(other)).toBe(true)
  })

  test('one other browser is signed out; never somebody else’s', async () => {
    const [ada, eve] = [await makePerson(), await makePerson()]
    const [browser, elsewhere] = [await openAccount(server, ada.email), await openAccount(server, ada.email)]
    const other = await openAccount(server, eve.email)
    const sessionOf = (userId: string) =>
      server.house.db.session.findMany({ where: { userId }, orderBy: { id: 'desc' } })
    const [latest] = await sessionOf(ada.id)
    const [theirs] = await sessionOf(eve.id)
    expect((await change(browser, { change: 'end-session', id: theirs!.id })).status).toBe(404)
    expect(await isSignedIn(other)).toBe(true)
    expect((await change(browser, { change: 'end-session', id: latest!.id })).status).toBe(303)
    expect(await isSignedIn(elsewhere)).toBe(false)
    expect(await isSignedIn(browser)).toBe(true)
  })

  test('signing in here knows the limits of passwords, and tells nobody who has an account', async () => {
    const { email } = await makePerson()
    const shown = async (address: string) => {
      const { status, text } = await typeAtAccount(createBrowser(server.port), address, 'wrong')
      return `${status} ${text.replaceAll(address, '').replaceAll(/name="i" value="[^"]*"/g, '')}`
    }
    expect(await shown(email)).toBe(await shown('nobody@acme.example'))
    for (let n = 0; n < 9; n++) await shown(email)
    expect((await typeAtAccount(createBrowser(server.port), email)).status).toBe(429)
  })

  test('a page where somebody has to say which company asks for it, then for the password again', async () => {
    const email = 'shared@mail.example'
    const [first] = await Promise.all([makeUser(server, 'acme', email)])
    await makeUser(server, 'globex', email)
    const browser = createBrowser(server.port)
    const which = await typeAtAccount(browser, email)
    expect(which.text).toContain('Which company?')
    const tenant = await server.house.db.tenant.findFirstOrThrow({ where: { slug: 'acme' } })
    const form = { i: fieldOf(which, 'i'), email, company: tenant.id }
    const again = await browser.post('/account/sign-in', { form })
    expect(again.text).toContain('Enter your password')
    const done = await browser.post('/account/sign-in', {
      form: { i: fieldOf(again, 'i'), email, company: fieldOf(again, 'company'), password },
    })
    expect(done.status).toBe(303)
    expect(await server.house.db.session.count({ where: { userId: first.id } })).toBe(1)
  })
})
