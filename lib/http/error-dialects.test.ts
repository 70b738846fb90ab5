import { expect, test } from 'vitest'
import { type ErrorCode, VestibuleError } from '../base/errors.ts'
import { respondError } from './error-dialects.ts'

function answer(thrown: unknown, dialect: 'oauth' | 'problem' | 'page') {
  const lines: [string, Record<string, unknown>][] = []
  const note = (level: string) => (fields: Record<string, unknown>) => void lines.push([level, fields])
  const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
  return {
    lines,
    response: respondError(thrown, dialect, { log, requestId: 'req-1', brand: { name: 'Acme' } }),
  }
}

test.each<[ErrorCode, number, string]>([
  ['invalid_request', 400, 'invalid_request'],
  ['invalid_grant', 400, 'invalid_grant'],
  ['invalid_client', 401, 'invalid_client'],
  ['invalid_token', 401, 'invalid_token'],
  ['unsupported_grant_type', 400, 'unsupported_grant_type'],
  ['payload_too_large', 413, 'invalid_request'],
  ['unsupported_media_type', 400, 'invalid_request'],
  ['unknown_host', 421, 'invalid_request'],
  ['rate_limited', 429, 'invalid_request'],
  ['internal', 500, 'server_error'],
])('OAuth: %s is %i %s', async (code, status, error) => {
  const { response } = answer(new VestibuleError(code, 'A "sentence" with ü.'), 'oauth')
  expect(response.status).toBe(status)
  expect(await response.json()).toEqual({ error, error_description: "A 'sentence' with '." })
  expect(response.headers.get('cache-control')).toBe('no-store')
})

test('a challenge comes with a refused credential, in the scheme that is asked for', () => {
  const challenge = (code: ErrorCode, dialect: 'oauth' | 'problem') =>
    answer(new VestibuleError(code, 'No.'), dialect).response.headers.get('www-authenticate')
  expect(challenge('invalid_client', 'oauth')).toBe('Basic realm="vestibule", charset="UTF-8"')
  expect(challenge('invalid_token', 'oauth')).toMatch(/^Bearer error="invalid_token"/)
  expect(challenge('insufficient_scope', 'oauth')).toMatch(/^Bearer error="insufficient_scope"/)
  expect(challenge('unauthorized', 'problem')).toBe('Api-Key')
  expect(challenge('invalid_grant', 'oauth')).toBeNull()
})

test('problem details hold the sentence twice: for RFC 9457, and for clients of the dialect', async () => {
  const fields = [{ path: 'slug', message: 'must not be empty' }]
  const { response } = answer(new VestibuleError('validation_failed', 'Not valid.', { fields }), 'problem')
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
  expect(await response.json()).toEqual({
    type: 'about:blank',
    title: 'Bad Request',
    status: 400,
    detail: 'Not valid.',
    code: 'validation_failed',
    requestId: 'req-1',
    errors: fields,
    error: { message: 'Not valid.' },
  })
})

test('when to come back is said in seconds', () => {
  const { response } = answer(
    new VestibuleError('rate_limited', 'Wait.', { retryAfterSeconds: 42 }),
    'problem',
  )
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '42'])
})

test.each(['oauth', 'problem', 'page'] as const)(
  '%s: what we did not expect is told to nobody but the log',
  async (dialect) => {
    const secret = new Error('password=hunter2 at /srv/vestibule/lib')
    for (const thrown of [secret, 'hunter2', null, undefined, { hunter2: 1 }, new TypeError('hunter2')]) {
      const { response, lines } = answer(thrown, dialect)
      expect(response.status).toBe(500)
      expect(await response.text()).not.toMatch(/hunter2|srv|at \//)
      expect(lines).toEqual([['error', expect.objectContaining({ requestId: 'req-1' })]])
    }
  },
)

test('the internal half of an error reaches the log alone', async () => {
  const error = new VestibuleError('invalid_grant', 'Public.', { internal: 'hunter2', traceId: 'trc_1' })
  for (const dialect of ['oauth', 'problem', 'page'] as const) {
    const { response, lines } = answer(error, dialect)
    expect(await response.text()).not.toContain('hunter2')
    expect(lines).toEqual([['info', expect.objectContaining({ internal: 'hunter2', traceId: 'trc_1' })]])
  }
})

test('a page names what an admin can look up, and nothing is markup', async () => {
  const { response } = answer(new VestibuleError('invalid_request', '<b>', { traceId: 'trc_1' }), 'page')
  const text = await response.text()
  expect(text).toContain('<code>trc_1</code>')
  expect(text).toContain('&lt;b&gt;')
  expect(await answer(new VestibuleError('internal', 'x'), 'page').response.text()).toContain(
    '<code>req-1</code>',
  )
})
