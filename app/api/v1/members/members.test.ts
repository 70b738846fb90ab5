import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { MemberView } from '#lib/members/member.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'

const path = '/api/v1/members'
const ada = { email: 'Ada@Acme.example', name: 'Ada', role: 'admin' }

describeOnEachServer('the members API', (server) => {
  let client: Client
  beforeAll(() => {
    client = managementClient(server)
  })
  beforeEach(async () => {
    await server.house.db.member.deleteMany()
  })

  const invite = (json: unknown = ada) => client.post(path, { json })
  const invited = async (json: unknown = ada) => (await invite(json)).json<MemberView>()
  const statusOf = async (answer: Promise<{ status: number }>) => (await answer).status
  const patch = (id: string, json: unknown) => client.send('PATCH', `${path}/${id}`, { json })
  const remove = (id: string) => client.send('DELETE', `${path}/${id}`)

  test('201: somebody who has yet to accept, without anything secret', async () => {
    const answer = await invite()
    expect([answer.status, answer.json()]).toEqual([
      201,
      {
        id: expect.stringMatching(/^mem_/),
        email: 'ada@acme.example',
        name: 'Ada',
        role: 'admin',
        status: 'invited',
        invitationExpiresAt: expect.stringMatching(/Z$/),
        hasPassword: false,
        secondFactor: false,
        ssoLinked: false,
        lastSignInAt: null,
        createdAt: expect.stringMatching(/Z$/),
        updatedAt: expect.stringMatching(/Z$/),
      },
    ])
  })

  test('200: listed in pages, found by part of name or address, read, given another role', async () => {
    const { id } = await invited()
    await invited({ ...ada, email: 'bob@acme.example', name: 'Bob' })
    const list = async (query: string) =>
      (await client.get(`${path}?${query}`)).json<{ data: MemberView[]; nextCursor: string | null }>()
    const first = await list('limit=1')
    expect(first.data.map(({ name }) => name)).toEqual(['Ada'])
    const second = await list(`limit=1&cursor=${first.nextCursor}`)
    expect([second.data.map(({ name }) => name), second.nextCursor]).toEqual([['Bob'], null])
    expect((await list('query=BOB%40')).data).toEqual(second.data)
    expect((await client.get(`${path}/${id}`)).json()).toEqual(first.data[0])
    const changed = await patch(id, { role: 'viewer' })
    expect([changed.status, changed.json<MemberView>().role]).toEqual([200, 'viewer'])
  })

  test('204, then 404', async () => {
    const { id } = await invited()
    expect(await statusOf(remove(id))).toBe(204)
    expect(await statusOf(remove(id))).toBe(404)
    expect(await statusOf(client.get(`${path}/${id}`))).toBe(404)
    expect(await statusOf(patch(id, { role: 'viewer' }))).toBe(404)
  })

  test('409 for an address that has a member, however it is written', async () => {
    await invited()
    expect(await statusOf(invite({ ...ada, email: 'ADA@acme.example' }))).toBe(409)
  })

  test('409 for the last owner', async () => {
    const { id } = await invited({ ...ada, role: 'owner' })
    await server.house.db.member.update({ where: { id }, data: { status: 'active' } })
    expect(await statusOf(patch(id, { role: 'admin' }))).toBe(409)
    expect(await statusOf(remove(id))).toBe(409)
  })

  test('401 without a key', async () => {
    expect(await statusOf(createClient(server.port).get(path))).toBe(401)
  })

  describe('400', () => {
    test.each<[unknown, string]>([
      [{}, 'email'],
      [{ ...ada, email: 'nobody' }, 'email'],
      [{ ...ada, name: ' ' }, 'name'],
      [{ ...ada, name: 'x'.repeat(129) }, 'name'],
      [{ ...ada, name: 'a\nb' }, 'name'],
      [{ ...ada, role: 'root' }, 'role'],
      [{ ...ada, status: 'active' }, 'status'],
      [{ ...ada, passwordHash: 'x' }, 'passwordHash'],
      [{ ...ada, organizationId: 'org_2' }, 'organizationId'],
    ])('for %j', async (body, place) => {
      const answer = await invite(body)
      expect(answer.status).toBe(400)
      const paths = answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)
      expect(paths).toContain(place)
    })

    test('for a change of anything but the role', async () => {
      const { id } = await invited()
      for (const body of [{}, { role: 'root' }, { role: 'viewer', name: 'B' }, { status: 'active' }])
        expect(await statusOf(patch(id, body))).toBe(400)
    })
  })
})
