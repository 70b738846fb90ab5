import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor, Role } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import { systemRandom } from '../base/ids.ts'
import { openMailBody } from '../mail/mail.ts'
import { hashPassword } from '../passwords/password.ts'
import { createSealer } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { acceptInvitation } from './accept-invitation.ts'
import { changeMemberRole } from './change-member-role.ts'
import { findInvitation } from './invitation.ts'
import { invitationSeconds, inviteMember, resendMemberInvitation } from './invite-member.ts'
import { listMembers } from './list-members.ts'
import { newMemberSchema } from './member-input.ts'
import { loadMemberSession } from './member-session.ts'
import { removeMember } from './remove-member.ts'
import { findPasswordReset, requestPasswordReset, resetPassword } from './reset-password.ts'
import { signInMember } from './sign-in-member.ts'

const start = new Date('2026-06-01T10:00:00Z')
const password = 'a password of a member'

describeOnEachDatabase('members', (open) => {
  let db: Db
  let passwordHash: string
  let now = start
  const clock = { now: () => now }
  const sealer = createSealer([{ id: 'dek_1', key: systemRandom.bytes(32) }], systemRandom)
  const config = { secure: true } as never
  const house = () => ({ db, clock, random: systemRandom, sealer, config })
  const visit = { organizationId: 'org_1', address: '192.0.2.1', userAgent: 'test', requestId: 'r' }

  beforeAll(async () => {
    db = (await open()).prisma
    passwordHash = await hashPassword(password)
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
  })

  beforeEach(async () => {
    now = start
    await db.member.deleteMany()
    await db.mail.deleteMany()
    await db.accountToken.deleteMany()
    await db.rateLimit.deleteMany()
  })

  const make = (name: string, role: Role, organizationId = 'org_1') =>
    insertMember(db, {
      id: `mem_${name}`,
      organizationId,
      email: `${name}@acme.example`,
      name,
      role,
      passwordHash,
    })
  const actorOf = (name: string, role: Role, organizationId = 'org_1'): Actor => ({
    type: 'member',
    id: `mem_${name}`,
    name,
    role,
    organizationId,
    address: '',
    requestId: '',
  })
  const codeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'done',
      (thrown) => (isVestibuleError(thrown) ? thrown.code : String(thrown)),
    )
  const newcomer = (role: Role, email = 'new@acme.example') => ({ email, name: 'New', role })
  const linkOf = async (recipient: string) => {
    const mail = await db.mail.findFirstOrThrow({ where: { recipient }, orderBy: { id: 'desc' } })
    return /https:\/\/\S+/.exec(openMailBody(house(), mail).text)![0]
  }
  const tokenOf = async (recipient: string) => (await linkOf(recipient)).split('token=')[1]!
  const rolesNow = async () =>
    Object.fromEntries((await db.member.findMany()).map(({ name, role }) => [name, role]))

  describe('who may give which role', () => {
    beforeEach(async () => {
      await make('owner', 'owner')
      await make('admin', 'admin')
      await make('viewer', 'viewer')
    })

    test('owners invite anybody, admins nobody above themselves, viewers nobody', async () => {
      const outcomes = await Promise.all(
        (['owner', 'admin', 'viewer'] as const).flatMap((by) =>
          (['owner', 'admin', 'viewer'] as const).map(async (role) => [
            by,
            role,
            await codeOf(inviteMember(house(), actorOf(by, by), newcomer(role, `${by}.${role}@new.example`))),
          ]),
        ),
      )
      expect(outcomes).toEqual([
        ['owner', 'owner', 'done'],
        ['owner', 'admin', 'done'],
        ['owner', 'viewer', 'done'],
        ['admin', 'owner', 'forbidden'],
        ['admin', 'admin', 'done'],
        ['admin', 'viewer', 'done'],
        ['viewer', 'owner', 'forbidden'],
        ['viewer', 'admin', 'forbidden'],
        ['viewer', 'viewer', 'forbidden'],
      ])
    })

    test('nobody but an owner changes a role, their own least of all', async () => {
      for (const by of ['admin', 'viewer'] as const)
        for (const member of ['mem_owner', 'mem_admin', 'mem_viewer'])
          for (const role of ['owner', 'admin', 'viewer'] as const)
            expect(
              await codeOf(changeMemberRole(house(), actorOf(by, by), { member, change: { role } })),
            ).toBe('forbidden')
      expect(await rolesNow()).toEqual({ owner: 'owner', admin: 'admin', viewer: 'viewer' })
    })

    test('an admin takes back an invitation an admin may give, and removes nobody', async () => {
      const admin = actorOf('admin', 'admin')
      const viewer = await inviteMember(house(), actorOf('owner', 'owner'), newcomer('viewer'))
      const owner = await inviteMember(house(), actorOf('owner', 'owner'), newcomer('owner', 'o@new.example'))
      expect(await codeOf(removeMember(house(), actorOf('viewer', 'viewer'), { member: viewer.id }))).toBe(
        'forbidden',
      )
      expect(await codeOf(removeMember(house(), admin, { member: viewer.id }))).toBe('done')
      expect(await codeOf(removeMember(house(), admin, { member: viewer.id }))).toBe('not_found')
      expect(await codeOf(resendMemberInvitation(house(), admin, { member: owner.id }))).toBe('forbidden')
      for (const member of [owner.id, 'mem_owner', 'mem_viewer', 'mem_admin'])
        expect(await codeOf(removeMember(house(), admin, { member }))).toBe('forbidden')
    })

    test.each([
      ['accepts', { status: 'active' }],
      ['is made an owner', { role: 'owner' }],
    ])('an admin does not remove somebody who %s in that very moment', async (_what, change) => {
      const { id } = await inviteMember(house(), actorOf('owner', 'owner'), newcomer('viewer'))
      const meanwhile = Object.create(db, {
        $executeRaw: {
          value: async (statement: never) => {
            await db.member.update({ where: { id }, data: change })
            return db.$executeRaw(statement)
          },
        },
      })
      const attempt = removeMember({ ...house(), db: meanwhile }, actorOf('admin', 'admin'), { member: id })
      expect(await codeOf(attempt)).toBe('forbidden')
      expect(await db.member.count({ where: { id } })).toBe(1)
    })

    test('what is not a role, and members of a row that are none of the caller’s, are refused', () => {
      for (const body of [
        { ...newcomer('viewer'), role: 'root' },
        { ...newcomer('viewer'), status: 'active' },
        { ...newcomer('viewer'), passwordHash: 'x' },
        { ...newcomer('viewer'), organizationId: 'org_2' },
        { ...newcomer('viewer'), email: 'nobody' },
      ])
        expect(newMemberSchema.safeParse(body).success).toBe(false)
    })

    test('another organization’s member is not there', async () => {
      await make('abroad', 'owner', 'org_2')
      const abroad = actorOf('abroad', 'owner', 'org_2')
      for (const member of ['mem_owner', 'mem_viewer']) {
        expect(await codeOf(removeMember(house(), abroad, { member }))).toBe('not_found')
        expect(await codeOf(changeMemberRole(house(), abroad, { member, change: { role: 'admin' } }))).toBe(
          'not_found',
        )
      }
      expect((await listMembers(house(), abroad, {})).data.map(({ name }) => name)).toEqual(['abroad'])
    })
  })

  describe('the last owner', () => {
    const demote = (by: string, whom: string) =>
      changeMemberRole(house(), actorOf(by, 'owner'), { member: `mem_${whom}`, change: { role: 'admin' } })
    const remove = (by: string, whom: string) =>
      removeMember(house(), actorOf(by, 'owner'), { member: `mem_${whom}` })

    test('is neither removed nor demoted; one who has only been invited does not count', async () => {
      await make('a', 'owner')
      await inviteMember(house(), actorOf('a', 'owner'), newcomer('owner'))
      expect(await codeOf(demote('a', 'a'))).toBe('conflict')
      expect(await codeOf(remove('a', 'a'))).toBe('conflict')
      await make('b', 'owner')
      expect(await codeOf(demote('a', 'a'))).toBe('done')
      expect(await codeOf(remove('b', 'b'))).toBe('conflict')
    })

    test.each([
      ['demoting', demote],
      ['removing', remove],
    ])('two owners %s each other at once, twenty times over: one stays', async (_what, act) => {
      for (let round = 0; round < 20; round++) {
        await db.member.deleteMany()
        await make('a', 'owner')
        await make('b', 'owner')
        const codes = await Promise.all([codeOf(act('a', 'b')), codeOf(act('b', 'a'))])
        expect(codes.sort()).toEqual(['conflict', 'done'])
        expect(await db.member.count({ where: { role: 'owner' } })).toBe(1)
      }
    })

    test('twenty owners, each ending the next, all at once: one stays', async () => {
      const names = Array.from({ length: 20 }, (_, index) => `o${index}`)
      for (const name of names) await make(name, 'owner')
      await Promise.all(
        names.map((name, index) => {
          const next = names[(index + 1) % names.length]!
          return codeOf(index % 2 === 0 ? demote(name, next) : remove(name, next))
        }),
      )
      expect(await db.member.count({ where: { role: 'owner' } })).toBe(1)
    })
  })

  describe('a session', () => {
    const sessionOf = async (name: string) => {
      const outcome = await signInMember(house(), { ...visit, email: `${name}@acme.example`, password })
      if (outcome.kind !== 'session') throw new Error('a second step was asked for')
      const { sessionId } = outcome.session
      return () => loadMemberSession(house(), { ...visit, sessionId })
    }

    test('ends at once with the member, and has the new role with the next request', async () => {
      await make('owner', 'owner')
      await make('other', 'owner')
      const other = await sessionOf('other')
      expect(await other()).toMatchObject({ role: 'owner' })
      const owner = actorOf('owner', 'owner')
      await changeMemberRole(house(), owner, { member: 'mem_other', change: { role: 'viewer' } })
      const demoted = (await other())!
      expect(demoted).toMatchObject({ role: 'viewer' })
      expect(await codeOf(inviteMember(house(), demoted, newcomer('viewer')))).toBe('forbidden')
      await removeMember(house(), owner, { member: 'mem_other' })
      expect(await other()).toBeNull()
    })
  })

  describe('an invitation', () => {
    const accept = (token: string, more: object = {}) =>
      acceptInvitation(house(), { ...visit, token, name: 'Ada', password: 'a new long password', ...more })
    const owner = actorOf('owner', 'owner')

    beforeEach(async () => {
      await make('owner', 'owner')
    })

    test('makes a member of who holds its link, with the role it was given for, and signs them in', async () => {
      const invited = await inviteMember(house(), owner, newcomer('admin'))
      expect(invited).toMatchObject({ status: 'invited', role: 'admin', hasPassword: false })
      expect(invited.invitationExpiresAt).toBe(secondsAfter(start, invitationSeconds).toISOString())
      expect(await linkOf('new@acme.example')).toMatch(
        /^https:\/\/org_1\.example\/join-portal\?token=[\w-]{43}$/,
      )
      const session = await accept(await tokenOf('new@acme.example'))
      const actor = await loadMemberSession(house(), { ...visit, sessionId: session.sessionId })
      expect(actor).toMatchObject({ id: invited.id, name: 'Ada', role: 'admin' })
      const again = await signInMember(house(), {
        ...visit,
        email: 'new@acme.example',
        password: 'a new long password',
      })
      expect(again.kind).toBe('session')
    })

    test('works once, also when twenty come at once', async () => {
      await inviteMember(house(), owner, newcomer('viewer'))
      const token = await tokenOf('new@acme.example')
      const codes = await Promise.all(Array.from({ length: 20 }, () => codeOf(accept(token))))
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
      expect(codes.filter((code) => code === 'not_found')).toHaveLength(19)
      expect(await findInvitation(house(), { organizationId: 'org_1', token })).toBeNull()
    })

    test('is worth nothing at another organization, after a week, when it was revoked or sent again', async () => {
      const { id } = await inviteMember(house(), owner, newcomer('viewer'))
      const token = await tokenOf('new@acme.example')
      expect(await codeOf(accept(token, { organizationId: 'org_2' }))).toBe('not_found')
      now = secondsAfter(start, 1)
      await resendMemberInvitation(house(), owner, { member: id })
      expect(await codeOf(accept(token))).toBe('not_found')
      const second = await tokenOf('new@acme.example')
      now = secondsAfter(start, 1 + invitationSeconds)
      expect(await codeOf(accept(second))).toBe('not_found')
      const { data } = await listMembers(house(), owner, { query: 'NEW@' })
      expect(data).toMatchObject([{ status: 'invited', invitationExpiresAt: null }])
      await resendMemberInvitation(house(), owner, { member: id })
      const third = await tokenOf('new@acme.example')
      await removeMember(house(), owner, { member: id })
      expect(await codeOf(accept(third))).toBe('not_found')
      expect(await db.member.count()).toBe(1)
    })

    test('lets nobody in before it was accepted, and never a member who is one already', async () => {
      const invited = await inviteMember(house(), owner, newcomer('viewer'))
      const attempt = signInMember(house(), { ...visit, email: 'new@acme.example', password: '' })
      expect(await codeOf(attempt)).toBe('unauthorized')
      expect(await codeOf(inviteMember(house(), owner, newcomer('owner')))).toBe('conflict')
      expect(await codeOf(inviteMember(house(), owner, newcomer('owner', 'owner@acme.example')))).toBe(
        'conflict',
      )
      await accept(await tokenOf('new@acme.example'))
      expect(await codeOf(resendMemberInvitation(house(), owner, { member: invited.id }))).toBe('conflict')
    })

    test('so many an hour and no more', async () => {
      const codes = await Promise.all(
        Array.from({ length: 65 }, (_, index) =>
          codeOf(inviteMember(house(), owner, newcomer('viewer', `n${index}@new.example`))),
        ),
      )
      expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(5)
    })
  })

  describe('a forgotten password', () => {
    const ask = (email: string, address = '192.0.2.1') =>
      requestPasswordReset(house(), { ...visit, email, address })
    const reset = (token: string, organizationId = 'org_1') =>
      resetPassword(house(), { ...visit, organizationId, token, password: 'the next password' })

    beforeEach(async () => {
      await make('owner', 'owner')
    })

    test('known and unknown are answered alike; only the member is written to', async () => {
      expect(await ask('owner@acme.example')).toBe(await ask('nobody@acme.example'))
      expect(await db.mail.findMany()).toMatchObject([{ recipient: 'owner@acme.example' }])
    })

    test('the link sets a new one, once, within half an hour, here; and every session ends', async () => {
      const before = await signInMember(house(), { ...visit, email: 'owner@acme.example', password })
      await ask('owner@acme.example')
      const token = await tokenOf('owner@acme.example')
      expect(await codeOf(reset(token, 'org_2'))).toBe('not_found')
      expect(await findPasswordReset(house(), { organizationId: 'org_1', token })).toEqual({
        email: 'owner@acme.example',
      })
      const codes = await Promise.all(Array.from({ length: 10 }, () => codeOf(reset(token))))
      expect(codes.filter((code) => code === 'done')).toHaveLength(1)
      const { sessionId } = (before as Extract<typeof before, { kind: 'session' }>).session
      expect(await loadMemberSession(house(), { ...visit, sessionId })).toBeNull()
      const after = { ...visit, email: 'owner@acme.example', password: 'the next password' }
      expect((await signInMember(house(), after)).kind).toBe('session')

      await ask('owner@acme.example')
      const late = await tokenOf('owner@acme.example')
      now = secondsAfter(start, 1800)
      expect(await codeOf(reset(late))).toBe('not_found')
    })

    test('using one link makes the others worthless', async () => {
      await ask('owner@acme.example')
      const first = await tokenOf('owner@acme.example')
      now = secondsAfter(start, 1)
      await ask('owner@acme.example')
      await reset(await tokenOf('owner@acme.example'))
      expect(await codeOf(reset(first))).toBe('not_found')
    })

    test('three an account and twenty a network, whether there is such a member or not', async () => {
      for (const name of ['owner', 'nobody']) {
        const codes = await Promise.all(
          Array.from({ length: 6 }, () => codeOf(ask(`${name}@acme.example`, '192.0.2.9'))),
        )
        expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(3)
      }
      const codes = await Promise.all(
        Array.from({ length: 25 }, (_, index) =>
          codeOf(ask(`n${index}@acme.example`, `2001:db8:0:1::${index}`)),
        ),
      )
      expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(5)
    })

    test('somebody who is only invited gets no link', async () => {
      await inviteMember(house(), actorOf('owner', 'owner'), newcomer('viewer'))
      await db.mail.deleteMany()
      await ask('new@acme.example')
      expect(await db.mail.count()).toBe(0)
    })
  })
})
