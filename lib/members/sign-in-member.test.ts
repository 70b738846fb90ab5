import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { type Clock, secondsAfter } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import { systemRandom } from '../base/ids.ts'
import { hashPassword } from '../passwords/password.ts'
import { createSealer } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { loadMemberSession } from './member-session.ts'
import { revokeMemberSession } from './revoke-member-session.ts'
import { signInMember } from './sign-in-member.ts'

const password = 'a password of the owner'

describeOnEachDatabase('the sign-in of a member', (open) => {
  let db: Db
  let now = new Date('2026-06-01T10:00:00Z')
  const clock: Clock = { now: () => now }
  const sealer = createSealer([{ id: 'dek_1', key: systemRandom.bytes(32) }], systemRandom)
  const house = () => ({ db, clock, random: systemRandom, sealer })

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    const passwordHash = await hashPassword(password)
    for (const name of ['owner', 'target', 'guarded']) {
      const email = `${name}@acme.example`
      await insertMember(db, {
        id: `mem_${name}`,
        organizationId: 'org_1',
        email,
        name,
        role: 'owner',
        passwordHash,
      })
    }
  })

  let requests = 0
  const signIn = async (
    email: string,
    given: string,
    more: { organizationId?: string; address?: string } = {},
  ) => {
    const outcome = await signInMember(house(), {
      organizationId: 'org_1',
      email,
      password: given,
      address: `192.0.2.${requests++ % 200}`,
      userAgent: 'test',
      requestId: 'r',
      ...more,
    })
    if (outcome.kind !== 'session') throw new Error('a second step was asked for')
    return outcome.session
  }
  const codeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'signed in',
      (thrown) => (isVestibuleError(thrown) ? thrown.code : String(thrown)),
    )

  test('the right password opens a session; upper case in the address does not matter', async () => {
    const session = await signIn(' Owner@ACME.example ', password)
    const input = { sessionId: session.sessionId, organizationId: 'org_1', address: 'a', requestId: 'r' }
    expect(await loadMemberSession(house(), input)).toMatchObject({ id: 'mem_owner', role: 'owner' })
    expect(await loadMemberSession(house(), { ...input, organizationId: 'org_2' })).toBeNull()
    expect(await loadMemberSession(house(), { ...input, sessionId: 'ses_x' })).toBeNull()
  })

  test('wrong password, unknown account and another organization are told alike', async () => {
    const texts = await Promise.all(
      [
        signIn('owner@acme.example', 'wrong'),
        signIn('nobody@acme.example', password),
        signIn('owner@acme.example', password, { organizationId: 'org_2' }),
        signIn('', ''),
      ].map((attempt) => attempt.catch((thrown) => `${thrown.code}: ${thrown.message}`)),
    )
    expect(new Set(texts).size).toBe(1)
    expect(texts[0]).toMatch(/^unauthorized: /)
  })

  test('ten tries an account, also when all come at once: the right password is not even looked at after them', async () => {
    const tries = Array.from({ length: 30 }, (_, index) =>
      codeOf(signIn('target@acme.example', `guess ${index}`)),
    )
    const codes = await Promise.all(tries)
    expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(20)
    expect(await codeOf(signIn('target@acme.example', password))).toBe('rate_limited')
    // Others are not held up.
    expect(await codeOf(signIn('owner@acme.example', password))).toBe('signed in')
    now = secondsAfter(now, 601)
    expect(await codeOf(signIn('target@acme.example', password))).toBe('signed in')
  })

  test('a sign-in that worked forgets the failures before it', async () => {
    for (let round = 0; round < 3; round++) {
      for (let attempt = 0; attempt < 9; attempt++) await codeOf(signIn('guarded@acme.example', 'wrong'))
      expect(await codeOf(signIn('guarded@acme.example', password))).toBe('signed in')
    }
  })

  test('a hundred tries a minute from one address, over all accounts', async () => {
    const tries = Array.from({ length: 110 }, (_, index) =>
      codeOf(signIn(`person-${index}@acme.example`, 'x', { address: '198.51.100.7' })),
    )
    const codes = await Promise.all(tries)
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(10)
  })

  test('a refusal says when to come back', async () => {
    for (let attempt = 0; attempt < 10; attempt++) await codeOf(signIn('later@acme.example', 'x'))
    const refusal = await signIn('later@acme.example', 'x').catch((thrown) => thrown)
    expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(600)
  })

  test('a session ends after two idle hours, after twelve in all, and when it is revoked', async () => {
    const { sessionId } = await signIn('owner@acme.example', password)
    const input = { sessionId, organizationId: 'org_1', address: 'a', requestId: 'r' }
    for (let hour = 0; hour < 11; hour++) {
      now = secondsAfter(now, 3600)
      expect(await loadMemberSession(house(), input), `after ${hour + 1} h`).not.toBeNull()
    }
    now = secondsAfter(now, 3601)
    expect(await loadMemberSession(house(), input)).toBeNull()

    const idle = { ...input, sessionId: (await signIn('owner@acme.example', password)).sessionId }
    now = secondsAfter(now, 2 * 3600 + 61)
    expect(await loadMemberSession(house(), idle)).toBeNull()

    const revoked = { ...input, sessionId: (await signIn('owner@acme.example', password)).sessionId }
    const actor = (await loadMemberSession(house(), revoked))!
    await revokeMemberSession(house(), actor, { id: revoked.sessionId })
    expect(await loadMemberSession(house(), revoked)).toBeNull()
  })

  test('tries are audited, without the password', async () => {
    const events = await db.auditEvent.findMany({ where: { action: 'member.signed-in' } })
    expect(new Set(events.map(({ result }) => result))).toEqual(new Set(['success', 'failure']))
    expect(JSON.stringify(events)).not.toContain(password)
  })
})
