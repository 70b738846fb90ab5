import { expect, test } from 'vitest'
import { answerAuthorization } from './authorization-answer.ts'

const to = {
  redirectUri: 'https://app.acme.example/cb',
  responseMode: 'query',
  state: 'a b&c=ü',
  issuer: 'https://login.acme.example',
}

test('a code goes into the query, with state and iss', () => {
  const answer = answerAuthorization(to, { code: 'x' })
  expect(answer.kind).toBe('redirect')
  expect(Object.fromEntries(new URL(answer.url).searchParams)).toEqual({
    code: 'x',
    state: to.state,
    iss: to.issuer,
  })
})

test.each([
  ['https://app.acme.example/cb?a=1', 'https://app.acme.example/cb?a=1&code=x&iss='],
  ['https://app.acme.example/cb?', 'https://app.acme.example/cb?&code=x&iss='],
  ['com.acme.app:/cb', 'com.acme.app:/cb?code=x&iss='],
  ['http://127.0.0.1:3000', 'http://127.0.0.1:3000?code=x&iss='],
])('%s keeps what it has of its own', (redirectUri, expected) => {
  const answer = answerAuthorization({ ...to, redirectUri, state: null }, { code: 'x' })
  expect(answer.url.startsWith(expected)).toBe(true)
})

test('an empty state comes back empty, an absent one not at all', () => {
  const stateOf = (state: string | null) =>
    new URL(answerAuthorization({ ...to, state }, { code: 'x' }).url).searchParams.get('state')
  expect([stateOf(''), stateOf(null)]).toEqual(['', null])
})

test('form_post: the same as fields', () => {
  const parameters = { error: 'access_denied' as const, error_description: 'no' }
  expect(answerAuthorization({ ...to, responseMode: 'form_post' }, parameters)).toEqual({
    kind: 'post',
    url: to.redirectUri,
    fields: { error: 'access_denied', error_description: 'no', state: to.state, iss: to.issuer },
  })
})
