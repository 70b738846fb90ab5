import { expect, test } from 'vitest'
import { membersOf, readBody } from './body.ts'

const json = (text: string) =>
  new Request('http://localhost/', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
  })

test('a form of a hundred thousand names is read in the time of its length, not of its square', () => {
  const names = Array.from({ length: 100_000 }, (_, index) => `n${index}`)
  const parameters = new URLSearchParams(names.join('&'))
  const startedAt = performance.now()
  const body = membersOf(parameters)
  expect(performance.now() - startedAt).toBeLessThan(2000)
  expect(Object.keys(body)).toEqual(names)
})

test('a name that comes three times is a list of three, in their order', () => {
  expect({ ...membersOf(new URLSearchParams('a=1&b=&a=2&a=3')) }).toEqual({ a: ['1', '2', '3'], b: '' })
})

test.each([100, 10_000, 30_000])(
  'JSON that nests %i deep is a bad request, not an exhausted stack',
  async (depth) => {
    const lists = readBody(json(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`), 65_536)
    await expect(lists).rejects.toMatchObject({ code: 'invalid_request' })
    const objects = readBody(json(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`), 1_000_000)
    await expect(objects).rejects.toMatchObject({ code: 'invalid_request' })
  },
)

test('JSON that nests as deep as anything of ours is read', async () => {
  const depth = 30
  await expect(
    readBody(json(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`), 65_536),
  ).resolves.toHaveProperty('a')
})

test('a body whose sender goes away is a bad request, not a failure of ours', async () => {
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('{"a":'))
      controller.error(new Error('aborted'))
    },
  })
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body, duplex: 'half' }
  const request = new Request('http://localhost/', init as RequestInit)
  await expect(readBody(request, 65_536)).rejects.toMatchObject({ code: 'invalid_request' })
})
