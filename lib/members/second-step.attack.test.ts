import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { createSoftwareAuthenticator } from '#lib/testing/software-authenticator.ts'
import { secondsAfter } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import { systemRandom } from '../base/ids.ts'
import { hashPassword } from '../passwords/password.ts'
import { createSealer } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { changePassword } from './change-password.ts'
import {
  beginOwnPasskey,
  beginOwnTotp,
  finishOwnPasskey,
  finishOwnTotp,
  listOwnFactors,
  removeFactorsOfMember,
  removeOwnFactor,
  renewRecoveryCodes,
} from './own-factors.ts'
import {
  beginSecondStepPasskey,
  findSecondStep,
  finishSecondStep,
  finishSecondStepPasskey,
  secondStepSeconds,
} from './second-step.ts'
import { signInMember } from './sign-in-member.ts'

const start = new Date('2026-06-01T10:00:00Z')
const password = 'a password of a member'
const site = { id: 'org_1', name: 'One', issuer: 'https://org_1.example' }

describeOnEachDatabase('the second step of a member', (open) => {
  let db: Db
  let now = start
  const clock = { now: () => now }
  const sealer = createSealer([{ id: 'dek_1', key: systemRandom.bytes(32) }], systemRandom)
  const house = () => ({ db, clock, random: systemRandom, sealer })
  const visit = { organizationId: 'org_1', address: '192.0.2.1', userAgent: 'test', requestId: 'r' }
  const ada = {
    ...visit,
    type: 'member' as const,
    id: 'mem_ada',
    name: 'Ada',
    email: 'ada@acme.example',
    role: 'viewer' as const,
    sessionId: 'ses_ada',
  }

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
  })

  beforeEach(async () => {
    now = start
    await db.member.deleteMany()
    await db.accountToken.deleteMany()
    await db.rateLimit.deleteMany()
    await db.mail.deleteMany()
    const passwordHash = await hashPassword(password)
    for (const name of ['ada', 'bob'])
      await insertMember(db, {
        id: `mem_${name}`,
        organizationId: 'org_1',
        email: `${name}@acme.example`,
        name,
        role: 'viewer',
        passwordHash,
      })
  })

  const codeAt = (secret: string) =>
    TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: now.getTime() })
  const enrol = async (actor = ada) => {
    const { id, secret } = await beginOwnTotp(house(), site, actor, { password })
    const { recoveryCodes } = await finishOwnTotp(house(), actor, { id, code: codeAt(secret) })
    now = secondsAfter(now, 60)
    return { secret, recoveryCodes: recoveryCodes! }
  }
  const begin = async (email = 'ada@acme.example') => {
    const outcome = await signInMember(house(), { ...visit, email, password })
    if (outcome.kind !== 'second-step') throw new Error('no second step was asked for')
    return outcome.token
  }
  const finish = (token: string, code: string, more: object = {}) =>
    finishSecondStep(house(), { ...visit, token, code, ...more })
  const resultOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => 'done',
      (thrown) => (isVestibuleError(thrown) ? thrown.code : String(thrown)),
    )
  const sessions = () => db.memberSession.count()

  test('there is no session before it, and one after it', async () => {
    const { secret } = await enrol()
    const token = await begin()
    expect(await sessions()).toBe(0)
    expect(await findSecondStep(house(), { organizationId: 'org_1', token })).toEqual({
      email: 'ada@acme.example',
      hasApp: true,
      hasPasskey: false,
    })
    expect(await resultOf(finish(token, codeAt(secret)))).toBe('done')
    expect(await sessions()).toBe(1)
    const event = await db.auditEvent.findFirstOrThrow({
      where: { action: 'member.signed-in', result: 'success' },
      orderBy: { id: 'desc' },
    })
    expect(event.after).toEqual({ by: 'password and app' })
  })

  test('what is no token of a second step opens nothing, whatever code comes with it', async () => {
    const { secret } = await enrol()
    const token = await begin()
    for (const [other, more] of [
      ['', {}],
      ['x'.repeat(43), {}],
      [token, { organizationId: 'org_2' }],
    ] as const)
      expect(await resultOf(finish(other, codeAt(secret), more))).toBe('unauthorized')
    now = secondsAfter(now, secondStepSeconds)
    expect(await resultOf(finish(token, codeAt(secret)))).toBe('unauthorized')
    expect(await sessions()).toBe(0)
  })

  test('one code opens one session, also when twenty come at once; the token is used up with it', async () => {
    const { secret, recoveryCodes } = await enrol()
    const token = await begin()
    const code = codeAt(secret)
    const results = await Promise.all(Array.from({ length: 20 }, () => resultOf(finish(token, code))))
    expect(results.filter((result) => result === 'done')).toHaveLength(1)
    expect(await resultOf(finish(token, recoveryCodes[0]!))).toBe('unauthorized')
    expect(await sessions()).toBe(1)
  })

  test('a recovery code stands in, once', async () => {
    const { recoveryCodes } = await enrol()
    expect(recoveryCodes).toHaveLength(10)
    expect(await resultOf(finish(await begin(), recoveryCodes[0]!))).toBe('done')
    expect(await resultOf(finish(await begin(), recoveryCodes[0]!))).toBe('unauthorized')
    expect((await listOwnFactors(house(), ada)).recoveryCodesLeft).toBe(9)
  })

  test('guesses are limited per member, in however many second steps, from wherever', async () => {
    const { secret } = await enrol()
    const tokens = await Promise.all(Array.from({ length: 4 }, () => begin()))
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        resultOf(finish(tokens[index % 4]!, `00000${index % 10}`, { address: `198.51.100.${index}` })),
      ),
    )
    expect(results.filter((result) => result === 'unauthorized')).toHaveLength(10)
    expect(await resultOf(finish(tokens[0]!, codeAt(secret)))).toBe('rate_limited')
  })

  test('another member’s code or passkey does not fit', async () => {
    await enrol()
    const bob = { ...ada, id: 'mem_bob', name: 'Bob', email: 'bob@acme.example' }
    const { secret } = await enrol(bob)
    const authenticator = createSoftwareAuthenticator(site.issuer)
    await finishOwnPasskey(house(), site, bob, {
      name: 'Key',
      answer: authenticator.create(await beginOwnPasskey(house(), site, bob, { password })),
    })
    const token = await begin()
    expect(await resultOf(finish(token, codeAt(secret)))).toBe('unauthorized')
    const answer = authenticator.get(await beginSecondStepPasskey(house(), site, { token }))
    expect(await resultOf(finishSecondStepPasskey(house(), site, { ...visit, token, answer }))).toBe(
      'unauthorized',
    )
    expect(await sessions()).toBe(0)
  })

  test('a passkey opens the session it was asked for, and no other second step', async () => {
    const authenticator = createSoftwareAuthenticator(site.issuer)
    await finishOwnPasskey(house(), site, ada, {
      name: 'Key',
      answer: authenticator.create(await beginOwnPasskey(house(), site, ada, { password })),
    })
    const [token, other] = [await begin(), await begin()]
    const answer = authenticator.get(await beginSecondStepPasskey(house(), site, { token }))
    const give = (given: string) => finishSecondStepPasskey(house(), site, { ...visit, token: given, answer })
    expect(await resultOf(give(other))).toBe('unauthorized')
    const again = authenticator.get(await beginSecondStepPasskey(house(), site, { token }))
    const results = await Promise.all(
      Array.from({ length: 10 }, () =>
        resultOf(finishSecondStepPasskey(house(), site, { ...visit, token, answer: again })),
      ),
    )
    expect(results.filter((result) => result === 'done')).toHaveLength(1)
  })

  describe('where members must sign in through the company since', () => {
    const demand = (requirePortalSso: boolean) =>
      db.organization.update({ where: { id: 'org_1' }, data: { requirePortalSso } })
    beforeEach(async () => {
      await db.member.update({ where: { id: 'mem_ada' }, data: { role: 'owner' } })
    })
    afterEach(() => demand(false))

    test('what was begun before opens nothing', async () => {
      const { secret } = await enrol()
      const token = await begin()
      await demand(true)
      expect(await resultOf(finish(token, codeAt(secret)))).toBe('forbidden')
      expect(await sessions()).toBe(0)
    })

    test('an owner in an emergency gives both, and all owners are told; one who is owner no more stays out', async () => {
      const { secret } = await enrol()
      await demand(true)
      const knock = async () => {
        const given = { ...visit, email: ada.email, password, breakGlass: true }
        const outcome = await signInMember(house(), given)
        if (outcome.kind !== 'second-step') throw new Error('no second step was asked for')
        return outcome.token
      }
      const first = await knock()
      await db.mail.deleteMany()
      expect(await resultOf(finish(first, codeAt(secret)))).toBe('done')
      expect(await db.mail.findMany()).toMatchObject([{ recipient: ada.email }])
      const action = 'member.signed-in-by-break-glass'
      expect(await db.auditEvent.count({ where: { action, result: 'success' } })).toBe(1)
      const second = await knock()
      await db.member.update({ where: { id: 'mem_ada' }, data: { role: 'admin' } })
      now = secondsAfter(now, 60)
      expect(await resultOf(finish(second, codeAt(secret)))).toBe('forbidden')
    })
  })

  test('a new password ends what waits for a second step, and every other session', async () => {
    const { secret } = await enrol()
    const token = await begin()
    const change = (current: string) =>
      changePassword(house(), ada, { current, next: 'the next long password' })
    expect(await resultOf(change('a guess'))).toBe('validation_failed')
    expect(await resultOf(finish(await begin(), codeAt(secret)))).toBe('done')
    expect(await resultOf(change(password))).toBe('done')
    expect(await db.memberSession.count({ where: { revokedAt: null } })).toBe(0)
    now = secondsAfter(now, 60)
    expect(await resultOf(finish(token, codeAt(secret)))).toBe('unauthorized')
    expect(await resultOf(begin())).toBe('unauthorized')
  })

  test('one who was removed meanwhile gets no session', async () => {
    const { secret } = await enrol()
    const token = await begin()
    await db.member.delete({ where: { id: 'mem_ada' } })
    expect(await resultOf(finish(token, codeAt(secret)))).toBe('unauthorized')
  })

  describe('what a stolen session cannot do', () => {
    test('adding and removing a factor and making new codes take the password; and the member is written to', async () => {
      for (const given of ['', 'a guess'])
        for (const add of [beginOwnTotp, beginOwnPasskey])
          expect(await resultOf(add(house(), site, ada, { password: given }))).toBe('validation_failed')
      expect(await db.authenticator.count()).toBe(0)
      await enrol()
      const [factor] = (await listOwnFactors(house(), ada)).authenticators
      const remove = (given: string) => removeOwnFactor(house(), ada, { id: factor!.id, password: given })
      expect(await resultOf(remove('a guess'))).toBe('validation_failed')
      expect(await resultOf(renewRecoveryCodes(house(), ada, { password: '' }))).toBe('validation_failed')
      await db.mail.deleteMany()
      expect(await resultOf(remove(password))).toBe('done')
      expect(await db.mail.findMany()).toMatchObject([{ recipient: 'ada@acme.example' }])
      expect(await listOwnFactors(house(), ada)).toEqual({ authenticators: [], recoveryCodesLeft: 0 })
    })

    test('the password is guessed ten times in ten minutes; the right one does not count', async () => {
      const begun = (given: string) => resultOf(beginOwnTotp(house(), site, ada, { password: given }))
      for (let time = 0; time < 11; time++) expect(await begun(password)).toBe('done')
      const results = await Promise.all(Array.from({ length: 15 }, () => begun('a guess')))
      expect(results.filter((result) => result === 'rate_limited')).toHaveLength(5)
      expect(await begun(password)).toBe('rate_limited')
      now = secondsAfter(now, 600)
      expect(await begun(password)).toBe('done')
    })

    test('who has no password is not asked for one', async () => {
      await db.member.update({ where: { id: 'mem_ada' }, data: { passwordHash: null } })
      expect(await resultOf(beginOwnTotp(house(), site, ada, { password: '' }))).toBe('done')
    })

    test('only an owner removes those of others, of their own organization; their own take the password', async () => {
      await enrol()
      const by = (role: 'owner' | 'admin', organizationId = 'org_1', id = 'mem_bob') =>
        resultOf(removeFactorsOfMember(house(), { ...ada, id, role, organizationId }, { member: 'mem_ada' }))
      expect(await by('admin')).toBe('forbidden')
      expect(await by('owner', 'org_2')).toBe('not_found')
      expect(await by('owner', 'org_1', 'mem_ada')).toBe('conflict')
      expect(await by('owner')).toBe('done')
      expect(await signInMember(house(), { ...visit, email: ada.email, password })).toMatchObject({
        kind: 'session',
      })
    })
  })
})
