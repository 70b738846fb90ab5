import { beforeAll, describe, expect, test } from 'vitest'
import type { TargetWithSecret } from '#lib/jwt-sso-targets/create-target.ts'
import type { TargetView } from '#lib/jwt-sso-targets/target.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'

const path = '/api/v1/jwt-sso-targets'

describeOnEachServer('/api/v1/jwt-sso-targets', (server) => {
  const management = () => managementClient(server)
  const make = async (more: Record<string, unknown> = {}) => {
    const json = { name: 'Surveys', baseUrl: 'https://app.waggl.com', audience: 'www.waggl.com', ...more }
    const answer = await management().post(path, { json })
    expect(answer.text && answer.status).toBe(201)
    return answer.json<TargetWithSecret>()
  }
  let surveys: TargetWithSecret

  beforeAll(async () => {
    surveys = await make({
      tenant: 'waggle',
      product: 'surveys',
      claims: ['firstName'],
      tags: ['Department'],
    })
  })

  describe('201', () => {
    test('answers the SSO URL and a secret of 86 characters, which is shown this once', async () => {
      expect(surveys).toMatchObject({
        ssoUrl: `${server.url}/api/jwt-sso/${surveys.clientId}`,
        tenant: 'waggle',
        product: 'surveys',
        claims: ['firstName'],
        tags: ['Department'],
        lastUsedAt: null,
        lastFailure: null,
      })
      expect(surveys.id).toMatch(/^tgt_/)
      expect(surveys.secret).toMatch(/^[A-Za-z0-9_-]{86}$/)
      expect(surveys.secret.endsWith(surveys.hint)).toBe(true)
      const shown = await management().get(`${path}/${surveys.id}`)
      expect(shown.status).toBe(200)
      expect(shown.text).not.toContain(surveys.secret)
      const list = await management().get(path)
      expect(list.text).not.toContain(surveys.secret)
    })

    test('takes the secret a product has given out', async () => {
      const secret = 'a secret that the product has made for us, of more than 64 bytes, once'
      const made = await make({ name: 'Given', secret })
      expect(made.secret).toBe(secret)
      expect(made.hint).toBe('once')
    })
  })

  describe('200', () => {
    test('a list is searched and paged', async () => {
      for (const name of ['Paged 1', 'Paged 2', 'Paged 3']) await make({ name, audience: 'paged_100%' })
      const ask = async (query: string) =>
        (await management().get(`${path}?${query}`)).json<{ data: TargetView[]; nextCursor: string | null }>()
      const first = await ask('query=PAGED_100%25&limit=2')
      expect(first.data.map(({ name }) => name)).toEqual(['Paged 3', 'Paged 2'])
      const second = await ask(`query=paged_100%25&limit=2&cursor=${first.nextCursor}`)
      expect(second.data.map(({ name }) => name)).toEqual(['Paged 1'])
      expect(second.nextCursor).toBeNull()
      expect((await ask('query=pagedx100')).data).toEqual([])
    })

    test('a change keeps what was not said; null takes tenant and product away', async () => {
      const { id } = await make({ name: 'Changed', tenant: 'waggle', product: 'surveys', tags: ['Region'] })
      const answer = await management().send('PATCH', `${path}/${id}`, {
        json: { product: null, audience: 'b' },
      })
      expect(answer.status).toBe(200)
      expect(answer.json<TargetView>()).toMatchObject({
        name: 'Changed',
        tenant: 'waggle',
        product: null,
        audience: 'b',
        tags: ['Region'],
      })
    })

    test('a tenant that is renamed is still the one', async () => {
      const { id } = await make({ name: 'Renamed', tenant: 'before' })
      await management().send('PATCH', '/api/v1/tenants/before', { json: { slug: 'after' } })
      expect((await management().get(`${path}/${id}`)).json<TargetView>().tenant).toBe('after')
    })

    test('what is sent back as it was read stays, also where the tenant is gone: no other one comes to be', async () => {
      const { id } = await make({ name: 'Left over', tenant: 'leaves' })
      await management().send('DELETE', '/api/v1/tenants/leaves')
      const shown = (await management().get(`${path}/${id}`)).json<TargetView>()
      expect(shown.tenant).toMatch(/^ten_/)
      const json = { name: 'Left over and renamed', tenant: shown.tenant }
      const answer = await management().send('PATCH', `${path}/${id}`, { json })
      expect(answer.json<TargetView>()).toMatchObject(json)
      expect((await management().get(`/api/v1/tenants/${shown.tenant}`)).status).toBe(404)
    })

    test('rotating answers a new secret and nothing else changes', async () => {
      const made = await make({ name: 'Rotated' })
      const answer = await management().post(`${path}/${made.clientId}/rotate`, { json: {} })
      expect(answer.status).toBe(200)
      const rotated = answer.json<TargetWithSecret>()
      expect(rotated.secret).toMatch(/^[A-Za-z0-9_-]{86}$/)
      expect(rotated.secret).not.toBe(made.secret)
      expect(rotated.ssoUrl).toBe(made.ssoUrl)
      const secret = 'b'.repeat(64)
      const given = await management().post(`${path}/${made.id}/rotate`, { json: { secret } })
      expect(given.json<TargetWithSecret>().secret).toBe(secret)
    })
  })

  describe('refusals', () => {
    test('400 names every member that is wrong', async () => {
      const json = { name: '', baseUrl: 'http://app.example', audience: 'a', secret: 'short', role: 'x' }
      const answer = await management().post(path, { json })
      expect(answer.status).toBe(400)
      const paths = answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)
      expect(paths.toSorted()).toEqual(['baseUrl', 'name', 'role', 'secret'])
    })

    test('400 for a secret of 63 bytes, also when it is rotated', async () => {
      const answer = await management().post(`${path}/${surveys.id}/rotate`, {
        json: { secret: 'a'.repeat(63) },
      })
      expect(answer.status).toBe(400)
      expect(answer.text).toContain('64 bytes')
    })

    test('401 without a key', async () => {
      expect((await createClient(server.port).get(path)).status).toBe(401)
    })

    test('404 for one that is not there, and for one deleted a second time', async () => {
      const { id } = await make({ name: 'Deleted' })
      expect((await management().send('DELETE', `${path}/${id}`)).status).toBe(204)
      expect((await management().send('DELETE', `${path}/${id}`)).status).toBe(404)
      expect((await management().get(`${path}/${id}`)).status).toBe(404)
      expect((await management().send('PATCH', `${path}/${id}`, { json: { name: 'x' } })).status).toBe(404)
      expect((await management().post(`${path}/${id}/rotate`, { json: {} })).status).toBe(404)
    })

    test('409 for a taken name, new or changed', async () => {
      const json = { name: 'Surveys', baseUrl: 'https://b.example', audience: 'b' }
      expect((await management().post(path, { json })).status).toBe(409)
      const { id } = await make({ name: 'Another' })
      const answer = await management().send('PATCH', `${path}/${id}`, { json: { name: 'Surveys' } })
      expect(answer.status).toBe(409)
    })
  })

  test('everything is audited, and no secret is in it', async () => {
    const made = await make({ name: 'Audited', tenant: 'waggle' })
    await management().send('PATCH', `${path}/${made.id}`, { json: { audience: 'changed' } })
    const rotated = await management().post(`${path}/${made.id}/rotate`, { json: {} })
    await management().send('DELETE', `${path}/${made.id}`)
    const log = await management().get('/api/v1/audit-events?query=Audited')
    const actions = log.json<{ data: { action: string }[] }>().data.map(({ action }) => action)
    expect(actions).toEqual([
      'jwt-sso-target.deleted',
      'jwt-sso-target.rotated',
      'jwt-sso-target.updated',
      'jwt-sso-target.created',
    ])
    expect(log.text).not.toContain(made.secret)
    expect(log.text).not.toContain(rotated.json<TargetWithSecret>().secret)
  })
})
