import { expect, test } from 'vitest'
import { parseConfig } from '#lib/config/config.ts'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { prepareFirstStart } from './first-start.ts'
import { composeHouse } from './house.ts'
import { createLog } from './log.ts'

describeOnEachDatabase('the first start, with the demo, of several instances at once', (open) => {
  test('all of them start; there is one tenant, one connection, and one of each key', async () => {
    const database = await open()
    const config = parseConfig({ VESTIBULE_SECRET: 'a root secret long enough to be taken', DEMO: '1' })
    const log = createLog({ logLevel: 'silent' })
    const houses = await Promise.all([1, 2, 3].map(() => composeHouse(config, log, { database })))
    await Promise.all(houses.map((house) => prepareFirstStart(house)))
    expect(await database.prisma.tenant.count()).toBe(1)
    expect(await database.prisma.connection.count()).toBe(1)
    const purposes = (await database.prisma.signingKey.findMany()).map(({ purpose }) => purpose)
    expect(purposes.sort()).toEqual([...new Set(purposes)])
    await prepareFirstStart(houses[0]!)
    expect(await database.prisma.connection.count()).toBe(1)
  })
})
