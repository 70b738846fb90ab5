import { Secret, TOTP } from 'otpauth'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { createSoftwareAuthenticator } from '#lib/testing/software-authenticator.ts'
import { secondsAfter } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { createSealer } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { insertTenant } from '../store/tenants.ts'
import { insertUser } from '../store/users.ts'
import { beginTotp, finishTotp, reshowTotp } from './enrol-totp.ts'
import { regenerateRecoveryCodes } from './recovery-codes.ts'
import { beginPasskeyRegistration, finishPasskeyRegistration } from './register-passkey.ts'
import {
  type FactorOwner,
  listFactors,
  removeAllFactors,
  removeAuthenticator,
  renameAuthenticator,
} from './second-factor.ts'
import { verifyCode } from './verify-code.ts'
import { beginPasskeyVerification, finishPasskeyVerification } from './verify-passkey.ts'

const start = new Date('2026-06-01T10:00:00Z')
const site = { id: 'org_1', name: 'Acme: Front', issuer: 'https://login.acme.example' }
const abroad = { id: 'org_2', name: 'Abroad', issuer: 'https://login.abroad.example' }
const ada: FactorOwner = { organizationId: 'org_1', userId: 'usr_ada' }
const bob: FactorOwner = { organizationId: 'org_1', userId: 'usr_bob' }
const member: FactorOwner = { organizationId: 'org_1', memberId: 'mem_1' }
const stranger: FactorOwner = { organizationId: 'org_2', userId: 'usr_stranger' }

