import { describe, expect, test } from 'vitest'
import { readBody, readForm } from './body.ts'

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'
const request = (body: string | Uint8Array | ReadableStream | null, type?: string) =>
  new Request('http://localhost/', {
    method: 'POST',
    headers: type ? { 'content-type': type } : {},
    body: body as BodyInit | null,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit)
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'read',
    (thrown) => thrown.code,
  )

describe('what is read', () => {
  test('a form; a name that comes several times is a list', async () => {
    expect(await readBody(request('a=1&b=2&a=3&c=%26+x', form), 100)).toEqual({
      a: ['1', '3'],
      b: '2',
      c: '& x',
    })
  })

  test.each([json, 'application/json; charset=utf-8', 'Application/JSON', 'application/scim+json'])(
    'JSON as %s',
    async (type) => {
      expect(await readBody(request('{"a":[1,"ü"]}', type), 100)).toEqual({ a: [1, 'ü'] })
    },
  )

  test('nothing at all is an empty object', async () => {
    expect(await readBody(request(null), 100)).toEqual({})
  })

  test('members named like those of every object are members', async () => {
    const body = await readBody(request('__proto__=x&constructor=y', form), 100)
    expect(Object.entries(body)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })
})

describe('what is not', () => {
  test.each<[string, string, string | Uint8Array, string | undefined]>([
    ['unsupported_media_type', 'no type', 'a=1', undefined],
    ['unsupported_media_type', 'XML', '<a/>', 'text/xml'],
    ['unsupported_media_type', 'a file upload', 'x', 'multipart/form-data; boundary=x'],
    ['invalid_request', 'broken JSON', '{"a":', json],
    ['invalid_request', 'empty JSON', '', json],
    ['invalid_request', 'a list', '[]', json],
    ['invalid_request', 'null', 'null', json],
    ['invalid_request', 'a text', '"x"', json],
    ['invalid_request', 'bytes that are no UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), json],
    ['invalid_request', 'NUL in a form', 'a=%00', form],
    ['invalid_request', 'NUL in a name', '{"a\\u0000":1}', json],
    ['invalid_request', 'half a surrogate pair', '{"a":"\\ud800"}', json],
    ['invalid_request', 'deep nesting', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, json],
    ['payload_too_large', 'too much', `a=${'x'.repeat(200)}`, form],
  ])('%s: %s', async (code, _name, body, type) => {
    const sent = request(body as string, type)
    if (type === undefined) sent.headers.delete('content-type')
    expect(await codeOf(readBody(sent, 100))).toBe(code)
  })

  test('a stream is given up where the limit is passed', async () => {
    let pulled = 0
    let cancelled = false
    const endless = new ReadableStream({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(50).fill(97))
      },
      cancel() {
        cancelled = true
      },
    })
    expect(await codeOf(readBody(request(endless, form), 100))).toBe('payload_too_large')
    expect(pulled).toBeLessThan(10)
    expect(cancelled).toBe(true)
  })
})

test('what browsers post is a form and nothing else', async () => {
  expect(String(await readForm(request('a=1&a=2', form), 100))).toBe('a=1&a=2')
  expect(await codeOf(readForm(request('{}', json), 100))).toBe('unsupported_media_type')
})
