import { expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { secondsAfter } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { parseConfig } from '../config/config.ts'
import { insertOrganization } from '../store/organizations.ts'
import { createOrganizationResolver, ensureDefaultOrganization } from './resolve-organization.ts'

describeOnEachDatabase('organizations by host', (open) => {
  test('the default one is made once, also by several starts at once, and follows PUBLIC_URL', async () => {
    const { prisma: db } = await open()
    const houseAt = (PUBLIC_URL: string) => ({
      db,
      clock: { now: () => new Date('2026-06-01T10:00:00Z') },
      random: systemRandom,
      config: parseConfig({ PUBLIC_URL }),
    })
    const made = await Promise.all(
      Array.from({ length: 5 }, () => ensureDefaultOrganization(houseAt('https://one.acme.example'))),
    )
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
    const moved = await ensureDefaultOrganization(houseAt('https://two.acme.example'))
    expect(moved).toMatchObject({ id: made[0]!.id, host: 'two.acme.example' })
    expect(await db.organization.count()).toBe(1)
  })

  test('the host decides; an unknown one is refused, and asked for again after ten seconds', async () => {
    const { prisma: db } = await open()
    let now = new Date('2026-06-01T10:00:00Z')
    const config = parseConfig({ PUBLIC_URL: 'https://login.acme.example' })
    const resolve = createOrganizationResolver({ db, clock: { now: () => now }, config })
    await insertOrganization(db, { id: 'org_1', name: 'Acme', host: 'login.acme.example' })
    expect(await resolve('login.acme.example')).toEqual({
      id: 'org_1',
      name: 'Acme',
      issuer: 'https://login.acme.example',
      logo: null,
    })
    for (const host of [
      'globex.example',
      '',
      'LOGIN.ACME.EXAMPLE',
      'login.acme.example.',
      'login.acme.example:443',
    ]) {
      await expect(resolve(host), host).rejects.toMatchObject({ code: 'unknown_host' })
    }
    await insertOrganization(db, { id: 'org_2', name: 'Globex', host: 'globex.example' })
    await expect(resolve('globex.example')).rejects.toMatchObject({ code: 'unknown_host' })
    now = secondsAfter(now, 11)
    expect(await resolve('globex.example')).toMatchObject({ id: 'org_2' })
  })

  test('the database is asked once for a host, whether there is one or not', async () => {
    const { prisma: db } = await open()
    let asked = 0
    const counting = new Proxy(db, {
      get: (target, property) => {
        if (property === 'organization' || property === '$queryRaw') asked++
        return Reflect.get(target, property)
      },
    })
    const clock = { now: () => new Date('2026-06-01T10:00:00Z') }
    const resolve = createOrganizationResolver({ db: counting, clock, config: parseConfig({}) })
    for (let index = 0; index < 50; index++) await resolve('made-up.example').catch(() => {})
    expect(asked).toBe(1)
  })
})
