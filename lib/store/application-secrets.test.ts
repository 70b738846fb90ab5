import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { secondsAfter } from '../base/clock.ts'
import {
  deleteApplicationRecord,
  deleteApplicationSecretRecord,
  findApplicationByAnyId,
  findApplicationWithSecrets,
  insertApplication,
  insertApplicationSecret,
  listApplicationSecretRecords,
  type NewApplicationSecret,
  touchApplicationSecret,
  updateApplicationRecord,
} from './applications.ts'
import type { Db } from './db.ts'
import { insertOrganization } from './organizations.ts'
import { ensureProduct } from './products.ts'

const now = new Date('2026-06-01T10:00:00.000Z')
const many = <T>(run: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: 20 }, (_, index) => run(index)))

const secretOf = (applicationId: string, name: string): NewApplicationSecret => ({
  id: `cls_${applicationId}_${name}`,
  applicationId,
  secretHash: `hash of ${name}`,
  hint: name.slice(-4),
  createdAt: now,
})

describeOnEachDatabase('secrets of applications', (open) => {
  let db: Db
  let count = 0
  const sent: string[] = []

  beforeAll(async () => {
    db = (await open({ poolSize: 10, onStatement: (statement) => sent.push(statement) })).prisma
    await insertOrganization(db, { id: 'org_1', name: 'One', host: 'one.example' })
    await ensureProduct(db, { id: 'prd_1', organizationId: 'org_1', slug: 'crm' })
  })

  /** An application with so many secrets. */
  async function make(secrets: number): Promise<string> {
    const id = `app_${++count}`
    const application = {
      id,
      organizationId: 'org_1',
      productId: 'prd_1',
      clientId: `vc_${count}`,
      name: 'CRM',
      type: 'confidential' as const,
      redirectUrls: ['https://crm.example/cb', `it's "quoted", {braced}\\`],
      postLogoutRedirectUrls: [],
      backchannelLogoutUrl: null,
      backchannelLogoutSessionRequired: false,
      initiateLoginUrl: null,
      requirePkce: true,
      tokenEndpointAuthMethod: 'client_secret_basic' as const,
      jwks: { keys: [{ kty: 'EC' }] },
      jwksUrl: null,
      accessTokenFormat: 'opaque' as const,
      requireDpop: false,
      requirePar: false,
      createdAt: now,
    }
    await insertApplication(db, application, secrets > 0 ? secretOf(id, 'first') : undefined)
    if (secrets > 1) await insertApplicationSecret(db, secretOf(id, 'second'))
    return id
  }

  const idsOf = async (id: string) => (await listApplicationSecretRecords(db, id)).map((one) => one.id)

  test('an application is stored with its first secret by one statement, lists and keys as they were', async () => {
    const id = await make(1)
    expect(await findApplicationByAnyId(db, 'org_1', id)).toMatchObject({
      product: 'crm',
      redirectUrls: ['https://crm.example/cb', `it's "quoted", {braced}\\`],
      postLogoutRedirectUrls: [],
      jwks: { keys: [{ kty: 'EC' }] },
      createdAt: now,
      updatedAt: now,
      lastUsedAt: null,
    })
    expect(await findApplicationWithSecrets(db, 'org_1', `vc_${count}`)).toMatchObject({
      secrets: [{ id: `cls_${id}_first`, hash: 'hash of first' }],
    })
  })

  describe('never more than two, under twenty at a time', () => {
    test.each([
      [0, 2],
      [1, 1],
      [2, 0],
    ])('with %i already there is room for %i', async (before, stored) => {
      const id = await make(before)
      const outcomes = await many((index) => insertApplicationSecret(db, secretOf(id, `new ${index}`)))
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(stored)
      expect(outcomes.filter((outcome) => outcome === 'full')).toHaveLength(20 - stored)
      expect(await idsOf(id)).toHaveLength(2)
    })

    test('while its settings change: nothing is lost', async () => {
      const id = await make(0)
      const outcomes = await many<string | boolean>((index) =>
        index % 2 === 0
          ? insertApplicationSecret(db, secretOf(id, `new ${index}`))
          : updateApplicationRecord(db, 'org_1', id, { name: `Name ${index}` }),
      )
      expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(2)
      expect(outcomes.filter((outcome) => outcome === true)).toHaveLength(10)
      expect(await idsOf(id)).toHaveLength(2)
    })

    test('none for an application that is gone', async () => {
      const id = await make(1)
      await deleteApplicationRecord(db, 'org_1', id)
      expect(await insertApplicationSecret(db, secretOf(id, 'late'))).toBe('gone')
      expect(await idsOf(id)).toEqual([])
    })
  })

  describe('never less than one where one is needed', () => {
    test.each(Array.from({ length: 10 }, (_, round) => round))(
      'both deleted at once: one stays (round %i)',
      async () => {
        const id = await make(2)
        const both = await idsOf(id)
        const outcomes = await Promise.all(
          [...both, ...both].map((secret) =>
            deleteApplicationSecretRecord(db, id, secret, { keepLast: true }),
          ),
        )
        expect(outcomes.filter((outcome) => outcome === 'deleted')).toHaveLength(1)
        expect(await idsOf(id)).toHaveLength(1)
      },
    )

    test('the last one is kept, or goes where none is needed', async () => {
      const id = await make(1)
      const [only] = await idsOf(id)
      expect(await deleteApplicationSecretRecord(db, id, only!, { keepLast: true })).toBe('last')
      expect(await idsOf(id)).toEqual([only])
      expect(await deleteApplicationSecretRecord(db, id, only!, { keepLast: false })).toBe('deleted')
      expect(await deleteApplicationSecretRecord(db, id, only!, { keepLast: false })).toBe('gone')
    })

    test('a secret of another application is none of this one', async () => {
      const [one, other] = [await make(2), await make(2)]
      const [secret] = await idsOf(other)
      expect(await deleteApplicationSecretRecord(db, one, secret!, { keepLast: true })).toBe('gone')
      expect(await idsOf(other)).toHaveLength(2)
    })
  })

  test('last use is written at most once a minute, and never goes back', async () => {
    const id = await make(1)
    const secret = `cls_${id}_first`
    const lastUse = async () => (await listApplicationSecretRecords(db, id))[0]!.lastUsedAt
    const steps: [number, number][] = [
      [0, 0],
      [1, 0],
      [59.999, 0],
      [60, 60],
      [119, 60],
      [30, 60],
      [600, 600],
    ]
    for (const [at, expected] of steps) {
      await touchApplicationSecret(db, { id: secret, lastUsedAt: null }, secondsAfter(now, at))
      expect(await lastUse()).toEqual(secondsAfter(now, expected))
    }
    expect((await findApplicationByAnyId(db, 'org_1', id))!.lastUsedAt).toEqual(secondsAfter(now, 600))
    const [read] = (await findApplicationWithSecrets(db, 'org_1', `vc_${count}`))!.secrets
    const sentUntil = async (at: number) => {
      sent.length = 0
      await touchApplicationSecret(db, read!, secondsAfter(now, at))
      return sent.length
    }
    expect([await sentUntil(659), await sentUntil(660)]).toEqual([0, 1])
    expect(await lastUse()).toEqual(secondsAfter(now, 660))
  })
})
