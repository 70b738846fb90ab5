import { beforeAll, beforeEach, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { secondsAfter } from '../base/clock.ts'
import type { Db } from './db.ts'
import { endSessionsThrough, listIdentitiesOfUser, takeIdentity } from './identities.ts'
import { insertOrganization } from './organizations.ts'
import { endSessions } from './sessions.ts'
import { insertUser } from './users.ts'

const now = new Date('2026-06-01T10:00:00.000Z')
const later = secondsAfter(now, 60)
const organizationId = 'org_1'

describeOnEachDatabase('identities of users', (open) => {
  let db: Db
  let parts: { db: Db; clock: { now(): Date } }
  let okta: Awaited<ReturnType<typeof furnishTenant>>
  let otherConnectionId: string
  let applicationId: string
  let users = 0
  let userId: string

  beforeAll(async () => {
    db = (await open()).prisma
    parts = { db, clock: { now: () => now } }
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    okta = await furnishTenant(parts, organizationId, 'acme')
    otherConnectionId = (await furnishTenant(parts, organizationId, 'other')).connectionId
    const { productId } = okta
    applicationId = await furnishApplication(parts, { organizationId, productId, clientId: 'mail' })
  })

  beforeEach(async () => {
    userId = `usr_${++users}`
    const email = `${userId}@acme.example`
    const none = { username: null, usernameKey: null, ssoUsername: null, ssoUsernameKey: null }
    const names = { firstName: null, lastName: null, passwordHash: null, emailVerifiedAt: null }
    await insertUser(db, {
      ...{ id: userId, organizationId, tenantId: okta.tenantId, email, emailKey: email },
      ...{ ...none, ...names, status: 'active', tags: {}, attributes: {} },
    })
  })

  const link = async (subject: string, more: { connectionId?: string; userId?: string } = {}) => {
    const id = `idn_${subject}`
    const { connectionId } = okta
    await db.identity.create({ data: { id, organizationId, connectionId, userId, subject, ...more } })
    return id
  }

  const signIn = async (connectionId: string | undefined) => {
    const session = await furnishSession(parts, {
      organizationId,
      tenantId: okta.tenantId,
      userId,
      connectionId,
    })
    const client = { organizationId, userId, applicationId, clientId: 'mail', sessionId: session.id }
    return { session: session.id, grant: await furnishGrant(parts, client) }
  }
  const hasEnded = async (made: Awaited<ReturnType<typeof signIn>>) => {
    const session = await db.session.findUnique({ where: { id: made.session } })
    const grant = await db.grant.findUniqueOrThrow({ where: { id: made.grant.id } })
    const tokens = await db.accessToken.count({ where: { tokenHash: made.grant.accessTokenHash } })
    return [session?.revokedAt !== null, grant.revokedAt !== null, tokens === 0]
  }

  test('are listed newest first, with the name of their connection, those of the user and organization alone', async () => {
    await link('a')
    await link('b', { connectionId: otherConnectionId })
    await db.connection.update({ where: { id: otherConnectionId }, data: { name: null } })
    const page = (cursor?: string) => listIdentitiesOfUser(db, organizationId, userId, { cursor, limit: 1 })
    const first = await page()
    expect(first).toEqual({
      data: [
        {
          id: 'idn_b',
          subject: 'b',
          connectionId: otherConnectionId,
          connection: 'client-other-org_1',
          connectionName: 'https://idp.other.example',
          kind: 'saml',
          createdAt: expect.any(Date),
          lastSignInAt: null,
        },
      ],
      nextCursor: 'idn_b',
    })
    const second = await page('idn_b')
    expect(second.data.map(({ id, connectionName }) => [id, connectionName])).toEqual([
      ['idn_a', 'Okta of acme'],
    ])
    expect(second.nextCursor).toBeNull()
    expect((await listIdentitiesOfUser(db, 'org_2', userId, { limit: 5 })).data).toEqual([])
  })

  test('are taken once, of ten who try at once, and only from their own user and organization', async () => {
    const id = await link('taken')
    expect(await takeIdentity(db, 'org_2', userId, id)).toBeNull()
    expect(await takeIdentity(db, organizationId, 'usr_0', id)).toBeNull()
    const taken = await Promise.all(
      Array.from({ length: 10 }, () => takeIdentity(db, organizationId, userId, id)),
    )
    expect(taken.filter((one) => one !== null)).toEqual([
      { id, subject: 'taken', connectionId: okta.connectionId, connectionName: 'Okta of acme' },
    ])
  })

  test('what came through a connection ends; what came otherwise stays', async () => {
    const through = await signIn(okta.connectionId)
    const otherwise = [await signIn(otherConnectionId), await signIn(undefined)]
    const which = { userId, connectionId: okta.connectionId }
    expect(await endSessionsThrough(db, 'org_2', which, later)).toBe(0)
    expect(await hasEnded(through)).toEqual([false, false, false])
    expect(await endSessionsThrough(db, organizationId, which, later)).toBe(1)
    expect(await hasEnded(through)).toEqual([true, true, true])
    for (const one of otherwise) expect(await hasEnded(one)).toEqual([false, false, false])
  })

  test('so does offline access whose session is over, is removed, or never was', async () => {
    const through = await signIn(okta.connectionId)
    await db.grant.update({ where: { id: through.grant.id }, data: { scope: 'openid offline_access' } })
    await endSessions(db, organizationId, { ids: [through.session] }, later, { keepOffline: true })
    expect(await hasEnded(through)).toEqual([true, false, false])
    const removed = await signIn(okta.connectionId)
    await db.session.delete({ where: { id: removed.session } })
    const direct = await furnishGrant(parts, {
      ...{ organizationId, userId, clientId: 'client-acme-org_1', connectionId: okta.connectionId },
      sessionId: (await signIn(undefined)).session,
    })
    expect(
      await endSessionsThrough(db, organizationId, { userId, connectionId: okta.connectionId }, later),
    ).toBe(0)
    expect(await hasEnded(through)).toEqual([true, true, true])
    expect((await hasEnded(removed)).slice(1)).toEqual([true, true])
    expect((await db.grant.findUniqueOrThrow({ where: { id: direct.id } })).revokedAt).toEqual(later)
  })
})
