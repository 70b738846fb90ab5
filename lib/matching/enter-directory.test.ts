import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishTenant } from '#lib/testing/signed-in.ts'
import { systemClock } from '../base/clock.ts'
import { emailKey } from '../base/email.ts'
import { mintId, systemRandom } from '../base/ids.ts'
import type { Db } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { insertExternalUser, signInUser } from '../store/provisioning.ts'
import { insertUser, type NewUser } from '../store/users.ts'
import { type Entrance, enterDirectory } from './enter-directory.ts'
import { type Described, toExternalPerson } from './external-person.ts'

describeOnEachDatabase('somebody comes through a connection', (open) => {
  let db: Db
  let tenantId: string
  let productId: string
  const organizationId = 'org_1'
  const house = () => ({ db, clock: systemClock, random: systemRandom })
  const origin = { address: '127.0.0.1', requestId: 'r' }

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: organizationId, name: 'One', host: 'one.example' })
    const furnished = await furnishTenant(house(), organizationId, 'acme')
    tenantId = furnished.tenantId
    productId = furnished.productId
  })

  let count = 0
  async function entrance(provisioning: string, more: Partial<Entrance> = {}): Promise<Entrance> {
    const id = `con_${++count}`
    await db.connection.create({
      data: {
        id,
        organizationId,
        tenantId,
        productId,
        kind: 'saml',
        clientId: `client-${id}`,
        clientSecretSealed: 'sealed',
        defaultRedirectUrl: 'https://app.example/cb',
        upstreamId: `https://idp.example/${id}`,
        upstream: {},
      },
    })
    const names = { tenant: 'acme', name: 'Okta' }
    return {
      id,
      organizationId,
      tenantId,
      ...names,
      trustEmail: true,
      provisioning,
      userPolicies: null,
      ...more,
    }
  }

  const someone = (subject: string | null, raw: Record<string, string>, described: Partial<Described> = {}) =>
    toExternalPerson(
      { kind: 'saml', subject, email: raw.Email ?? null, firstName: null, lastName: null, raw, ...described },
      null,
    )

  async function addUser(email: string, more: Partial<NewUser> = {}): Promise<string> {
    const id = mintId('usr', systemClock.now(), systemRandom)
    await insertUser(db, {
      id,
      organizationId,
      tenantId,
      email,
      emailKey: emailKey(email),
      username: null,
      usernameKey: null,
      ssoUsername: null,
      ssoUsernameKey: null,
      firstName: null,
      lastName: null,
      status: 'active',
      passwordHash: null,
      tags: {},
      attributes: {},
      emailVerifiedAt: null,
      ...more,
    })
    return id
  }
  const userOf = (id: string) => db.user.findUniqueOrThrow({ where: { id } })
  const byEmail = (email: string) => db.user.findMany({ where: { tenantId, emailKey: email } })

  test('by field the first time, by identity ever after, whatever the claims say then', async () => {
    const okta = await entrance('existing')
    const id = await addUser('first@acme.example')
    const first = await enterDirectory(house(), okta, someone('s1', { Email: 'First@acme.example' }), origin)
    expect(first).toMatchObject({ decision: { by: 'Email' }, user: { id, linked: true } })
    const second = await enterDirectory(house(), okta, someone('s1', { Email: 'other@acme.example' }), origin)
    expect(second).toMatchObject({ decision: { by: 'identity' }, user: { id, linked: false } })
    expect((await userOf(id)).lastSignInAt).not.toBeNull()
    const [identity] = await db.identity.findMany({ where: { userId: id } })
    expect(identity).toMatchObject({ connectionId: okta.id, subject: 's1' })
    expect(identity?.lastSignInAt).not.toBeNull()
  })

  test('without a lasting name no identity is kept', async () => {
    const okta = await entrance('existing')
    const id = await addUser('fleeting@acme.example')
    const entered = await enterDirectory(
      house(),
      okta,
      someone(null, { Email: 'fleeting@acme.example' }),
      origin,
    )
    expect(entered.user).toMatchObject({ id, linked: false })
    expect(await db.identity.count({ where: { userId: id } })).toBe(0)
  })

  test('who is not known is told nothing, and nothing is stored', async () => {
    const okta = await entrance('existing')
    const entered = await enterDirectory(
      house(),
      okta,
      someone('s1', { Email: 'nobody@acme.example' }),
      origin,
    )
    expect(entered).toMatchObject({ user: null, decision: { cause: 'match_none' } })
    expect(await byEmail('nobody@acme.example')).toEqual([])
  })

  test('fields are written as the policy says', async () => {
    const policies = {
      fieldsToUpdateWhenNull: ['Username', 'SsoUsername'],
      fieldsToUpdateWhenDifferent: ['FirstName', 'Email'],
    }
    const okta = await entrance('existing', { userPolicies: policies })
    const id = await addUser('sync@acme.example', { username: 'sync', usernameKey: 'sync', firstName: 'Old' })
    const raw = { username: 'Sync', Email: 'Renamed@acme.example' }
    const came = someone('s1', raw, { firstName: 'New', lastName: 'Never' })
    const { user } = await enterDirectory(house(), okta, came, origin)
    expect(user).toMatchObject({ email: 'Renamed@acme.example', firstName: 'New', emailVerified: true })
    expect(await userOf(id)).toMatchObject({
      email: 'Renamed@acme.example',
      emailKey: 'renamed@acme.example',
      username: 'sync',
      ssoUsername: 'Renamed@acme.example',
      ssoUsernameKey: 'renamed@acme.example',
      firstName: 'New',
      lastName: null,
      emailUnproven: false,
    })
  })

  test('an address from where it is not trusted is written as unproven', async () => {
    const policies = { fieldsToUpdateWhenDifferent: ['Email'] }
    const okta = await entrance('existing', { userPolicies: policies, trustEmail: false })
    const verifiedAt = systemClock.now()
    const id = await addUser('mine@acme.example', {
      username: 'mine',
      usernameKey: 'mine',
      emailVerifiedAt: verifiedAt,
    })
    await enterDirectory(
      house(),
      okta,
      someone('s1', { username: 'mine', Email: 'yours@acme.example' }),
      origin,
    )
    expect(await userOf(id)).toMatchObject({
      emailKey: 'yours@acme.example',
      emailUnproven: true,
      emailVerifiedAt: null,
    })
    // And is good for nothing until somebody confirms it.
    const trusted = await entrance('existing')
    const other = await enterDirectory(
      house(),
      trusted,
      someone('s2', { Email: 'yours@acme.example' }),
      origin,
    )
    expect(other.decision).toMatchObject({ kind: 'refuse', cause: 'match_email_unproven' })
  })

  test('tags and attributes are written beside what stands there; namespaces only where they exist', async () => {
    const okta = await entrance('existing')
    const id = await addUser('mapped@acme.example', { tags: { kept: 'x', unit: 'old' } as never })
    await db.namespace.create({ data: { id: 'nsp_1', organizationId, name: 'sales' } })
    await db.namespace.create({ data: { id: 'nsp_2', organizationId, name: 'legal' } })
    await db.namespaceMember.create({ data: { namespaceId: 'nsp_2', userId: id } })
    const raw = { Email: 'mapped@acme.example', dept: 'R&D', group: 'S' }
    const values = { S: 'sales', L: 'legal', X: 'missing' }
    const came = toExternalPerson(
      { kind: 'saml', subject: 's1', email: 'mapped@acme.example', firstName: null, lastName: null, raw },
      { tags: { unit: 'dept' }, attributes: { department: 'dept' }, namespaces: { claim: 'group', values } },
    )
    await enterDirectory(house(), okta, came, origin)
    expect(await userOf(id)).toMatchObject({
      tags: { kept: 'x', unit: 'R&D' },
      attributes: { department: 'R&D' },
    })
    const joined = await db.namespaceMember.findMany({ where: { userId: id }, include: { namespace: true } })
    expect(joined.map(({ namespace }) => namespace.name)).toEqual(['sales'])
  })

  test('an invitation is accepted by signing in, and puts the person where it says', async () => {
    await db.namespace.create({ data: { id: 'nsp_invited', organizationId, name: 'invited' } })
    const okta = await entrance('existing')
    const id = await addUser('invited@acme.example', { status: 'invited' })
    const at = systemClock.now()
    const sent = { sentAt: at, expiresAt: new Date(at.getTime() + 60_000) }
    await db.invitation.create({
      data: {
        id: 'inv_1',
        organizationId,
        tenantId,
        userId: id,
        email: 'invited@acme.example',
        namespaces: ['invited', 'gone since'],
        tokenHash: 'hash',
        status: 'pending',
        invitedBy: 'x',
        ...sent,
      },
    })
    const { user } = await enterDirectory(
      house(),
      okta,
      someone('s1', { Email: 'invited@acme.example' }),
      origin,
    )
    expect(user?.activated).toBe(true)
    expect((await userOf(id)).status).toBe('active')
    const invitation = await db.invitation.findUniqueOrThrow({ where: { id: 'inv_1' } })
    expect(invitation).toMatchObject({ status: 'accepted', tokenHash: null })
    const joined = await db.namespaceMember.findMany({ where: { userId: id } })
    expect(joined.map(({ namespaceId }) => namespaceId)).toEqual(['nsp_invited'])
  })

  test('auto makes a user, once', async () => {
    const okta = await entrance('auto')
    const came = someone('s1', { Email: 'new@acme.example', username: 'new' }, { firstName: 'N' })
    const { user } = await enterDirectory(house(), okta, came, origin)
    expect(await userOf(user!.id)).toMatchObject({
      status: 'active',
      usernameKey: 'new',
      firstName: 'N',
      emailUnproven: false,
    })
    const again = await enterDirectory(house(), okta, came, origin)
    expect(again).toMatchObject({ decision: { by: 'identity' }, user: { id: user!.id } })
  })

  test('two with one address, at the same moment and by different ways, are one user', async () => {
    const [okta, entra] = [await entrance('auto'), await entrance('auto')]
    const email = 'twice@acme.example'
    const comings = Array.from({ length: 6 }, (_, n) =>
      enterDirectory(house(), n % 2 ? okta : entra, someone(`s${n % 3}`, { Email: email }), origin),
    )
    const ids = (await Promise.all(comings)).map(({ user }) => user?.id)
    expect(new Set(ids).size).toBe(1)
    expect(await byEmail(email)).toHaveLength(1)
    expect(await db.identity.count({ where: { userId: ids[0] } })).toBe(6)
  })

  test('two with one address from where it is not trusted: one gets in, the other is told why', async () => {
    const okta = await entrance('auto', { trustEmail: false })
    const email = 'contested@acme.example'
    const comings = ['a', 'b'].map((subject) =>
      enterDirectory(house(), okta, someone(subject, { Email: email }), origin),
    )
    const decisions = (await Promise.all(comings)).map(({ decision }) =>
      decision.kind === 'refuse' ? decision.cause : decision.kind,
    )
    expect(decisions.sort()).toEqual(['create', 'provision_email_taken'])
    expect(await byEmail(email)).toHaveLength(1)
  })

  test('approval files one request, however often the person comes', async () => {
    const okta = await entrance('approval')
    const came = () => enterDirectory(house(), okta, someone('s1', { Email: 'asks@acme.example' }), origin)
    const kinds = (await Promise.all([came(), came(), came()])).map(({ decision }) => decision.kind)
    expect(kinds.sort()).toEqual(['create', 'wait', 'wait'])
    expect((await came()).decision.kind).toBe('wait')
    const requests = await db.joinRequest.findMany({ where: { connectionId: okta.id } })
    expect(requests).toHaveLength(1)
    const [user] = await byEmail('asks@acme.example')
    expect(requests[0]).toMatchObject({ userId: user!.id, status: 'pending', source: 'sign-in' })
    expect(user!.status).toBe('pending')

    await db.user.update({ where: { id: user!.id }, data: { status: 'active' } })
    await db.joinRequest.update({ where: { id: requests[0]!.id }, data: { status: 'approved' } })
    expect((await came()).user).toMatchObject({ id: user!.id })
  })

  test('somebody who was turned down is refused, and may ask again once the request is gone', async () => {
    const okta = await entrance('approval')
    const came = () => enterDirectory(house(), okta, someone('s1', { Email: 'denied@acme.example' }), origin)
    await came()
    await db.user.deleteMany({ where: { tenantId, emailKey: 'denied@acme.example' } })
    await db.joinRequest.updateMany({ where: { connectionId: okta.id }, data: { status: 'rejected' } })
    expect((await came()).decision).toMatchObject({ cause: 'provision_rejected' })
    expect(await byEmail('denied@acme.example')).toEqual([])
    await db.joinRequest.deleteMany({ where: { connectionId: okta.id } })
    expect((await came()).decision.kind).toBe('create')
  })

  test('an invitation that has expired lets nobody in, and gives nothing', async () => {
    const okta = await entrance('existing')
    const id = await addUser('too-late@acme.example', { status: 'invited' })
    const at = systemClock.now()
    const [sentAt, expiresAt] = [new Date(at.getTime() - 120_000), new Date(at.getTime() - 60_000)]
    await db.invitation.create({
      data: {
        ...{ id: 'inv_late', organizationId, tenantId, userId: id, email: 'too-late@acme.example' },
        ...{ tokenHash: 'late', status: 'pending', invitedBy: 'x', sentAt, expiresAt },
      },
    })
    const came = someone('s1', { Email: 'too-late@acme.example' })
    const entered = await enterDirectory(house(), okta, came, origin)
    expect(entered).toMatchObject({ user: null, decision: { cause: 'match_invitation_over' } })
    expect((await userOf(id)).status).toBe('invited')
    expect((await db.invitation.findUniqueOrThrow({ where: { id: 'inv_late' } })).status).toBe('pending')
  })

  test('a rejection holds for somebody who has another name each time', async () => {
    const okta = await entrance('approval')
    const came = () =>
      enterDirectory(house(), okta, someone(null, { Email: 'nameless@acme.example' }), origin)
    expect((await came()).decision.kind).toBe('create')
    await db.user.deleteMany({ where: { tenantId, emailKey: 'nameless@acme.example' } })
    await db.joinRequest.updateMany({ where: { connectionId: okta.id }, data: { status: 'rejected' } })
    expect((await came()).decision).toMatchObject({ cause: 'provision_rejected' })
    expect(
      (await enterDirectory(house(), okta, someone(null, { Email: 'another@acme.example' }), origin)).decision
        .kind,
    ).toBe('create')
  })

  test('who is disabled does not get in, and stays so', async () => {
    const okta = await entrance('existing')
    const id = await addUser('late@acme.example')
    await db.user.update({ where: { id }, data: { status: 'disabled' } })
    const entered = await enterDirectory(house(), okta, someone('s1', { Email: 'late@acme.example' }), origin)
    expect(entered).toMatchObject({ user: null, decision: { cause: 'match_user_disabled' } })
    expect((await userOf(id)).status).toBe('disabled')
  })

  test('members of the organization are never linked', async () => {
    await db.member.create({
      data: { id: 'mem_1', organizationId, email: 'owner@acme.example', name: 'Owner', role: 'owner' },
    })
    const id = await addUser('Owner@acme.example')
    const okta = await entrance('auto')
    const entered = await enterDirectory(
      house(),
      okta,
      someone('s1', { Email: 'owner@acme.example' }),
      origin,
    )
    expect(entered.decision).toMatchObject({ cause: 'match_protected' })
    expect(await db.identity.count({ where: { userId: id } })).toBe(0)
  })

  test('users of another tenant are nobody here', async () => {
    const other = await furnishTenant(house(), organizationId, 'globex')
    await addUser('far@acme.example', { tenantId: other.tenantId })
    const okta = await entrance('existing')
    const entered = await enterDirectory(house(), okta, someone('s1', { Email: 'far@acme.example' }), origin)
    expect(entered.decision).toMatchObject({ cause: 'match_none' })
  })

  test('a name that somebody of another tenant has as well is found here', async () => {
    const other = await furnishTenant(house(), organizationId, 'initech')
    const okta = await entrance('existing')
    const names = { username: 'common', usernameKey: 'common' }
    await addUser('common@initech.example', { ...names, tenantId: other.tenantId })
    const id = await addUser('common@acme.example', names)
    const came = someone('s1', { username: 'common' })
    expect((await enterDirectory(house(), okta, came, origin)).user).toMatchObject({ id })
  })

  describe('what has changed since it was decided', () => {
    const signInOf = async (subject: string, more: { identityId?: string | null } = {}) => {
      const { id: connectionId } = await entrance('existing')
      const at = systemClock.now()
      const identityId = more.identityId === undefined ? mintId('idn', at, systemRandom) : more.identityId
      return { organizationId, connectionId, subject, identityId, namespaces: null, at }
    }

    test.each(['disabled', 'pending'] as const)('a user who is %s now does not get in', async (status) => {
      const id = await addUser(`${status}-meanwhile@acme.example`, { status })
      expect(await signInUser(db, id, { address: null }, await signInOf('s1'))).toBeNull()
      expect(await userOf(id)).toMatchObject({ status, lastSignInAt: null })
      expect(await db.identity.count({ where: { userId: id } })).toBe(0)
    })

    test('an identity that was unlinked does not let in', async () => {
      const id = await addUser('unlinked@acme.example')
      expect(
        await signInUser(db, id, { address: null }, await signInOf('s1', { identityId: null })),
      ).toBeNull()
      expect((await userOf(id)).lastSignInAt).toBeNull()
    })

    test('a request that was rejected is not filed again', async () => {
      const okta = await entrance('approval')
      const at = systemClock.now()
      const email = 'overtaken@acme.example'
      const request = { id: 'jrq_overtaken', organizationId, tenantId, connectionId: okta.id, subject: 's1' }
      await db.joinRequest.create({
        data: { ...request, email, emailKey: email, source: 'sign-in', status: 'rejected' },
      })
      const nobody = { username: null, usernameKey: null, ssoUsername: null, ssoUsernameKey: null }
      const user = {
        ...{ ...nobody, id: 'usr_overtaken', tenantId, status: 'pending' as const, email, emailKey: email },
        ...{ firstName: null, lastName: null, tags: {}, attributes: {} },
        ...{ emailUnproven: true, emailVerified: false },
      }
      const ids = { identityId: 'idn_overtaken', requestId: 'jrq_again' }
      const signIn = { organizationId, connectionId: okta.id, subject: 's1', namespaces: null, at, ...ids }
      expect(await insertExternalUser(db, user, signIn)).toBeNull()
      expect(await byEmail(email)).toEqual([])
    })
  })
})
