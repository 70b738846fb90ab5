import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { systemRandom } from '../base/ids.ts'
import { parseConfig } from '../config/config.ts'
import type { Db } from '../store/db.ts'
import { sql } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { endSessions, expiryOfNewSession } from '../store/sessions.ts'
import { findSession } from './find-session.ts'
import { clearSessionCookie, mintSessionCookie, readSessionCookie } from './session-cookie.ts'

const start = new Date('2026-06-01T10:00:00.000Z')
const organizationId = 'org_1'

test('the cookie is 32 random bytes that no script reads, no other site posts and no neighbour plants', () => {
  const { cookie, cookieHash } = mintSessionCookie(true, systemRandom, 3600.9)
  const [, value] = /^__Host-vestibule-session=([A-Za-z0-9_-]{43}); /.exec(cookie)!
  expect(cookie.slice(cookie.indexOf(';'))).toBe('; Path=/; HttpOnly; SameSite=Lax; Max-Age=3600; Secure')
  expect(cookieHash).toBe(sha256(value!))
  expect(readSessionCookie(true, new Map([['__Host-vestibule-session', value!]]))).toBe(value)
  expect(readSessionCookie(true, new Map([['vestibule-session', value!]]))).toBeNull()
  expect(readSessionCookie(false, new Map([['vestibule-session', value!]]))).toBe(value)
  expect(readSessionCookie(false, new Map([['vestibule-session', `${value}x`]]))).toBeNull()
  expect(clearSessionCookie(false)).toBe('vestibule-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0')
})

describeOnEachDatabase('the session of a browser', (open) => {
  let db: Db
  let now = start
  const clock = { now: () => now }
  const config = parseConfig({ PUBLIC_URL: 'http://localhost:5225' })
  let acme: Awaited<ReturnType<typeof furnishTenant>>

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    acme = await furnishTenant({ db, clock }, organizationId, 'acme')
    await limits(3600, 4 * 3600)
  })

  const limits = (sessionIdleSeconds: number, sessionAbsoluteSeconds: number) =>
    db.organization.update({
      where: { id: organizationId },
      data: { sessionIdleSeconds, sessionAbsoluteSeconds },
    })
  const begin = (more: Partial<Parameters<typeof furnishSession>[1]> = {}) => {
    now = start
    return furnishSession({ db, clock }, { organizationId, tenantId: acme.tenantId, ...more })
  }
  const find = (cookie: string, seconds: number, site = organizationId) => {
    now = secondsAfter(start, seconds)
    return findSession({ db, clock, config }, { id: site }, new Map([['vestibule-session', cookie]]))
  }

  test('is found by its cookie, in its own organization', async () => {
    const { id, cookie } = await begin({ connectionId: acme.connectionId })
    expect(await find(cookie, 0)).toMatchObject({
      id,
      tenant: 'acme',
      subject: 'subject-of-ada',
      amr: ['pwd'],
    })
    expect(await find(cookie, 0, 'org_2')).toBeNull()
    expect(await find(sha256(cookie), 0)).toBeNull()
    expect(await findSession({ db, clock, config }, { id: organizationId }, new Map())).toBeNull()
  })

  test('ends unused after the idle limit, and used goes on to the absolute one', async () => {
    const idle = await begin()
    expect(await find(idle.cookie, 3600)).toBeNull()
    const used = await begin()
    for (const hours of [0.9, 1.8, 2.7, 3.6]) expect(await find(used.cookie, hours * 3600)).not.toBeNull()
    expect(await find(used.cookie, 4 * 3600 - 1)).not.toBeNull()
    expect(await find(used.cookie, 4 * 3600)).toBeNull()
  })

  test('ends when it was to end, though limits are longer', async () => {
    const { cookie } = await begin({ seconds: 600 })
    expect(await find(cookie, 599)).not.toBeNull()
    expect(await find(cookie, 600)).toBeNull()
  })

  test('follows the limits of the organization when they change', async () => {
    const { cookie } = await begin()
    await limits(60, 4 * 3600)
    expect(await find(cookie, 61)).toBeNull()
    await limits(3600, 60)
    expect(await find(cookie, 61)).toBeNull()
    await limits(3600, 4 * 3600)
    expect(await find(cookie, 61)).not.toBeNull()
  })

  test('is seen at most once a minute', async () => {
    const { id, cookie } = await begin()
    const lastSeen = async () => (await db.session.findUniqueOrThrow({ where: { id } })).lastSeenAt
    await find(cookie, 59)
    expect(await lastSeen()).toEqual(start)
    await find(cookie, 60)
    expect(await lastSeen()).toEqual(secondsAfter(start, 60))
  })

  test('is nobody’s once it was ended, or its connection or user may not sign in', async () => {
    const ended = await begin()
    await endSessions(db, organizationId, { ids: [ended.id] }, start)
    expect(await find(ended.cookie, 0)).toBeNull()

    const { cookie } = await begin({ connectionId: acme.connectionId })
    const setActive = (active: boolean) =>
      db.connection.update({ where: { id: acme.connectionId }, data: { active } })
    await setActive(false)
    expect(await find(cookie, 0)).toBeNull()
    await setActive(true)
    expect(await find(cookie, 0)).not.toBeNull()
  })

  test('a new one ends by the limit, or earlier where the identity provider says so', async () => {
    const expiry = async (notAfter: Date | null) => {
      const [row] = await db.$queryRaw<{ at: Date }[]>(
        sql`SELECT ${expiryOfNewSession(organizationId, start, notAfter)} AS at`,
      )
      return row!.at
    }
    expect(await expiry(null)).toEqual(secondsAfter(start, 4 * 3600))
    expect(await expiry(secondsAfter(start, 60))).toEqual(secondsAfter(start, 60))
    expect(await expiry(secondsAfter(start, 86_400))).toEqual(secondsAfter(start, 4 * 3600))
  })
})
