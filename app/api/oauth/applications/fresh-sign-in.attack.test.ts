import { beforeAll, describe, expect, test } from 'vitest'
import { secondsAfter } from '#lib/base/clock.ts'
import {
  type MadeApplication,
  makeApplication,
  mintVerifier,
  requestOf,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { begin, finish, type MadeConnection, makeConnection, newestTrace } from '#server/testing/sign-in.ts'

/** The identity provider lets people in by a session of its own, as if ForceAuthn had not been asked for. */
describeOnEachServer('an application that asks for a new sign-in gets none of before', (server) => {
  let application: MadeApplication
  let connection: MadeConnection

  beforeAll(async () => {
    application = await makeApplication(server)
    connection = await makeConnection(server, 'acme')
  })

  async function signIn(more: Record<string, string>, secondsAgo: number): Promise<URLSearchParams> {
    const begun = await begin(server, requestOf(application, mintVerifier(), { tenant: 'acme', ...more }))
    const authenticatedAt = secondsAfter(server.clock.now(), -secondsAgo)
    return (await finish(server, begun, connection.idp, { authenticatedAt })).location().searchParams
  }

  describe.each([
    ['prompt=login', { prompt: 'login' }],
    ['max_age=0', { max_age: '0' }],
    ['max_age=600', { max_age: '600' }],
    ['forceAuthn', { forceAuthn: 'true' }],
  ])('%s', (_name, more) => {
    test('a sign-in of an hour ago is refused, and the trace says why', async () => {
      const answer = await signIn(more, 3600)
      expect(answer.get('code')).toBeNull()
      expect(answer.get('error')).toBe('access_denied')
      expect(await newestTrace(server)).toMatchObject({ outcome: 'failure', cause: 'login_not_fresh' })
    })

    test('one of just now counts, whatever a minute the clocks are apart', async () => {
      expect((await signIn(more, 0)).get('code')).toBeTruthy()
      expect((await signIn(more, 60)).get('code')).toBeTruthy()
    })
  })

  test('max_age counts from when it was asked', async () => {
    expect((await signIn({ max_age: '600' }, 500)).get('code')).toBeTruthy()
  })

  test('who asks for nothing of the kind gets the sign-in there is', async () => {
    expect((await signIn({}, 3600)).get('code')).toBeTruthy()
  })
})