describeOnEachDatabase('second factors', (open) => {
  let db: Db
  let now = start
  const clock = { now: () => now }
  const sealer = createSealer([{ id: 'dek_1', key: systemRandom.bytes(32) }], systemRandom)
  const house = () => ({ db, clock, random: systemRandom, sealer })
  const address = '192.0.2.7'

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) {
      await insertOrganization(db, { id, name: id, host: `${id}.example` })
      await insertTenant(db, { id: `ten_${id}`, organizationId: id, slug: 'acme', name: 'Acme' })
    }
    for (const owner of [ada, bob, stranger])
      await insertUser(db, {
        id: owner.userId!,
        organizationId: owner.organizationId,
        tenantId: `ten_${owner.organizationId}`,
        email: `${owner.userId}@acme.example`,
        emailKey: `${owner.userId}@acme.example`,
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
      })
    const organizationId = 'org_1'
    await insertMember(db, {
      id: 'mem_1',
      organizationId,
      email: 'owner@acme.example',
      name: 'Owner',
      role: 'owner',
      passwordHash: 'x',
    })
  })

  beforeEach(async () => {
    now = start
    for (const owner of [ada, bob, member, stranger]) await removeAllFactors({ db }, owner)
    await db.rateLimit.deleteMany()
  })

  const codeOf = (secret: string, at = now) =>
    TOTP.generate({ secret: Secret.fromBase32(secret), timestamp: at.getTime() })
  const enrol = async (owner: FactorOwner) => {
    const begun = await beginTotp(house(), site, owner, { account: 'ada@acme.example' })
    await finishTotp(house(), owner, { id: begun.id, code: codeOf(begun.secret), address })
    now = secondsAfter(now, 60)
    return begun
  }
  const verify = (owner: FactorOwner, code: string, from = address) =>
    verifyCode(house(), owner, { code, address: from })

  describe('codes of an app', () => {
    test('are what any app makes of the address that is shown', async () => {
      const { uri, qr, secret } = await beginTotp(house(), site, ada, { account: 'ada@acme.example' })
      expect(uri).toMatch(
        /^otpauth:\/\/totp\/Acme%20%20Front:ada%40acme\.example\?issuer=Acme%20%20Front&secret=/,
      )
      expect(uri).toContain('&algorithm=SHA1&digits=6&period=30')
      expect(new URL(uri).searchParams.get('secret')).toBe(secret)
      expect(secret).toMatch(/^[A-Z2-7]{32}$/)
      expect(qr).toMatch(/^<svg[\s\S]*<\/svg>$/)
    })

    test('count only once the first one has come', async () => {
      const begun = await beginTotp(house(), site, ada, { account: 'ada' })
      expect((await listFactors(house(), ada)).authenticators).toEqual([])
      await expect(verify(ada, codeOf(begun.secret))).rejects.toMatchObject({ code: 'unauthorized' })
      const wrong = finishTotp(house(), ada, { id: begun.id, code: '000000', address })
      await expect(wrong).rejects.toMatchObject({ code: 'validation_failed' })
      expect(await reshowTotp(house(), site, ada, { id: begun.id, account: 'ada' })).toEqual({
        ...begun,
      })
      await finishTotp(house(), ada, { id: begun.id, code: codeOf(begun.secret), address })
      const { authenticators } = await listFactors(house(), ada)
      expect(authenticators).toMatchObject([{ id: begun.id, kind: 'totp', name: 'Authenticator app' }])
    })

    test('a secret that was shown waits a quarter of an hour, for its owner alone', async () => {
      const begun = await beginTotp(house(), site, ada, { account: 'ada' })
      const finish = (owner: FactorOwner) =>
        finishTotp(house(), owner, { id: begun.id, code: codeOf(begun.secret), address })
      await expect(finish(bob)).rejects.toMatchObject({ code: 'not_found' })
      await expect(finish(stranger)).rejects.toMatchObject({ code: 'not_found' })
      now = secondsAfter(start, 15 * 60)
      await expect(finish(ada)).rejects.toMatchObject({ code: 'not_found' })
    })

    test('the code that confirmed the app opens nothing any more', async () => {
      const begun = await beginTotp(house(), site, ada, { account: 'ada' })
      const code = codeOf(begun.secret)
      await finishTotp(house(), ada, { id: begun.id, code, address })
      await expect(verify(ada, code)).rejects.toMatchObject({ code: 'unauthorized' })
    })

    test.each([
      [-2, false],
      [-1, true],
      [0, true],
      [1, true],
      [2, false],
    ])('of a clock that is %i steps off: %s', async (steps, fits) => {
      const { secret } = await enrol(ada)
      now = secondsAfter(now, 300)
      const tried = verify(ada, codeOf(secret, secondsAfter(now, steps * 30)))
      if (fits) await expect(tried).resolves.toMatchObject({ kind: 'totp' })
      else await expect(tried).rejects.toMatchObject({ code: 'unauthorized' })
    })

    test('work once, of nine sent at the same moment', async () => {
      const { secret } = await enrol(ada)
      const code = codeOf(secret)
      const tried = await Promise.allSettled(Array.from({ length: 9 }, () => verify(ada, code)))
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await expect(verify(ada, code)).rejects.toMatchObject({ code: 'unauthorized' })
    })

    test('an earlier one is no good after a later one', async () => {
      const { secret } = await enrol(ada)
      await verify(ada, codeOf(secret, secondsAfter(now, 30)))
      await expect(verify(ada, codeOf(secret))).rejects.toMatchObject({ code: 'unauthorized' })
    })

    test('are one person’s', async () => {
      const { secret } = await enrol(ada)
      await enrol(bob)
      await expect(verify(bob, codeOf(secret))).rejects.toMatchObject({ code: 'unauthorized' })
      await expect(verify(member, codeOf(secret))).rejects.toMatchObject({ code: 'unauthorized' })
    })

    test('rest sealed, and open in no other row', async () => {
      const { id, secret } = await enrol(ada)
      const row = await db.authenticator.findUniqueOrThrow({ where: { id } })
      expect(JSON.stringify({ ...row, counter: 0 })).not.toContain(secret)
      await db.authenticator.update({ where: { id }, data: { id: 'atn_moved' } })
      await expect(verify(ada, codeOf(secret))).rejects.toThrow(/./)
    })
  })

  describe('guessing', () => {
    test('ends after ten tries, from however many addresses, and however many at once', async () => {
      const { secret } = await enrol(ada)
      const tried = await Promise.allSettled(
        Array.from({ length: 30 }, (_, index) => verify(ada, '000000', `192.0.2.${index}`)),
      )
      const codes = tried.map((one) => one.status === 'rejected' && (one.reason as { code: string }).code)
      expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10)
      expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(20)
      await expect(verify(ada, codeOf(secret))).rejects.toMatchObject({ code: 'rate_limited' })
      now = secondsAfter(now, 601)
      await expect(verify(ada, codeOf(secret))).resolves.toMatchObject({ kind: 'totp' })
    })

    test('patiently ends after sixty tries a day', async () => {
      await enrol(ada)
      let read = 0
      for (let round = 0; round < 8; round++) {
        for (let n = 0; n < 10; n++)
          await verify(ada, '000000').catch(({ code }) => {
            if (code === 'unauthorized') read++
          })
        now = secondsAfter(now, 601)
      }
      expect(read).toBe(60)
    })

    test('one person’s code does not forgive the guesses at another’s', async () => {
      const { secret } = await enrol(bob)
      now = secondsAfter(start, 120)
      await enrol(ada)
      for (let n = 0; n < 10; n++) await verify(ada, '000000').catch(() => {})
      await verify(bob, codeOf(secret))
      await expect(verify(ada, '000000')).rejects.toMatchObject({ code: 'rate_limited' })
    })
  })

  describe('recovery codes', () => {
    test('are ten, shown once, kept as hashes, each good once', async () => {
      const codes = await regenerateRecoveryCodes(house(), ada)
      expect(new Set(codes).size).toBe(10)
      for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/)
      expect(JSON.stringify(await db.recoveryCode.findMany())).not.toContain(codes[0]!.replaceAll('-', ''))
      expect(await verify(ada, ` ${codes[0]!.toUpperCase().replaceAll('-', ' ')} `)).toEqual({
        kind: 'recovery',
        left: 9,
      })
      const again = await Promise.allSettled(Array.from({ length: 5 }, () => verify(ada, codes[1]!)))
      expect(again.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      await expect(verify(ada, codes[0]!)).rejects.toMatchObject({ code: 'unauthorized' })
      expect((await listFactors(house(), ada)).recoveryCodesLeft).toBe(8)
    })

    test.each([
      ['a user', ada],
      ['a member', member],
    ])('of several sets made for %s at the same moment one is good', async (_whose, owner) => {
      await regenerateRecoveryCodes(house(), owner)
      const sets = await Promise.all(Array.from({ length: 9 }, () => regenerateRecoveryCodes(house(), owner)))
      expect((await listFactors(house(), owner)).recoveryCodesLeft).toBe(10)
      const tried = await Promise.allSettled(sets.map(([first]) => verify(owner, first!)))
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const good = sets[tried.findIndex(({ status }) => status === 'fulfilled')]!
      for (const code of good.slice(1)) await expect(verify(owner, code)).resolves.toBeTruthy()
    })

    test('are one person’s, and gone when new ones are made or the last authenticator goes', async () => {
      const { id } = await enrol(ada)
      const [first] = await regenerateRecoveryCodes(house(), ada)
      await expect(verify(bob, first!)).rejects.toMatchObject({ code: 'unauthorized' })
      const [next] = await regenerateRecoveryCodes(house(), ada)
      await expect(verify(ada, first!)).rejects.toMatchObject({ code: 'unauthorized' })
      await removeAuthenticator(house(), ada, id)
      await expect(verify(ada, next!)).rejects.toMatchObject({ code: 'unauthorized' })
    })
  })

  describe('passkeys', () => {
    const bearer = 'browser-1'
    const device = () => createSoftwareAuthenticator(site.issuer)
    const register = async (owner: FactorOwner, made = device(), at = site) => {
      const account = { account: 'ada@acme.example', displayName: 'Ada', bearer }
      const options = await beginPasskeyRegistration(house(), at, owner, account)
      await finishPasskeyRegistration(house(), at, owner, {
        answer: made.create(options),
        name: 'Laptop',
        bearer,
      })
      return made
    }
    const ask = (owner: FactorOwner, from = bearer) =>
      beginPasskeyVerification(house(), site, { owner }, from)
    const answer = (owner: FactorOwner, sent: string, from = bearer) =>
      finishPasskeyVerification(house(), site, { owner }, { answer: sent, bearer: from })
    const refused = { code: 'unauthorized' }

    test('are made for our host, kept in the device, with the person verified', async () => {
      const account = { account: 'ada@acme.example', displayName: 'Ada', bearer }
      const first = await register(ada)
      const options = await beginPasskeyRegistration(house(), site, ada, account)
      expect(options).toMatchObject({
        rp: { id: 'login.acme.example', name: site.name },
        user: { id: Buffer.from('usr_ada').toString('base64url'), name: 'ada@acme.example' },
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        excludeCredentials: [{ id: first.credentialId() }],
      })
    })

    test('sign in as their owner, and say how the key is kept', async () => {
      const made = await register(ada)
      const verified = await answer(ada, made.get(await ask(ada)))
      expect(verified).toMatchObject({ owner: ada, method: 'hwk' })
      const synced = await register(bob, createSoftwareAuthenticator(site.issuer, { synced: true }))
      const discovered = { door: 'user' } as const
      const options = await beginPasskeyVerification(house(), site, discovered, bearer)
      expect(options.allowCredentials).toEqual([])
      const found = await finishPasskeyVerification(house(), site, discovered, {
        answer: synced.get(options),
        bearer,
      })
      expect(found).toMatchObject({ owner: bob, method: 'swk' })
      expect(await answer(bob, synced.get(await ask(bob)))).toMatchObject({ owner: bob })
    })

    test.each([
      ['another origin', { origin: 'https://login.acme.example.evil.example' }],
      ['another port', { origin: 'https://login.acme.example:8443' }],
      ['another host of the same key', { rpId: 'evil.example' }],
      ['a person nobody verified', { userVerified: false }],
      ['a challenge of their own', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['another ceremony', { type: 'webauthn.create' }],
      ['the handle of somebody else', { userHandle: Buffer.from('usr_bob').toString('base64url') }],
    ])('a signature over %s is refused', async (_name, bent) => {
      const made = await register(ada)
      await expect(answer(ada, made.get(await ask(ada), bent))).rejects.toMatchObject(refused)
      await expect(answer(ada, made.get(await ask(ada)))).resolves.toMatchObject({ owner: ada })
    })

    test.each([
      ['another origin', { origin: 'https://evil.example' }],
      ['another host', { rpId: 'evil.example' }],
      ['a person nobody verified', { userVerified: false }],
      ['a challenge of their own', { challenge: Buffer.alloc(32).toString('base64url') }],
      ['another ceremony', { type: 'webauthn.get' }],
    ])('none is made over %s', async (_name, bent) => {
      const account = { account: 'ada', displayName: 'Ada', bearer }
      const options = await beginPasskeyRegistration(house(), site, ada, account)
      const made = device().create(options, bent)
      await expect(
        finishPasskeyRegistration(house(), site, ada, { answer: made, name: 'Laptop', bearer }),
      ).rejects.toMatchObject({ code: 'validation_failed' })
      expect((await listFactors(house(), ada)).authenticators).toEqual([])
    })

    test('a challenge is answered once, also by nine at the same moment', async () => {
      const made = await register(ada)
      const options = await ask(ada)
      const sent = Array.from({ length: 9 }, () => made.get(options))
      const tried = await Promise.allSettled(sent.map((one) => answer(ada, one)))
      expect(tried.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    })

    test('a challenge is one browser’s, one person’s, of one ceremony and of five minutes', async () => {
      const made = await register(ada)
      await expect(answer(ada, made.get(await ask(ada)), 'browser-2')).rejects.toMatchObject(refused)
      await expect(answer(ada, made.get(await ask(bob)))).rejects.toMatchObject(refused)
      const open = await beginPasskeyVerification(house(), site, { door: 'user' }, bearer)
      await expect(answer(ada, made.get(open))).rejects.toMatchObject(refused)
      const account = { account: 'ada', displayName: 'Ada', bearer }
      const { challenge } = await beginPasskeyRegistration(house(), site, ada, account)
      await expect(answer(ada, made.get({ ...(await ask(ada)), challenge }))).rejects.toMatchObject(refused)
      const late = await ask(ada)
      now = secondsAfter(now, 300)
      await expect(answer(ada, made.get(late))).rejects.toMatchObject(refused)
    })

    test('one of somebody else is none, whoever asks for it', async () => {
      const ofBob = await register(bob)
      await register(ada)
      await expect(answer(ada, ofBob.get(await ask(ada)))).rejects.toMatchObject(refused)
      const ofMember = await register(member)
      const discovered = { door: 'user' } as const
      const options = await beginPasskeyVerification(house(), site, discovered, bearer)
      await expect(
        finishPasskeyVerification(house(), site, discovered, { answer: ofMember.get(options), bearer }),
      ).rejects.toMatchObject(refused)
    })

    test('one of another organization is none', async () => {
      const made = createSoftwareAuthenticator(abroad.issuer)
      await register(stranger, made, abroad)
      const discovered = { door: 'user' } as const
      const options = await beginPasskeyVerification(house(), site, discovered, bearer)
      const bent = { origin: site.issuer, rpId: 'login.acme.example' }
      await expect(
        finishPasskeyVerification(house(), site, discovered, { answer: made.get(options, bent), bearer }),
      ).rejects.toMatchObject(refused)
    })

    test('a counter that did not grow is a copy, and refused', async () => {
      const made = await register(ada)
      await answer(ada, made.get(await ask(ada), { counter: 9 }))
      for (const counter of [9, 8, 0])
        await expect(answer(ada, made.get(await ask(ada), { counter }))).rejects.toMatchObject(refused)
      await expect(answer(ada, made.get(await ask(ada), { counter: 10 }))).resolves.toMatchObject({
        owner: ada,
      })
    })

    test('are known once in an organization', async () => {
      const made = await register(ada)
      const account = { account: 'bob', displayName: 'Bob', bearer }
      const options = await beginPasskeyRegistration(house(), site, bob, account)
      const sent = made.create(options, { again: true })
      await expect(
        finishPasskeyRegistration(house(), site, bob, { answer: sent, name: 'Laptop', bearer }),
      ).rejects.toMatchObject({ code: 'conflict' })
      expect((await listFactors(house(), bob)).authenticators).toEqual([])
    })

    test('what is no answer at all is refused in the same words', async () => {
      for (const sent of ['', '{}', 'null', '[]', '{"id":"x"}', '"', made404])
        await expect(answer(ada, sent)).rejects.toMatchObject(refused)
    })
  })

  test('one is renamed and removed by its owner alone', async () => {
    const { id } = await enrol(ada)
    for (const owner of [bob, member, stranger]) {
      await expect(renameAuthenticator(house(), owner, { id, name: 'Mine' })).rejects.toMatchObject({
        code: 'not_found',
      })
      await expect(removeAuthenticator(house(), owner, id)).rejects.toMatchObject({ code: 'not_found' })
    }
    await renameAuthenticator(house(), ada, { id, name: '  My\n phone ' })
    expect((await listFactors(house(), ada)).authenticators).toMatchObject([{ name: 'My phone' }])
    for (const name of ['', ' \n', 'x'.repeat(101)])
      await expect(renameAuthenticator(house(), ada, { id, name })).rejects.toMatchObject({
        code: 'validation_failed',
      })
    await removeAuthenticator(house(), ada, id)
    await expect(removeAuthenticator(house(), ada, id)).rejects.toMatchObject({ code: 'not_found' })
  })
})

/** The shape of an answer, of nothing. */
const made404 = JSON.stringify({
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key',
  response: { clientDataJSON: 'e30', authenticatorData: 'AAAA', signature: 'AAAA' },
})
