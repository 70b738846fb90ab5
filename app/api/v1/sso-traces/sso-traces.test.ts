import { beforeAll, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'

type Trace = { id: string; cause: string; tenant: string }

describeOnEachServer('traces in the Polis dialect', (server) => {
  let client: Client
  const refused =
    '/api/oauth/authorize?response_type=code&tenant=nobody.example&product=traced&redirect_uri=https://a.example'

  beforeAll(async () => {
    client = managementClient(server)
    for (let i = 0; i < 3; i++) await createClient(server.port).get(refused)
  })

  test('by product: an array, newest first, in pages by offset', async () => {
    const all = (await client.get('/api/v1/sso-traces/product?product=traced')).json<{ data: Trace[] }>().data
    expect(all).toHaveLength(3)
    expect(all[0]).toMatchObject({ tenant: 'nobody.example', cause: 'client_unknown' })
    const page = await client.get('/api/v1/sso-traces/product?product=traced&pageOffset=1&pageLimit=1')
    expect(page.json<{ data: Trace[] }>().data).toEqual([all[1]])
  })

  test('the count of a product, and 400 without one', async () => {
    expect((await client.get('/api/v1/sso-traces/product/count?product=traced')).json()).toEqual({ count: 3 })
    expect((await client.get('/api/v1/sso-traces/product/count')).status).toBe(400)
  })

  test('one by id; deleted it is 404 with the text of the dialect', async () => {
    const { data } = (await client.get('/api/v1/sso-traces/product?product=traced')).json<{ data: Trace[] }>()
    const path = `/api/v1/sso-traces?id=${data[2]!.id}`
    expect((await client.get(path)).json<{ data: Trace }>().data).toMatchObject({ id: data[2]!.id })
    expect((await client.send('DELETE', path)).status).toBe(204)
    expect((await client.send('DELETE', path)).status).toBe(204)
    const gone = await client.get(path)
    expect(gone.status).toBe(404)
    expect(gone.json()).toMatchObject({ error: { message: `Trace with id ${data[2]!.id} not found` } })
  })
})
