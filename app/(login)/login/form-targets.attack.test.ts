import { expect, test } from 'vitest'
import {
  authorize,
  callbackUrl,
  makeApplication,
  makeUser,
  mintVerifier,
  requestOf,
  signInWithPassword,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import type { Answer } from '#server/testing/http-client.ts'

/** Browsers hold `form-action` against every redirect that follows a form (CSP Level 3 §6.4.1). */
describeOnEachServer('where the forms of our pages may lead', (server) => {
  const formTargets = ({ headers }: Answer) =>
    /form-action ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]?.split(' ')

  test('to the private scheme of the native application that waits, and of no other', async () => {
    const callback = 'com.acme.app:/callback'
    const native = await makeApplication(server, { type: 'native', redirectUrls: [callback, callbackUrl] })
    const parameters = requestOf(native, mintVerifier())
    const ofItsScheme = await authorize(server, { ...parameters, redirect_uri: callback })
    expect(ofItsScheme.answer.status, ofItsScheme.answer.text).toBe(200)
    expect(formTargets(ofItsScheme.answer)).toContain('com.acme.app:')
    expect(formTargets((await authorize(server, parameters)).answer)).toEqual(["'self'", 'https:', 'http:'])
  })

  test('from the question for consent as well', async () => {
    const callback = 'com.acme.app:/callback'
    const native = await makeApplication(server, { type: 'native', redirectUrls: [callback, callbackUrl] })
    await makeUser(server, 'acme', 'ada@acme.example')
    const { browser } = await signInWithPassword(server, native, 'ada@acme.example')
    const parameters = { ...requestOf(native, mintVerifier()), redirect_uri: callback, prompt: 'consent' }
    const { answer } = await authorize(server, parameters, browser)
    expect(answer.text).toContain('name="decision"')
    expect(formTargets(answer)).toContain('com.acme.app:')
  })
})
