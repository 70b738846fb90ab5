import { decodeJwt } from 'jose'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSoftwareAuthenticator } from '#lib/testing/software-authenticator.ts'
import {
  authorize,
  callbackUrl,
  follow,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  redeemAt,
  requestOf,
  type Tokens,
  tokenOf,
  typePassword,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser } from '#server/testing/http-client.ts'
import {
  codeOf,
  fieldOf,
  openAccount,
  passkeyOptionsOf,
  setUpApp,
  setUpPasskey,
  typeAtAccount,
} from '#server/testing/own-account.ts'

describeOnEachServer('the second step of a sign-in', (server) => {
  const email = 'ada@acme.example'
  let application: MadeApplication
  let secret: string
  let recoveryCodes: string[]
  let people = 0

  beforeAll(async () => {
    application = await makeApplication(server)
    await makeUser(server, 'acme', email)
    ;({ secret, recoveryCodes } = await setUpApp(server, await openAccount(server, email)))
  })

  beforeEach(async () => {
    server.clock.advance(120)
    await server.house.db.rateLimit.deleteMany()
  })
  afterEach(() => server.house.db.session.deleteMany())

  /** Somebody new, with an app. */
  const makePerson = async () => {
    const address = `person-${people++}@acme.example`
    const { id } = await makeUser(server, 'acme', address)
    return { id, email: address, ...(await setUpApp(server, await openAccount(server, address))) }
  }

  /** The page that asks for the code, for an application. */
  const toSecondStep = async (address = email, browser = createBrowser(server.port)) => {
    const pkce = mintVerifier()
    const { answer } = await authorize(server, requestOf(application, pkce), browser)
    const page = await typePassword(server, browser, answer, address)
    return { browser, page, pkce }
  }
  const send = (browser: Browser, page: Answer, fields: Record<string, string>) =>
    browser.post('/second-step', { form: { i: tokenOf(page), s: fieldOf(page, 's'), ...fields } })
  const sessions = () => server.house.db.session.count()
  const hasSession = (browser: Browser) => browser.cookies.has('vestibule-session')
  const idTokenOf = async (code: string, verifier: string) => {
    const tokens = (await redeemAt(server, application, { code, verifier })).json<Tokens>()
    return decodeJwt(tokens.id_token!)
  }
  const codeIn = (answer: Answer) => answer.location().searchParams.get('code') ?? ''

  test('comes after the password, and before there is a session', async () => {
    const before = await sessions()
    const signedIn = () =>
      server.house.db.auditEvent.count({
        where: { action: 'user.signed-in', actorName: email, result: 'success' },
      })
    const count = await signedIn()
    const { browser, page, pkce } = await toSecondStep()
    expect(page.status).toBe(200)
    expect(page.text).toContain('Enter your code')
    expect(hasSession(browser)).toBe(false)
    expect(await sessions()).toBe(before)
    expect(await signedIn()).toBe(count)

    const done = await send(browser, page, { code: codeOf(server, secret) })
    expect(done.location().href).toContain(callbackUrl)
    expect(hasSession(browser)).toBe(true)
    expect(await signedIn()).toBe(count + 1)
    const claims = await idTokenOf(codeIn(done), pkce.verifier)
    expect(claims).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] })
    const trace = await server.house.db.trace.findFirst({ orderBy: { id: 'desc' } })
    expect(trace!.sentence).toBe(`${email} signed in to CRM with a password and a one-time code.`)
  })

  describe('cannot be skipped', () => {
    test('by going to the application, the consent or the account', async () => {
      const { browser, page } = await toSecondStep()
      const i = tokenOf(page)
      expect((await browser.post('/login', { form: { i, account: 'session' } })).text).toContain(
        'Please sign in again',
      )
      expect((await browser.get(`/consent?i=${i}`)).status).toBe(400)
      expect((await browser.post('/consent', { form: { i, decision: 'allow' } })).status).toBe(400)
      expect((await browser.get('/account')).text).toContain('You are not signed in')
      const asked = await authorize(
        server,
        requestOf(application, mintVerifier(), { prompt: 'none' }),
        browser,
      )
      expect(asked.answer.location().searchParams.get('error')).toBe('login_required')
      expect(hasSession(browser)).toBe(false)
    })

    test('by leaving the code out, or sending what is none', async () => {
      const { browser, page } = await toSecondStep()
      for (const code of ['', '0', '000000', 'abc', '1234567', '　', '<b>'])
        expect((await send(browser, page, { code })).status).toBe(401)
      for (const answer of ['{}', 'null', '[]'])
        expect((await send(browser, page, { answer })).status).toBe(401)
      expect((await send(browser, page, { code: '\u0000' })).status).toBe(400)
      expect(hasSession(browser)).toBe(false)
    })

    test('by the step of a person whose code one has', async () => {
      const mallory = await makePerson()
      server.clock.advance(60)
      const ada = await toSecondStep()
      const own = await toSecondStep(mallory.email, ada.browser)
      const crossed = await ada.browser.post('/second-step', {
        form: { i: tokenOf(ada.page), s: fieldOf(own.page, 's'), code: codeOf(server, mallory.secret) },
      })
      expect(crossed.status).toBe(400)
      expect((await send(ada.browser, ada.page, { code: codeOf(server, mallory.secret) })).status).toBe(401)
      expect(hasSession(ada.browser)).toBe(false)
    })

    test('by a step of the account page for an application, or the other way round', async () => {
      const { browser, page } = await toSecondStep()
      const atAccount = await typeAtAccount(browser, email)
      const code = codeOf(server, secret)
      const forms = [
        { i: tokenOf(page), s: fieldOf(atAccount, 's'), code },
        { i: '', s: fieldOf(page, 's'), code },
      ]
      for (const form of forms) expect((await browser.post('/second-step', { form })).status).toBe(400)
      expect(hasSession(browser)).toBe(false)
      expect((await send(browser, atAccount, { code })).location().pathname).toBe('/account')
    })

    test('in another browser', async () => {
      const { page } = await toSecondStep()
      const other = (await toSecondStep()).browser
      expect((await send(other, page, { code: codeOf(server, secret) })).status).toBe(400)
      expect((await send(createBrowser(server.port), page, { code: codeOf(server, secret) })).status).toBe(
        400,
      )
      const atAccount = await typeAtAccount(createBrowser(server.port), email)
      const form = { i: '', s: fieldOf(atAccount, 's'), code: codeOf(server, secret) }
      expect((await other.post('/second-step', { form })).status).toBe(400)
      expect(await sessions()).toBe(0)
    })

    test('after ten minutes', async () => {
      const { browser, page } = await toSecondStep()
      server.clock.advance(601)
      expect((await send(browser, page, { code: codeOf(server, secret) })).status).toBe(400)
    })

    test('when the password was changed or the account disabled meanwhile', async () => {
      for (const data of [{ passwordHash: 'another' }, { status: 'disabled' }]) {
        const { id, email: address, secret: theirs } = await makePerson()
        const { browser, page } = await toSecondStep(address)
        await server.house.db.user.update({ where: { id }, data })
        expect((await send(browser, page, { code: codeOf(server, theirs) })).status).toBe(401)
        expect(hasSession(browser)).toBe(false)
      }
    })
  })

  describe('is taken once', () => {
    test('by one of nine that send the same code at the same moment', async () => {
      const { browser, page } = await toSecondStep()
      const code = codeOf(server, secret)
      const answers = await Promise.all(Array.from({ length: 9 }, () => send(browser, page, { code })))
      expect(answers.filter(({ status }) => status === 303)).toHaveLength(1)
      expect(await sessions()).toBe(1)
    })

    test('a code that was used in one sign-in opens no other', async () => {
      const [one, other] = [await toSecondStep(), await toSecondStep()]
      const code = codeOf(server, secret)
      expect((await send(one.browser, one.page, { code })).status).toBe(303)
      expect((await send(other.browser, other.page, { code })).status).toBe(401)
    })

    test('a step that was taken is over, whatever code comes', async () => {
      const { browser, page } = await toSecondStep()
      expect((await send(browser, page, { code: codeOf(server, secret) })).status).toBe(303)
      server.clock.advance(30)
      expect((await send(browser, page, { code: codeOf(server, secret) })).status).toBe(400)
    })
  })

  test('guessing ends after ten tries, though each comes with a new password and from anywhere', async () => {
    const { email: address, secret: theirs } = await makePerson()
    const statuses: number[] = []
    for (let n = 0; n < 12; n++) {
      const { browser, page } = await toSecondStep(address)
      statuses.push((await send(browser, page, { code: '000000' })).status)
    }
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429, 429])
    const { browser, page } = await toSecondStep(address)
    const limited = await send(browser, page, { code: codeOf(server, theirs) })
    expect(limited.status).toBe(429)
    expect(limited.text).toContain('Too many codes were tried')
    const trace = await server.house.db.trace.findFirst({ orderBy: { id: 'desc' } })
    expect(trace).toMatchObject({ outcome: 'failure', cause: 'second_step_limited', email: address })
  })

  test('the session has a new name, whatever cookie the browser was given before', async () => {
    const planted = 'A'.repeat(43)
    const { browser, page } = await toSecondStep()
    browser.cookies.set('vestibule-session', planted)
    expect((await send(browser, page, { code: codeOf(server, secret) })).status).toBe(303)
    expect(browser.cookies.get('vestibule-session')).not.toBe(planted)
  })

  test('a recovery code lets in once, and the person hears of it', async () => {
    const [code = ''] = recoveryCodes
    const { browser, page, pkce } = await toSecondStep()
    const done = await send(browser, page, { code: code.toUpperCase() })
    expect(await idTokenOf(codeIn(done), pkce.verifier)).toMatchObject({ amr: ['pwd', 'mfa'] })
    const mail = await server.house.db.mail.findFirst({ orderBy: { id: 'desc' } })
    expect(mail).toMatchObject({ recipient: email, subject: 'A recovery code was used to sign in' })
    const again = await toSecondStep()
    expect((await send(again.browser, again.page, { code })).status).toBe(401)
  })

  describe('a passkey', () => {
    const address = 'keys@acme.example'
    const device = () => createSoftwareAuthenticator(server.url)
    let own: ReturnType<typeof device>

    beforeAll(async () => {
      await makeUser(server, 'acme', address)
      own = device()
      await setUpPasskey(await openAccount(server, address), own)
    })

    /** The page that asks for a passkey instead of a password. */
    const toPasskey = async () => {
      const browser = createBrowser(server.port)
      const pkce = mintVerifier()
      const { answer } = await authorize(server, requestOf(application, pkce), browser)
      const page = await browser.post('/login', { form: { i: tokenOf(answer), passkey: 'ask' } })
      return { browser, page, pkce }
    }
    const sign = (browser: Browser, page: Answer, answer: string) =>
      browser.post('/login', { form: { i: tokenOf(page), answer } })

    test('is the second step after the password', async () => {
      const { browser, page, pkce } = await toSecondStep(address)
      expect(page.text).toContain('Use your passkey')
      const done = await send(browser, page, { answer: own.get(passkeyOptionsOf(page)) })
      expect(await idTokenOf(codeIn(done), pkce.verifier)).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'] })
    })

    test('of somebody else is none, nor a challenge twice', async () => {
      const other = device()
      await setUpPasskey(
        await openAccount(server, (await makeUser(server, 'acme', 'o@acme.example')).email),
        other,
      )
      const { browser, page } = await toSecondStep(address)
      expect((await send(browser, page, { answer: other.get(passkeyOptionsOf(page)) })).status).toBe(401)
      // That try used the challenge up.
      expect((await send(browser, page, { answer: own.get(passkeyOptionsOf(page)) })).status).toBe(401)
    })

    test('signs in alone, with no password', async () => {
      const { browser, page, pkce } = await toPasskey()
      const done = await sign(browser, page, own.get(passkeyOptionsOf(page)))
      const claims = await idTokenOf(codeIn(done), pkce.verifier)
      expect(claims).toMatchObject({ amr: ['hwk', 'user', 'mfa'] })
      const trace = await server.house.db.trace.findFirst({ orderBy: { id: 'desc' } })
      expect(trace!.sentence).toBe(`${address} signed in to CRM with a passkey.`)
    })

    test('signed for another origin, or for a challenge of another browser, is refused', async () => {
      const { browser, page } = await toPasskey()
      const evil = own.get(passkeyOptionsOf(page), { origin: 'https://evil.example' })
      expect((await sign(browser, page, evil)).status).toBe(401)
      const [one, other] = [await toPasskey(), await toPasskey()]
      const answer = own.get(passkeyOptionsOf(one.page))
      expect((await sign(other.browser, other.page, answer)).status).toBe(401)
      expect(await sessions()).toBe(0)
    })

    test('of somebody who may not sign in here any more opens nothing', async () => {
      const acme = { where: { organizationId_slug: { organizationId: await home(), slug: 'acme' } } }
      const user = {
        where: { id: (await server.house.db.user.findFirstOrThrow({ where: { email: address } })).id },
      }
      const { db } = server.house
      const cases: [() => Promise<unknown>, () => Promise<unknown>][] = [
        [
          () => db.user.update({ ...user, data: { status: 'disabled' } }),
          () => db.user.update({ ...user, data: { status: 'active' } }),
        ],
        [
          () => db.tenant.update({ ...acme, data: { enforceSso: true } }),
          () => db.tenant.update({ ...acme, data: { enforceSso: false } }),
        ],
        [
          () => db.tenant.update({ ...acme, data: { passwordSignIn: false } }),
          () => db.tenant.update({ ...acme, data: { passwordSignIn: true } }),
        ],
      ]
      for (const [forbid, allow] of cases) {
        const { browser, page } = await toPasskey()
        await forbid()
        expect((await sign(browser, page, own.get(passkeyOptionsOf(page)))).status).toBe(401)
        await allow()
      }
      const { browser, page } = await toPasskey()
      expect((await sign(browser, page, own.get(passkeyOptionsOf(page)))).status).toBe(303)
    })

    test('of another company than the application named is refused', async () => {
      await makeUser(server, 'globex', 'eve@globex.example')
      const browser = createBrowser(server.port)
      const parameters = requestOf(application, mintVerifier(), { tenant: 'globex' })
      const { answer } = await authorize(server, parameters, browser)
      const page = await browser.post('/login', { form: { i: tokenOf(answer), passkey: 'ask' } })
      const refused = await sign(browser, page, own.get(passkeyOptionsOf(page)))
      expect(refused.status).toBe(401)
      expect(refused.text).toContain('another company')
    })

    test('opens the account page too', async () => {
      const browser = createBrowser(server.port)
      const start = await browser.get('/account/sign-in')
      const page = await browser.post('/account/sign-in', {
        form: { i: fieldOf(start, 'i'), passkey: 'ask' },
      })
      const form = { i: fieldOf(page, 'i'), answer: own.get(passkeyOptionsOf(page)) }
      const done = await follow(server, browser, await browser.post('/account/sign-in', { form }))
      expect(done.text).toContain(address)
    })

    const home = async () => (await server.house.db.organization.findFirstOrThrow()).id
  })
})
