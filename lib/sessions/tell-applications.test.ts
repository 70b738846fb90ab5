import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type LogoutReceiver, startLogoutReceiver } from '#server/testing/logout-receiver.ts'
import { secondsAfter } from '../base/clock.ts'
import { claimLogoutNotices, settleLogoutNotice } from '../store/logout-notices.ts'
import { endSessions } from '../store/sessions.ts'
import { pausesBetweenAttempts, tellApplications } from './tell-applications.ts'

const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout'

describeOnEachServer('back-channel logout', (server) => {
  let mail: LogoutReceiver
  let wiki: LogoutReceiver
  let organizationId: string
  let tenantId: string
  const apps: Record<string, string> = {}
  const start = new Date('2026-06-01T10:00:00.000Z')
  let now = start
  // The server's own job does not run in tests: what is sent is sent by these calls, at the time they say.
  const house = () => ({ ...server.house, clock: { now: () => now } })
  const at = (seconds: number) => {
    now = secondsAfter(start, seconds)
    return tellApplications(house())
  }

  beforeAll(async () => {
    const receivers = await Promise.all([startLogoutReceiver(), startLogoutReceiver()])
    mail = receivers[0]
    wiki = receivers[1]
    organizationId = (await server.house.db.organization.findFirstOrThrow()).id
    const tenant = await furnishTenant(server.house, organizationId, 'acme')
    tenantId = tenant.tenantId
    for (const [clientId, { url }] of Object.entries({ mail, wiki })) {
      const given = { organizationId, productId: tenant.productId, clientId, name: `The ${clientId}` }
      apps[clientId] = await furnishApplication(server.house, { ...given, backchannelLogoutUrl: url })
    }
  })
  afterAll(() => Promise.all([mail.close(), wiki.close()]))

  beforeEach(async () => {
    now = start
    await server.house.db.logoutNotice.deleteMany()
    for (const receiver of [mail, wiki]) {
      receiver.received.length = 0
      receiver.answerWith({ status: 200 })
    }
  })

  /** A session that has just ended, with grants of these applications. */
  async function ended(...clientIds: string[]): Promise<string> {
    const { id } = await furnishSession(house(), { organizationId, tenantId })
    for (const clientId of clientIds) {
      const named = { clientId, applicationId: apps[clientId]! }
      await furnishGrant(house(), { organizationId, sessionId: id, ...named })
    }
    await endSessions(server.house.db, organizationId, { ids: [id] }, now)
    return id
  }
  const notice = () => server.house.db.logoutNotice.findFirstOrThrow()
  const failures = () =>
    server.house.db.auditEvent.findMany({
      where: { action: 'application.logout-not-heard' },
      orderBy: { id: 'desc' },
    })

  test('each application gets a logout token of its own that a strict verifier accepts', async () => {
    const sid = await ended('mail', 'wiki')
    expect(await at(1)).toBe(2)
    const keys = createRemoteJWKSet(new URL(`${server.url}/api/oauth/jwks`))
    for (const [audience, { received }] of Object.entries({ mail, wiki })) {
      expect(received).toHaveLength(1)
      expect(received[0]).toMatchObject({ method: 'POST', type: 'application/x-www-form-urlencoded' })
      const { payload, protectedHeader } = await jwtVerify(received[0]!.logoutToken, keys, {
        issuer: server.url,
        audience,
        typ: 'logout+jwt',
        algorithms: ['RS256'],
        currentDate: now,
        maxTokenAge: 120,
        requiredClaims: ['iss', 'aud', 'iat', 'exp', 'jti', 'events', 'sub', 'sid'],
      })
      expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'logout+jwt', kid: expect.any(String) })
      expect(payload).toEqual({
        iss: server.url,
        aud: audience,
        sub: 'subject-of-ada',
        sid,
        iat: now.getTime() / 1000,
        exp: now.getTime() / 1000 + 120,
        jti: expect.stringMatching(/^[A-Za-z0-9_-]{22}$/),
        events: { [logoutEvent]: {} },
      })
    }
    expect(await at(86_400)).toBe(0)
  })

  test.each([200, 204])('%i is heard, and not told again', async (status) => {
    mail.answerWith({ status })
    await ended('mail')
    expect(await at(0)).toBe(1)
    expect(await notice()).toMatchObject({ attempts: 1, deliveredAt: start, failedAt: null, lastError: null })
    expect(await at(7 * 86_400)).toBe(0)
    expect(mail.received).toHaveLength(1)
  })

  test('400 is the application’s no: not tried again, with its reason in the audit log', async () => {
    mail.answerWith({
      status: 400,
      body: JSON.stringify({ error: 'invalid_request', error_description: 'sid\u0000is\nunknown' }),
    })
    const sid = await ended('mail')
    await at(0)
    const lastError = 'The application answered with 400: invalid_request, sid is unknown.'
    expect(await notice()).toMatchObject({ attempts: 1, failedAt: start, deliveredAt: null, lastError })
    expect(await at(7 * 86_400)).toBe(0)
    expect((await failures())[0]).toMatchObject({
      actorType: 'system',
      organizationId,
      targetId: apps.mail,
      targetName: 'The mail',
      result: 'failure',
      reason: lastError,
      after: { session: sid, attempts: 1 },
    })
  })

  test('everything else is tried again after longer and longer pauses, each time with a new token, and then given up', async () => {
    mail.answerWith({ status: 503, body: '<h1>Unavailable</h1>' })
    await ended('mail')
    const before = (await failures()).length
    let seconds = 0
    for (const [index, pause] of pausesBetweenAttempts.entries()) {
      expect(await at(seconds)).toBe(1)
      const nextAttemptAt = secondsAfter(start, seconds + pause)
      expect(await notice()).toMatchObject({
        attempts: index + 1,
        nextAttemptAt,
        failedAt: null,
        lastError: 'The application answered with 503.',
      })
      expect(await at(seconds + pause - 1)).toBe(0)
      seconds += pause
    }
    expect(await failures()).toHaveLength(before)
    expect(await at(seconds)).toBe(1)
    expect(await notice()).toMatchObject({ attempts: 7, failedAt: secondsAfter(start, seconds) })
    expect(await at(seconds + 7 * 86_400)).toBe(0)
    expect(mail.received).toHaveLength(7)
    const tokens = mail.received.map(({ logoutToken }) => decodeJwt(logoutToken))
    expect(new Set(tokens.map(({ jti }) => jti)).size).toBe(7)
    expect(tokens.at(-1)!.iat).toBe(secondsAfter(start, seconds).getTime() / 1000)
    expect(await failures()).toHaveLength(before + 1)
  })

  test('an application that comes back in between hears of it', async () => {
    mail.answerWith({ status: 500 })
    await ended('mail')
    await at(0)
    mail.answerWith({ status: 200 })
    expect(await at(30)).toBe(1)
    expect(await notice()).toMatchObject({ attempts: 2, deliveredAt: secondsAfter(start, 30) })
  })

  test('a redirect is not followed', async () => {
    mail.answerWith({ status: 307, headers: { location: wiki.url } })
    await ended('mail')
    await at(0)
    expect(wiki.received).toEqual([])
    expect(await notice()).toMatchObject({ deliveredAt: null, lastError: expect.stringMatching(/redirect/) })
  })

  test('an answer without end holds up nobody else', async () => {
    mail.answerWith({ status: 200, body: 'x'.repeat(64 * 1024) })
    await ended('mail', 'wiki')
    await at(0)
    const rows = await server.house.db.logoutNotice.findMany({ orderBy: { applicationId: 'asc' } })
    expect(rows).toMatchObject([
      { applicationId: apps.mail, deliveredAt: null, lastError: expect.stringMatching(/more than 16 KB/) },
      { applicationId: apps.wiki, deliveredAt: start },
    ])
  })

  test('an application that has stopped asking is not told', async () => {
    await ended('mail')
    const setUrl = (backchannelLogoutUrl: string | null) =>
      server.house.db.application.update({ where: { id: apps.mail! }, data: { backchannelLogoutUrl } })
    await setUrl(null)
    await at(0)
    await setUrl(mail.url)
    expect(mail.received).toEqual([])
    expect(await notice()).toMatchObject({
      failedAt: start,
      lastError: expect.stringMatching(/no back-channel/),
    })
  })

  test('an address inside our own network is not called, however it got there', async () => {
    await ended('mail')
    const setUrl = (backchannelLogoutUrl: string) =>
      server.house.db.application.update({ where: { id: apps.mail! }, data: { backchannelLogoutUrl } })
    await setUrl('https://169.254.169.254/latest')
    await at(0)
    await setUrl(mail.url)
    expect(await notice()).toMatchObject({
      deliveredAt: null,
      lastError: expect.stringMatching(/not a public address/),
    })
  })

  test('several instances share the work: each notice is sent once', async () => {
    for (let index = 0; index < 15; index++) await ended('mail', 'wiki')
    const sent = await Promise.all([at(0), at(0), at(0), at(0)])
    expect(sent.reduce((sum, count) => sum + count, 0)).toBe(30)
    for (const receiver of [mail, wiki]) {
      const sids = receiver.received.map(({ logoutToken }) => decodeJwt(logoutToken).sid)
      expect(sids).toHaveLength(15)
      expect(new Set(sids).size).toBe(15)
    }
  })

  test('what an instance took and never finished comes again; its late word does not count any more', async () => {
    await ended('mail')
    const lease = (seconds: number) => ({
      now: secondsAfter(start, seconds),
      leaseUntil: secondsAfter(start, seconds + 60),
      count: 10,
    })
    const { db } = server.house
    const [first] = await claimLogoutNotices(db, lease(0))
    expect(await claimLogoutNotices(db, lease(59))).toEqual([])
    const [second] = await claimLogoutNotices(db, lease(60))
    expect(second).toMatchObject({ id: first!.id, attempts: 2 })
    expect(await settleLogoutNotice(db, first!, { failedAt: now, lastError: 'late' })).toBe(false)
    expect(await settleLogoutNotice(db, second!, { deliveredAt: now })).toBe(true)
    expect(await notice()).toMatchObject({ deliveredAt: now, failedAt: null })
  })
})
