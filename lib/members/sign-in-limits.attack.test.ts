import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Clock } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import { systemRandom } from '../base/ids.ts'
import { hashPassword } from '../passwords/password.ts'
import { createSealer } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { signInMember } from './sign-in-member.ts'

describeOnEachDatabase('the limits of sign-in against somebody who looks for a way around them', (open) => {
  let db: Db
  let now = new Date('2026-06-01T10:00:00Z')
  const clock: Clock = { now: () => now }
  const sealer = createSealer([{ id: 'dek_1', key: systemRandom.bytes(32) }], systemRandom)
  const password = 'a password of the owner'

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: 'org_1', name: 'One', host: 'one.example' })
    const passwordHash = await hashPassword(password)
    const member = { id: 'mem_1', organizationId: 'org_1', email: 'desk@acme.example', name: 'Desk' }
    await insertMember(db, { ...member, role: 'owner', passwordHash })
  })

  const attempt = (email: string, address: string, given = 'wrong') =>
    signInMember(
      { db, clock, random: systemRandom, sealer },
      { organizationId: 'org_1', email, password: given, address, userAgent: '', requestId: '' },
    ).then(
      () => 'signed in',
      (thrown) => (isVestibuleError(thrown) ? thrown.code : String(thrown)),
    )
  const attempts = (count: number, one: (index: number) => Promise<string>) =>
    Promise.all(Array.from({ length: count }, (_, index) => one(index)))

  test('addresses of one IPv6 network are one; one that has used up its tries cannot lock an account any more', async () => {
    const codes = await attempts(105, (index) => attempt(`a${index}@acme.example`, `2001:db8:0:1::${index}`))
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(5)
    await attempts(20, (index) => attempt('desk@acme.example', `2001:db8:0:1:${index}::1`))
    expect(await attempt('desk@acme.example', '2001:db8:0:2::1', password)).toBe('signed in')
  })

  test('spellings that find the same account count as one', async () => {
    now = new Date(now.getTime() + 3_600_000)
    const spellings = [
      'desk@acme.example',
      ' DESK@ACME.EXAMPLE ',
      'des\u212a@acme.example',
      'desk\u0000@acme.example',
    ]
    const codes = await attempts(40, (index) => attempt(spellings[index % 4]!, `198.51.100.${index}`))
    expect(codes.filter((code) => code === 'unauthorized')).toHaveLength(10)
  })

  test('a refusal is audited once, however often it is repeated', async () => {
    now = new Date(now.getTime() + 3_600_000)
    await attempts(30, (index) => attempt('loud@acme.example', `203.0.113.${index}`))
    const events = await db.auditEvent.findMany({ where: { targetName: 'loud@acme.example' } })
    expect(events.filter(({ reason }) => reason === 'too many tries')).toHaveLength(1)
    expect(events).toHaveLength(11)
  })
})
