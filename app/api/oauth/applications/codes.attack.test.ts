import { beforeAll, expect, test } from 'vitest'
import {
  makeApplication,
  makePerson,
  obtainCode,
  redeemCode,
  spendRefreshToken,
  type TestApplication,
  type TestPerson,
  type TestTokens,
  userinfoStatus,
} from '#server/testing/applications.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'

describeOnEachServer('codes of applications', (server) => {
  let person: TestPerson
  let application: TestApplication

  beforeAll(async () => {
    person = await makePerson(server, 'acme')
    application = await makeApplication(server)
  })

  const offline = { scope: 'openid offline_access', prompt: 'consent' }

  test('live for a minute, and not a second longer', async () => {
    const [young, old] = [
      await obtainCode(server, application, person),
      await obtainCode(server, application, person),
    ]
    server.clock.advance(50)
    expect((await redeemCode(server, application, young)).status).toBe(200)
    server.clock.advance(11)
    const answer = await redeemCode(server, application, old)
    expect(answer.status).toBe(400)
    expect(answer.json().error).toBe('invalid_grant')
  })

  test('ten parallel redemptions of a code leave one winner', async () => {
    const code = await obtainCode(server, application, person)
    const answers = await Promise.all(Array.from({ length: 10 }, () => redeemCode(server, application, code)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)])
    for (const answer of answers.filter(({ status }) => status === 400))
      expect(answer.json().error).toBe('invalid_grant')
  })

  test('reuse of a code revokes everything issued from it', async () => {
    const code = await obtainCode(server, application, person, offline)
    const first = (await redeemCode(server, application, code)).json<TestTokens>()
    const rotated = (await spendRefreshToken(server, application, first.refresh_token)).json<TestTokens>()
    expect(await userinfoStatus(server, rotated.access_token)).toBe(200)

    expect((await redeemCode(server, application, code)).json().error).toBe('invalid_grant')
    expect(await userinfoStatus(server, first.access_token)).toBe(401)
    expect(await userinfoStatus(server, rotated.access_token)).toBe(401)
    expect((await spendRefreshToken(server, application, rotated.refresh_token)).json().error).toBe(
      'invalid_grant',
    )
  })

  test('reuse of a code leaves what another code gave', async () => {
    const [one, two] = [
      await obtainCode(server, application, person),
      await obtainCode(server, application, person),
    ]
    await redeemCode(server, application, one)
    const kept = (await redeemCode(server, application, two)).json<TestTokens>()
    await redeemCode(server, application, one)
    expect(await userinfoStatus(server, kept.access_token)).toBe(200)
  })

  test('are bound to their client: another cannot redeem them, nor end what came of them', async () => {
    const other = await makeApplication(server)
    const code = await obtainCode(server, application, person)
    expect((await redeemCode(server, other, code)).json().error).toBe('invalid_grant')
    const again = await obtainCode(server, application, person)
    const tokens = (await redeemCode(server, application, again)).json<TestTokens>()
    expect((await redeemCode(server, other, again)).json().error).toBe('invalid_grant')
    expect(await userinfoStatus(server, tokens.access_token)).toBe(200)
  })

  test('are told apart from what was never a code by nothing outside', async () => {
    const code = await obtainCode(server, application, person)
    await redeemCode(server, application, code)
    const used = await redeemCode(server, application, code)
    const invented = await redeemCode(server, application, 'a-code-that-never-was')
    expect([invented.status, invented.json().error]).toEqual([used.status, used.json().error])
  })
})
