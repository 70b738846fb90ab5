import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { createSealer, mintDataKey } from '../sealing/sealer.ts'
import type { Db } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { createKeyRing } from './key-ring.ts'

describeOnEachDatabase('the key ring', (open) => {
  let db: Db
  const sealer = createSealer([mintDataKey('dek_1', 'root', systemRandom).dataKey], systemRandom)
  const ring = () => createKeyRing({ db, sealer, clock: systemClock, random: systemRandom })

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
  })

  test('several instances that start at once agree on one key', async () => {
    const pairs = await Promise.all([ring(), ring(), ring()].map((one) => one.load('org_1', 'saml')))
    expect(new Set(pairs.map(([first]) => first!.id)).size).toBe(1)
    expect(new Set(pairs.map(([first]) => first!.certificate)).size).toBe(1)
    expect(await db.signingKey.count({ where: { organizationId: 'org_1', purpose: 'saml' } })).toBe(1)
  })

  test('each organization and each purpose has its own', async () => {
    const one = ring()
    const ids = await Promise.all([
      one.load('org_1', 'saml'),
      one.load('org_2', 'saml'),
      one.load('org_1', 'id-token'),
      one.load('org_1', 'test-idp', 'ten_1'),
    ])
    const keys = ids.map(([first]) => first!.publicKey.export({ type: 'spki', format: 'pem' }))
    expect(new Set(keys).size).toBe(4)
  })

  test('private keys rest sealed, bound to their organization', async () => {
    const rows = await db.signingKey.findMany()
    expect(rows.length).toBeGreaterThan(0)
    for (const row of rows) {
      expect(row.privateKeySealed).toMatch(/^v1\./)
      expect(JSON.stringify(row)).not.toContain('PRIVATE KEY')
      const owner = { organizationId: row.organizationId, field: 'signing-key', recordId: row.id }
      expect(sealer.open(row.privateKeySealed, owner)).toContain('BEGIN PRIVATE KEY')
      expect(() => sealer.open(row.privateKeySealed, { ...owner, organizationId: 'org_9' })).toThrow()
    }
  })

  test('the JWK set has the public half of every ID token key, retired ones included, and nothing else', async () => {
    const [current] = await ring().load('org_2', 'id-token')
    const row = (await db.signingKey.findFirst({ where: { id: current!.id } }))!
    await db.signingKey.update({ where: { id: row.id }, data: { state: 'retired' } })
    const other = (await ring().load('org_1', 'id-token'))[0]!
    const otherRow = (await db.signingKey.findFirst({ where: { id: other.id } }))!
    const pem = other.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
    const owner = { organizationId: 'org_2', field: 'signing-key', recordId: 'sig_second' }
    await db.signingKey.create({
      data: {
        ...otherRow,
        id: 'sig_second',
        organizationId: 'org_2',
        privateKeySealed: sealer.seal(pem, owner),
      },
    })
    const { keys } = await ring().loadJwks('org_2')
    expect(keys.map(({ kid }) => kid)).toEqual(['sig_second', row.id])
    for (const key of keys) expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  })
})
