import { expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'

describeOnEachServer('an address the API does not have', (server) => {
  test.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    '%s: 404 as JSON, 401 without a key',
    async (method) => {
      for (const path of ['/api/v1/nothing', '/api/v1/sso/nothing/more', '/api/v1/tenants/a/nothing']) {
        const answer = await managementClient(server).send(method, path)
        expect(answer.status, path).toBe(404)
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
        expect(answer.json()).toMatchObject({ error: { message: 'There is nothing at this address.' } })
        expect((await createClient(server.port).send(method, path)).status).toBe(401)
      }
    },
  )

  test('below /api/oauth: an OAuth error', async () => {
    const answer = await createClient(server.port).get('/api/oauth/nothing')
    expect(answer.status).toBe(404)
    expect(answer.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('a slash at the end is left to the pages, which lead to the address without it', async () => {
    // There are no pages here; their 404 has no body.
    expect(await managementClient(server).get('/api/v1/connections/')).toMatchObject({
      status: 404,
      text: '',
    })
  })
})
