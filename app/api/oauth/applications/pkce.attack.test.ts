import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorizeUrl,
  challengeOf,
  makeApplication,
  makePerson,
  obtainCode,
  type Parameters,
  redeemCode,
  type TestApplication,
  type TestPerson,
  verifier,
} from '#server/testing/applications.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'

const none = { code_challenge: undefined, code_challenge_method: undefined }

describeOnEachServer('PKCE of applications', (server) => {
  let person: TestPerson
  let application: TestApplication
  let lenient: TestApplication

  beforeAll(async () => {
    person = await makePerson(server, 'acme')
    application = await makeApplication(server)
    lenient = await makeApplication(server, { requirePkce: false })
  })

  async function errorOf(asking: TestApplication, more: Parameters): Promise<string | null> {
    const { pathname, search } = authorizeUrl(server, asking, { tenant: 'acme', prompt: 'none', ...more })
    const answer = await createClient(server.port).get(pathname + search)
    expect(answer.status).toBe(303)
    return answer.location().searchParams.get('error')
  }

  test('is asked of every application by default', async () => {
    expect(await errorOf(application, none)).toBe('invalid_request')
  })

  test('is not asked of one that does without', async () => {
    expect(await errorOf(lenient, none)).toBe('login_required')
    const code = await obtainCode(server, lenient, person, none)
    expect((await redeemCode(server, lenient, code, { code_verifier: undefined })).status).toBe(200)
  })

  test.each(['public', 'native'])('cannot be done without by a %s application', async (type) => {
    const json = { name: 'x', product: 'x', type, redirectUrls: ['https://x.example/'], requirePkce: false }
    const answer = await managementClient(server).post('/api/v1/applications', { json })
    expect(answer.status).toBe(400)
  })

  test('a public application proves itself by the verifier alone', async () => {
    const spa = await makeApplication(server, { type: 'public' })
    const redeem = async (code_verifier: string) => {
      const form = {
        grant_type: 'authorization_code',
        client_id: spa.clientId,
        code: await obtainCode(server, spa, person),
        redirect_uri: spa.redirectUrl,
        code_verifier,
      }
      return createClient(server.port).post('/api/oauth/token', { form })
    }
    expect((await redeem(`${verifier}x`)).status).toBe(400)
    expect((await redeem(verifier)).status).toBe(200)
  })

  describe.each([
    ['plain', { code_challenge: verifier, code_challenge_method: 'plain' }],
    ['no method, which means plain', { code_challenge_method: undefined }],
    ['an unknown method', { code_challenge_method: 'S512' }],
    ['the method in other letters', { code_challenge_method: 's256' }],
    ['a method without a challenge', { code_challenge: undefined }],
    ['an empty challenge', { code_challenge: '' }],
    ['a challenge that is no SHA-256', { code_challenge: challengeOf(verifier).slice(1) }],
    ['a challenge of other characters', { code_challenge: `${challengeOf(verifier).slice(1)}=` }],
  ])('%s', (_name, more) => {
    test('is refused where PKCE is asked for', async () => {
      expect(await errorOf(application, more)).toBe('invalid_request')
    })
    test('is refused where it is not', async () => {
      expect(await errorOf(lenient, more)).toBe('invalid_request')
    })
  })

  test('a verifier without a challenge is refused', async () => {
    const code = await obtainCode(server, lenient, person, none)
    const answer = await redeemCode(server, lenient, code)
    expect(answer.status).toBe(400)
    expect(answer.json().error).toBe('invalid_grant')
  })

  test.each([
    ['no verifier', undefined],
    ['an empty one', ''],
    ['another', `${verifier}x`],
    ['the challenge itself', challengeOf(verifier)],
    ['one that is too short', verifier.slice(0, 42)],
  ])('a challenge is not answered by %s', async (_name, code_verifier) => {
    for (const asking of [application, lenient]) {
      const code = await obtainCode(server, asking, person)
      const answer = await redeemCode(server, asking, code, { code_verifier })
      expect(answer.status).toBe(400)
      expect(['invalid_grant', 'invalid_request']).toContain(answer.json().error)
    }
  })
})
