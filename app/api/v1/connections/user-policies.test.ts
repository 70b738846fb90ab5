import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { makeConnection } from '#server/testing/sign-in.ts'

const defaults = {
  matchingFields: ['Username', 'Email'],
  fieldsToUpdateWhenNull: [],
  fieldsToUpdateWhenDifferent: ['FirstName', 'LastName'],
}
const chosen = {
  matchingFields: ['SsoUsername', 'Email'],
  fieldsToUpdateWhenNull: ['Username'],
  fieldsToUpdateWhenDifferent: ['LastName'],
}
const inTheOtherSpelling = {
  MatchingFields: chosen.matchingFields,
  FieldsToUpdatesWhenNull: chosen.fieldsToUpdateWhenNull,
  FieldsToUpdatesWhenDifferent: chosen.fieldsToUpdateWhenDifferent,
}

describeOnEachServer('user policies of a connection', (server) => {
  let client: Client
  let clientID: string
  const pathOf = (id: string) => `/api/v1/connections/${id}/user-policies`

  beforeAll(async () => {
    client = managementClient(server)
    clientID = (await makeConnection(server, 'policies')).clientID
  })

  const put = (json: unknown) => client.send('PUT', pathOf(clientID), { json: json as object })
  const fetched = async () => (await client.get(pathOf(clientID))).json<typeof defaults>()
  const connectionNow = async () =>
    (await client.get(`/api/v1/connections?clientID=${clientID}`)).json<Record<string, unknown>[]>()[0]!

  describe('200', () => {
    test('the defaults, where nothing was said', async () => {
      expect(await fetched()).toEqual(defaults)
    })

    test.each([
      ['our spelling', chosen],
      ["the document's spelling", inTheOtherSpelling],
    ])('%s, and what is read can be written again', async (_name, said) => {
      await put({})
      const answer = await put(said)
      expect([answer.status, answer.json()]).toEqual([200, chosen])
      expect(await fetched()).toEqual(chosen)
      expect((await put(await fetched())).json()).toEqual(chosen)
      expect((await connectionNow()).userPolicies).toEqual(chosen)
    })

    test.each([
      ['nothing', {}],
      ['null', { matchingFields: null, FieldsToUpdatesWhenNull: null }],
      ['empty lists', { MatchingFields: [], fieldsToUpdateWhenNull: [], fieldsToUpdateWhenDifferent: [] }],
    ])('%s is the defaults again', async (_name, said) => {
      await put(chosen)
      expect((await put(said)).json()).toEqual(defaults)
    })

    test('what is not said falls back to its default: a PUT replaces as a whole', async () => {
      await put(chosen)
      expect((await put({ matchingFields: ['Email'] })).json()).toEqual({
        ...defaults,
        matchingFields: ['Email'],
      })
    })

    test('before and after are in the audit log', async () => {
      await put({})
      await put(chosen)
      const events = await client.get('/api/v1/audit-events?limit=1')
      expect(events.json<{ data: unknown[] }>().data[0]).toMatchObject({
        action: 'connection.user-policies-changed',
        targetType: 'connection',
        before: defaults,
        after: chosen,
      })
    })
  })

  describe('400', () => {
    test.each([
      ['a field that cannot be matched', { matchingFields: ['FirstName'] }, 'matchingFields.0'],
      ['a field in another case', { MatchingFields: ['email'] }, 'matchingFields.0'],
      ['a text for a list', { fieldsToUpdateWhenNull: 'Email' }, 'fieldsToUpdateWhenNull'],
      ['a field twice', { matchingFields: ['Email', 'Email'] }, 'matchingFields'],
      ['both spellings at once', { matchingFields: [], MatchingFields: [] }, 'MatchingFields'],
      ['a member nobody knows', { matching: [] }, 'matching'],
      ['the spelling with a slip', { FieldsToUpdateWhenNull: [] }, 'FieldsToUpdateWhenNull'],
    ])('%s', async (_name, said, path) => {
      await put(chosen)
      const answer = await put(said)
      expect(answer.status).toBe(400)
      expect(answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toEqual([path])
      expect(await fetched()).toEqual(chosen)
    })
  })

  test('401 without a key, 404 for a connection nobody has', async () => {
    const stranger = createClient(server.port)
    expect((await stranger.get(pathOf(clientID))).status).toBe(401)
    expect((await stranger.send('PUT', pathOf(clientID), { json: {} })).status).toBe(401)
    expect((await client.get(pathOf('nobody'))).status).toBe(404)
    expect((await client.send('PUT', pathOf('nobody'), { json: {} })).status).toBe(404)
  })

  describe('inside the connections API', () => {
    const attributeMap = {
      email: 'mail',
      ssoUsername: 'upn',
      namespaces: { claim: 'groups', values: { 'cn=it': 'it' } },
      tags: { department: 'dept' },
      attributes: { phone_number: 'telephoneNumber' },
    }
    const patch = async (body: { json?: object; form?: Record<string, string> }) => {
      const { clientSecret, tenant, product } = await connectionNow()
      const named = { clientID, clientSecret, tenant, product, isSAML: 'true' } as Record<string, string>
      const given = body.form ? { form: { ...named, ...body.form } } : { json: { ...named, ...body.json } }
      return client.send('PATCH', '/api/v1/connections', given)
    }

    test.each([
      ['our spelling', chosen],
      ["the document's spelling", inTheOtherSpelling],
    ])('userPolicies in %s, as JSON and in a form', async (_name, said) => {
      for (const body of [
        { json: { userPolicies: said } },
        { form: { userPolicies: JSON.stringify(said) } },
      ]) {
        await put({})
        const answer = await patch(body)
        expect([answer.status, answer.text]).toEqual([204, ''])
        expect(await fetched()).toEqual(chosen)
      }
    })

    test('attributeMap, as JSON and in a form', async () => {
      for (const body of [
        { json: { attributeMap } },
        { form: { attributeMap: JSON.stringify(attributeMap) } },
      ]) {
        expect((await patch({ json: { attributeMap: null } })).status).toBe(204)
        expect((await connectionNow()).attributeMap).toBeNull()
        expect((await patch(body)).status).toBe(204)
        expect((await connectionNow()).attributeMap).toEqual(attributeMap)
      }
    })

    test('null takes both away, as an empty field of a form does', async () => {
      for (const body of [
        { json: { userPolicies: null, attributeMap: null } },
        { form: { userPolicies: '', attributeMap: '' } },
      ]) {
        await patch({ json: { userPolicies: chosen, attributeMap } })
        await patch(body)
        expect(await connectionNow()).toMatchObject({ userPolicies: null, attributeMap: null })
        expect(await fetched()).toEqual(defaults)
      }
    })

    test('a new connection may bring them along', async () => {
      const made = await makeConnection(server, 'bringing', {
        userPolicies: inTheOtherSpelling,
        attributeMap,
      })
      expect((await client.get(pathOf(made.clientID))).json()).toEqual(chosen)
    })

    test.each([
      ['text that is no JSON', { form: { userPolicies: '{matchingFields' } }, 'userPolicies'],
      ['a list', { json: { userPolicies: ['Email'] } }, 'userPolicies'],
      [
        'a field nobody knows',
        { json: { userPolicies: { MatchingFields: ['Phone'] } } },
        'userPolicies.matchingFields.0',
      ],
      ['a member nobody knows', { json: { userPolicies: { matching: [] } } }, 'userPolicies.matching'],
      [
        'a claim for a field nobody knows',
        { json: { attributeMap: { phone: 'tel' } } },
        'attributeMap.phone',
      ],
      ['a claim that is no text', { json: { attributeMap: { email: 7 } } }, 'attributeMap.email'],
    ])('%s is refused with its path', async (_name, body, path) => {
      const answer = await patch(body as Parameters<typeof patch>[0])
      expect(answer.status, answer.text).toBe(400)
      expect(answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toContain(path)
    })

    test('a change of them is told from what it was in the audit log', async () => {
      await patch({ json: { userPolicies: null } })
      await patch({ json: { userPolicies: chosen } })
      const { data } = (await client.get('/api/v1/audit-events?limit=1')).json<{ data: unknown[] }>()
      expect(data[0]).toMatchObject({
        action: 'connection.updated',
        before: { userPolicies: defaults },
        after: { userPolicies: chosen },
      })
    })
  })
})
