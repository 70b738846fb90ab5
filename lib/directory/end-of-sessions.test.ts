import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import type { Actor } from '../base/actor.ts'
import { systemClock } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { systemRandom } from '../base/ids.ts'
import type { Db } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { endSessions, findLiveSession } from '../store/sessions.ts'
import { createUser } from './create-user.ts'
import { deleteUser } from './delete-user.ts'
import { updateUser } from './update-user.ts'
import { newUserSchema, type UserChangeInput } from './user-input.ts'

describeOnEachDatabase('what ends the sessions of a user', (open) => {
  let db: Db
  let tenantId: string
  let applicationId: string
  const organizationId = 'org_1'
  const house = () => ({ db, clock: systemClock, random: systemRandom })
  const admin: Actor = {
    type: 'apiKey',
    id: 'key_1',
    name: 'Key',
    role: 'admin',
    organizationId,
    address: '',
    requestId: '',
  }

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: organizationId, name: 'One', host: 'one.example' })
    const furnished = await furnishTenant(house(), organizationId, 'acme')
    tenantId = furnished.tenantId
    applicationId = await furnishApplication(house(), {
      organizationId,
      productId: furnished.productId,
      clientId: 'vc_1',
      backchannelLogoutUrl: 'https://app.acme.example/logout',
    })
  })

  let users = 0
  /** A user with a session, what was granted in it, and a grant whose own session is over. */
  async function signIn() {
    const email = `user-${++users}@acme.example`
    const password = 'a password of a user'
    const { id: userId } = await createUser(
      house(),
      admin,
      newUserSchema.parse({ tenant: 'acme', email, password }),
    )
    const client = { organizationId, userId, applicationId, clientId: 'vc_1' }
    const earlier = await furnishSession(house(), { organizationId, tenantId, userId })
    await furnishGrant(house(), { ...client, sessionId: earlier.id, scope: 'openid offline_access' })
    await endSessions(db, organizationId, { ids: [earlier.id] }, systemClock.now(), { keepOffline: true })
    const session = await furnishSession(house(), { organizationId, tenantId, userId })
    await furnishGrant(house(), { ...client, sessionId: session.id })
    return { userId, session }
  }

  const stateOf = async ({ userId, session }: Awaited<ReturnType<typeof signIn>>) => ({
    session: await findLiveSession(db, organizationId, sha256(session.cookie), systemClock.now()).then(
      Boolean,
    ),
    grants: await db.grant.count({ where: { userId, revokedAt: null } }),
    accessTokens: await db.accessToken.count({ where: { grant: { userId } } }),
    notices: await db.logoutNotice.count({ where: { sessionId: session.id } }),
  })
  const live = { session: true, grants: 2, accessTokens: 2, notices: 0 }
  const ended = { session: false, grants: 0, accessTokens: 0, notices: 1 }

  test.each<[string, UserChangeInput, typeof live]>([
    ['being disabled', { status: 'disabled' }, ended],
    ['another password', { password: 'another password' }, ended],
    ['no password any more', { password: null }, ended],
    ['another name: nothing', { firstName: 'Other', status: 'active' }, live],
  ])('%s, for this user alone', async (_name, change, expected) => {
    const [one, other] = [await signIn(), await signIn()]
    expect(await stateOf(one)).toEqual(live)
    await updateUser(house(), admin, { user: one.userId, change })
    expect(await stateOf(one)).toEqual(expected)
    expect(await stateOf(other)).toEqual(live)
  })

  test('disabled and enabled again: what had ended stays ended', async () => {
    const one = await signIn()
    await updateUser(house(), admin, { user: one.userId, change: { status: 'disabled' } })
    await updateUser(house(), admin, { user: one.userId, change: { status: 'active' } })
    expect(await stateOf(one)).toEqual(ended)
  })

  test('being deleted: nothing of it stays but the word to the application', async () => {
    const [one, other] = [await signIn(), await signIn()]
    await deleteUser(house(), admin, { user: one.userId })
    expect(await stateOf(one)).toEqual(ended)
    expect(await db.session.count({ where: { userId: one.userId } })).toBe(0)
    expect(await db.grant.count({ where: { userId: one.userId } })).toBe(0)
    expect(await stateOf(other)).toEqual(live)
  })
})
