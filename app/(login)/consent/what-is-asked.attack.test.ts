import { beforeAll, expect, test } from 'vitest'
import {
  authorize,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  requestOf,
  signInWithPassword,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import type { Browser } from '#server/testing/http-client.ts'

/** A person can only agree to what the page says. */
describeOnEachServer('the question for consent names everything that is asked for', (server) => {
  let application: MadeApplication
  let browser: Browser
  beforeAll(async () => {
    application = await makeApplication(server)
    await makeUser(server, 'acme', 'ada@acme.example')
    browser = (await signInWithPassword(server, application, 'ada@acme.example')).browser
  })

  const ask = async (claims: Record<string, unknown>, scope = 'openid') => {
    const more = { prompt: 'consent', scope, claims: JSON.stringify(claims) }
    const { answer } = await authorize(server, requestOf(application, mintVerifier(), more), browser)
    expect(answer.text).toContain('name="decision"')
    return answer.text
  }

  test.each([
    ['userinfo', 'phone_number', 'your phone number'],
    ['id_token', 'email', 'your e-mail address'],
    ['userinfo', 'birthdate', 'what else your profile says'],
    ['id_token', 'address', 'your postal address'],
  ])('by name, in %s: %s', async (where, claim, words) => {
    expect(await ask({})).not.toContain(words)
    expect(await ask({ [where]: { [claim]: { essential: true } } })).toContain(words)
  })

  test('what is not known here is not mentioned, nor said twice', async () => {
    const text = await ask({ userinfo: { email: null, shoe_size: null } }, 'openid email')
    expect(text.match(/<li>/g)).toHaveLength(2)
  })
})
