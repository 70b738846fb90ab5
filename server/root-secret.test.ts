import { expect, test } from 'vitest'
import { systemRandom } from '#lib/base/ids.ts'
import { parseConfig } from '#lib/config/config.ts'
import { listWrappedDataKeys } from '#lib/store/sealing-keys.ts'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { prepareFirstStart } from './first-start.ts'
import { composeHouse } from './house.ts'
import { createLog } from './log.ts'

const log = createLog({ logLevel: 'silent' })
const secretOf = (name: string) => `${name} root secret, long enough to be taken`

describeOnEachDatabase('the root secret', (open) => {
  const configure = (secret: string, previous = '') =>
    parseConfig({ VESTIBULE_SECRET: secret, VESTIBULE_SECRET_PREVIOUS: previous, DEMO: '0' })

  test('is changed by naming the earlier one once; then the earlier one opens nothing any more', async () => {
    const database = await open()
    const first = await composeHouse(configure(secretOf('first')), log, { database })
    await prepareFirstStart(first)
    const owner = { organizationId: 'org_1', field: 'x', recordId: 'r' }
    const sealed = first.sealer.seal('kept', owner)
    const before = await listWrappedDataKeys(first.db)

    await expect(composeHouse(configure(secretOf('second')), log, { database })).rejects.toThrow(
      /VESTIBULE_SECRET does not open this database/,
    )
    expect(await listWrappedDataKeys(first.db)).toEqual(before)

    const changed = await composeHouse(configure(secretOf('second'), secretOf('first')), log, { database })
    expect(changed.sealer.open(sealed, owner)).toBe('kept')
    expect(await listWrappedDataKeys(first.db)).not.toEqual(before)

    const alone = await composeHouse(configure(secretOf('second')), log, { database })
    expect(alone.sealer.open(sealed, owner)).toBe('kept')
    await expect(composeHouse(configure(secretOf('first')), log, { database })).rejects.toThrow(
      /VESTIBULE_SECRET/,
    )
  })

  test('several instances that start at once on an empty database use one data key', async () => {
    const database = await open()
    const houses = await Promise.all(
      [1, 2, 3].map(() => composeHouse(configure(secretOf('shared')), log, { database })),
    )
    expect(await listWrappedDataKeys(database.prisma)).toHaveLength(1)
    const owner = { organizationId: 'org_1', field: 'x', recordId: systemRandom.bytes(4).toString('hex') }
    for (const writer of houses) {
      for (const reader of houses) expect(reader.sealer.open(writer.sealer.seal('s', owner), owner)).toBe('s')
    }
  })

  test('several instances that start at once make one organization and one owner', async () => {
    const database = await open()
    const houses = await Promise.all(
      [1, 2, 3].map(() => composeHouse(configure(secretOf('shared')), log, { database })),
    )
    const started = await Promise.all(houses.map((house) => prepareFirstStart(house)))
    expect(await database.prisma.organization.count()).toBe(1)
    expect(await database.prisma.member.count()).toBe(1)
    expect(started.filter(({ account }) => account?.generatedPassword)).toHaveLength(1)
  })
})
