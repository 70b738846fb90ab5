import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../base/actor.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import type { Db } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { findLiveSession } from '../store/sessions.ts'
import { insertTenant } from '../store/tenants.ts'
import { createUser } from './create-user.ts'
import { deleteUser } from './delete-user.ts'
import { updateUser } from './update-user.ts'
import { newUserSchema, type UserChangeInput } from './user-input.ts'

describeOnEachDatabase('what ends a user\u2019s sessions', (open) => {
  let db: Db
  const house = () => ({ db, clock: systemClock, random: systemRandom })
  const admin: Actor = {
    type: 'apiKey',
    id: 'key_1',
    name: 'Key',
    role: 'admin',
    organizationId: 'org_1',
    address: '',
    requestId: '',
  }

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: 'org_1', name: 'One', host: 'one.example' })
    await insertTenant(db, { id: 'ten_1', organizationId: 'org_1', slug: 'acme', name: 'Acme' })
  })

  let users = 0
  /** A user with a session, a grant and both kinds of token. */
  async function signedIn() {
    const email = `user-${++users}@acme.example`
    const password = 'a password of a user'
    const { id } = await createUser(house(), admin, newUserSchema.parse({ tenant: 'acme', email, password }))
    const at = systemClock.now()
    const expiresAt = new Date(at.getTime() + 3_600_000)
    const person = {
      organizationId: 'org_1',
      userId: id,
      subject: id,
      profile: {},
      authenticatedAt: at,
      expiresAt,
    }
    const session = {
      id: `ses_${id}`,
      tenantId: 'ten_1',
      cookieHash: id,
      address: '',
      userAgent: '',
      lastSeenAt: at,
    }
    await db.session.create({ data: { ...person, ...session } })
    const request = { traceId: '', clientId: 'vc_1', redirectUri: '', scope: 'openid', requested: {} }
    await db.grant.create({ data: { ...person, ...request, id: `grt_${id}`, sessionId: session.id } })
    await db.accessToken.create({ data: { tokenHash: `a_${id}`, grantId: `grt_${id}`, expiresAt } })
    await db.refreshToken.create({ data: { tokenHash: `r_${id}`, grantId: `grt_${id}`, expiresAt } })
    return id
  }

  const stateOf = async (id: string) => {
    const now = systemClock.now()
    return {
      session: (await findLiveSession(db, 'org_1', id, { now, idleSince: new Date(0) })) !== null,
      sessionEnded: (await db.session.findUnique({ where: { id: `ses_${id}` } }))?.revokedAt !== null,
      grantEnded: (await db.grant.findUnique({ where: { id: `grt_${id}` } }))?.revokedAt !== null,
      accessTokens: await db.accessToken.count({ where: { tokenHash: `a_${id}` } }),
    }
  }
  const live = { session: true, sessionEnded: false, grantEnded: false, accessTokens: 1 }
  const ended = { session: false, sessionEnded: true, grantEnded: true, accessTokens: 0 }

  test.each<[string, UserChangeInput, typeof live]>([
    ['being disabled', { status: 'disabled' }, ended],
    ['another password', { password: 'another password' }, ended],
    ['no password any more', { password: null }, ended],
    ['another name', { firstName: 'Other', status: 'active' }, live],
  ])('%s, for this user alone', async (_name, change, expected) => {
    const [id, other] = [await signedIn(), await signedIn()]
    await updateUser(house(), admin, { user: id, change })
    expect(await stateOf(id)).toEqual(expected)
    expect(await stateOf(other)).toEqual(live)
  })

  test('being deleted: nothing of it stays', async () => {
    const [id, other] = [await signedIn(), await signedIn()]
    await deleteUser(house(), admin, { user: id })
    expect(await db.session.count({ where: { userId: id } })).toBe(0)
    expect(await db.grant.count({ where: { id: `grt_${id}` } })).toBe(0)
    expect(await db.accessToken.count({ where: { grantId: `grt_${id}` } })).toBe(0)
    expect(await db.refreshToken.count({ where: { grantId: `grt_${id}` } })).toBe(0)
    expect(await stateOf(other)).toEqual(live)
  })
})
