import { verify } from '@node-rs/argon2'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../base/actor.ts'
import { type Clock, secondsAfter } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import { systemRandom } from '../base/ids.ts'
import type { Db } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { insertTenant } from '../store/tenants.ts'
import { createUser } from './create-user.ts'
import { signInUser } from './sign-in-user.ts'
import { updateUser } from './update-user.ts'
import { newUserSchema } from './user-input.ts'

// How long a sign-in takes is told by how often a password is verified, which is counted, not timed.
vi.mock('@node-rs/argon2', async (importOriginal) => {
  const argon2 = await importOriginal<typeof import('@node-rs/argon2')>()
  return { ...argon2, verify: vi.fn(argon2.verify) }
})

const password = 'a password of a user'

describeOnEachDatabase('the sign-in of a user', (open) => {
  let db: Db
  let now = new Date('2026-06-01T10:00:00Z')
  const clock: Clock = { now: () => now }
  const house = () => ({ db, clock, random: systemRandom })
  const admin = (organizationId: string): Actor => ({
    type: 'apiKey',
    id: 'key_1',
    name: 'Key',
    role: 'admin',
    organizationId,
    address: '',
    requestId: '',
  })

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    for (const slug of ['acme', 'globex', 'initech', 'closed', 'enforced'])
      await insertTenant(db, { id: `ten_${slug}`, organizationId: 'org_1', slug, name: slug.toUpperCase() })
    await insertTenant(db, { id: 'ten_abroad', organizationId: 'org_2', slug: 'abroad', name: 'Abroad' })
    await db.tenant.update({ where: { id: 'ten_closed' }, data: { passwordSignIn: false } })
    await db.tenant.update({ where: { id: 'ten_enforced' }, data: { enforceSso: true } })
  })

  const make = (
    tenant: string,
    email: string,
    more: Record<string, unknown> = {},
    organizationId = 'org_1',
  ) => createUser(house(), admin(organizationId), newUserSchema.parse({ tenant, email, password, ...more }))
  let addresses = 0
  type More = { tenantId?: string | null; organizationId?: string; address?: string }
  const signIn = (email: string, given = password, more: More = {}) =>
    signInUser(house(), {
      organizationId: 'org_1',
      tenantId: null,
      email,
      password: given,
      address: `192.0.2.${addresses++ % 250}`,
      requestId: 'r',
      ...more,
    })
  /** Who came in, among which tenants to choose, or the code of the refusal. */
  const outcome = (attempt: ReturnType<typeof signIn>) =>
    attempt.then(
      (answer) => {
        if (answer.waiting) return `${answer.waiting.userId} waits`
        return answer.ambiguous ? answer.ambiguous.map(({ slug }) => slug) : answer.user.id
      },
      (thrown) => (isVestibuleError(thrown) ? thrown.code : String(thrown)),
    )
  const nextWindow = () => {
    now = secondsAfter(now, 3600)
  }

  describe('who fits', () => {
    test('comes in, by any spelling of the address, with the tenant and without; it is written down', async () => {
      const user = await make('acme', 'Right@Acme.example', { firstName: 'R', attributes: { locale: 'fr' } })
      const answer = await signIn(' RIGHT@acme.example ', password, { tenantId: 'ten_acme' })
      expect(answer).toEqual({
        user: expect.objectContaining({
          id: user.id,
          email: 'Right@Acme.example',
          tenantId: 'ten_acme',
          status: 'active',
          attributes: { locale: 'fr' },
          lastSignInAt: now,
        }),
        tenant: { tenantId: 'ten_acme', slug: 'acme', name: 'ACME' },
      })
      expect(JSON.stringify(answer)).not.toMatch(/argon2|[hH]ash/)
      expect(await outcome(signIn('r\u0131ght@acme.example'))).toBe('unauthorized')
      expect(await outcome(signIn('\uff52ight@acme.example'))).toBe(user.id)
      const row = await db.user.findUniqueOrThrow({ where: { id: user.id } })
      expect(row.lastSignInAt).toEqual(now)
      const events = await db.auditEvent.findMany({ where: { action: 'user.signed-in', actorId: user.id } })
      expect(events).toHaveLength(2)
      expect(events[0]).toMatchObject({
        actorType: 'user',
        targetId: user.id,
        tenant: 'acme',
        result: 'success',
        requestId: 'r',
      })
    })

    test('a password in another Unicode form is the same password', async () => {
      const user = await make('acme', 'unicode@acme.example', { password: 'p\u00e4ssw\u00f6rter' })
      expect(await outcome(signIn('unicode@acme.example', 'pa\u0308sswo\u0308rter'))).toBe(user.id)
    })
  })

  describe('several tenants with one address', () => {
    test('the password decides; where it fits in two, the person has to say', async () => {
      const email = 'shared@mail.example'
      const acme = await make('acme', email)
      const globex = await make('globex', email, { password: 'another password' })
      expect(await outcome(signIn(email))).toBe(acme.id)
      expect(await outcome(signIn(email, 'another password'))).toBe(globex.id)
      await make('initech', email)
      expect(await outcome(signIn(email))).toEqual(['acme', 'initech'])
      expect(await outcome(signIn(email, password, { tenantId: 'ten_acme' }))).toBe(acme.id)
      expect(await outcome(signIn(email, password, { tenantId: 'ten_globex' }))).toBe('unauthorized')
      expect(await outcome(signIn(email, 'another password'))).toBe(globex.id)
    })

    test('whoever has one of the accounts cannot try the others for ever', async () => {
      const email = 'pair@mail.example'
      await make('acme', email)
      const own = await make('globex', email, { password: 'known to the attacker' })
      const inOwn = { tenantId: 'ten_globex' }
      const codes: unknown[] = []
      for (let round = 0; round < 12; round++) {
        codes.push(await outcome(signIn(email, `guess ${round}`, { tenantId: 'ten_acme' })))
        codes.push(await outcome(signIn(email, 'known to the attacker', inOwn)))
      }
      expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10)
      expect(codes.filter((code) => code === own.id)).toHaveLength(9)
    })
  })

  describe('who does not', () => {
    beforeAll(async () => {
      await make('acme', 'victim@acme.example')
      await make('acme', 'disabled@acme.example', { status: 'disabled' })
      await make('acme', 'without@acme.example', { password: null })
      const invited = await make('acme', 'invited@acme.example')
      await db.user.update({ where: { id: invited.id }, data: { status: 'invited' } })
      const pending = await make('acme', 'pending@acme.example')
      await db.user.update({ where: { id: pending.id }, data: { status: 'pending' } })
      await make('closed', 'victim@closed.example')
      await make('enforced', 'victim@enforced.example')
      await make('abroad', 'victim@abroad.example', {}, 'org_2')
    })

    const refused: [string, string, string, More][] = [
      ['a wrong password', 'victim@acme.example', 'wrong', {}],
      ['an empty password', 'victim@acme.example', '', {}],
      ['the hash of nothing', 'without@acme.example', '', {}],
      ['the password of the decoy', 'nobody@acme.example', 'no account has this password', {}],
      ['an unknown address', 'nobody@acme.example', password, {}],
      ['no address', '', password, {}],
      ['a NUL and half a character', '\u0000\ud800', password, {}],
      ['somebody disabled', 'disabled@acme.example', password, {}],
      ['somebody invited', 'invited@acme.example', password, {}],
      ['somebody pending', 'pending@acme.example', password, {}],
      ['somebody without a password', 'without@acme.example', password, {}],
      ['a tenant without password sign-in', 'victim@closed.example', password, {}],
      ['that tenant by its id', 'victim@closed.example', password, { tenantId: 'ten_closed' }],
      ['a tenant that enforces SSO', 'victim@enforced.example', password, {}],
      ['that tenant by its id', 'victim@enforced.example', password, { tenantId: 'ten_enforced' }],
      ['a tenant that is not theirs', 'victim@acme.example', password, { tenantId: 'ten_globex' }],
      ['another organization', 'victim@acme.example', password, { organizationId: 'org_2' }],
      ['the tenant of another organization', 'victim@abroad.example', password, { tenantId: 'ten_abroad' }],
    ]

    test.each(refused)(
      '%s: refused in the same words, after the same work',
      async (_, email, given, more) => {
        nextWindow()
        vi.mocked(verify).mockClear()
        const refusal = await signIn(email, given, more).catch((thrown) => thrown)
        expect([refusal.code, refusal.message, refusal.fields]).toEqual([
          'unauthorized',
          'This e-mail address and password do not belong together.',
          undefined,
        ])
        expect(verify).toHaveBeenCalledTimes(more.tenantId ? 1 : 5)
      },
    )

    test('the same work for who comes in', async () => {
      nextWindow()
      for (const [tenantId, verifications] of [
        ['ten_acme', 1],
        [null, 5],
      ] as const) {
        vi.mocked(verify).mockClear()
        expect(await outcome(signIn('victim@acme.example', password, { tenantId }))).toMatch(/^usr_/)
        expect(verify).toHaveBeenCalledTimes(verifications)
      }
    })

    test('who is disabled or given another password while the password is looked at', async () => {
      nextWindow()
      for (const change of [{ status: 'disabled' as const }, { password: 'changed meanwhile' }]) {
        const user = await make('acme', `meanwhile-${Object.keys(change)}@acme.example`)
        vi.mocked(verify).mockImplementationOnce(async () => {
          await updateUser(house(), admin('org_1'), { user: user.id, change })
          return true
        })
        expect(await outcome(signIn(user.email, password, { tenantId: 'ten_acme' }))).toBe('unauthorized')
      }
    })
  })

  describe('limits', () => {
    test('ten tries an account, also when all come at once, known or not, with the tenant or without', async () => {
      nextWindow()
      await make('acme', 'target@acme.example')
      for (const name of ['target', 'nobody']) {
        const codes = await Promise.all(
          Array.from({ length: 30 }, (_, index) =>
            outcome(
              signIn(`${name}@acme.example`, `guess ${index}`, { tenantId: index % 2 ? 'ten_acme' : null }),
            ),
          ),
        )
        expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10)
        expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(20)
      }
      const refusal = await signIn('target@acme.example').catch((thrown) => thrown)
      expect(refusal.code).toBe('rate_limited')
      expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
      expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(600)
      now = secondsAfter(now, 601)
      expect(await outcome(signIn('target@acme.example'))).toMatch(/^usr_/)
    })

    test('spellings that find the same account count as one', async () => {
      nextWindow()
      const spellings = [
        'target@acme.example',
        ' TARGET@acme.example',
        'tar\u0000get@acme.example',
        '\uff54arget@acme.example',
      ]
      const codes: unknown[] = []
      for (let index = 0; index < 12; index++)
        codes.push(await outcome(signIn(spellings[index % 4]!, 'wrong')))
      expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10)
    })

    test('a sign-in that worked forgets the failures before it', async () => {
      nextWindow()
      for (let round = 0; round < 3; round++) {
        for (let index = 0; index < 9; index++) await outcome(signIn('target@acme.example', 'wrong'))
        expect(await outcome(signIn('target@acme.example'))).toMatch(/^usr_/)
      }
    })

    test('a hundred failures a minute from one address; who comes in is not counted', async () => {
      nextWindow()
      const address = '198.51.100.7'
      const one = { tenantId: 'ten_acme', address }
      for (let index = 0; index < 20; index++)
        expect(await outcome(signIn('target@acme.example', password, one))).toMatch(/^usr_/)
      const codes = await Promise.all(
        Array.from({ length: 110 }, (_, index) => outcome(signIn(`p${index}@acme.example`, 'x', one))),
      )
      expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(10)
      expect(await outcome(signIn('target@acme.example', password, one))).toBe('rate_limited')
      expect(await outcome(signIn('target@acme.example'))).toMatch(/^usr_/)
    })

    test('what is audited is bounded, and holds no password', async () => {
      nextWindow()
      await Promise.all(
        Array.from({ length: 40 }, () => outcome(signIn('loud@acme.example', 'canary-guess'))),
      )
      const events = await db.auditEvent.findMany({ where: { targetName: 'loud@acme.example' } })
      expect(events).toHaveLength(11)
      expect(events.filter(({ reason }) => reason === 'too many tries')).toHaveLength(1)
      expect(JSON.stringify(await db.auditEvent.findMany())).not.toMatch(
        /canary-guess|a password of a user|argon2/,
      )
    })
  })
})
