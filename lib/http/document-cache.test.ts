import { beforeEach, describe, expect, test } from 'vitest'
import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import {
  createDocumentCache,
  type DocumentCache,
  freshSeconds,
  refreshPauseSeconds,
  staleSeconds,
} from './document-cache.ts'

const url = 'https://idp.example/keys'
let now: Date
let asked: string[]
let answer: () => { status: number; text: string }
let cache: DocumentCache

beforeEach(() => {
  now = new Date('2026-06-01T10:00:00Z')
  asked = []
  answer = () => ({ status: 200, text: JSON.stringify({ number: asked.length }) })
  cache = createDocumentCache({
    clock: { now: () => now },
    fetch: async (target) => {
      asked.push(target)
      return { ...answer(), headers: {}, url: target }
    },
  })
})

const wait = (seconds: number) => {
  now = secondsAfter(now, seconds)
}
const fail = () => {
  throw new VestibuleError('invalid_request', 'idp.example did not answer in time.')
}

describe('a document', () => {
  test('is fetched once in ten minutes', async () => {
    expect(await cache.load('con_1', url)).toEqual({ number: 1 })
    wait(freshSeconds - 1)
    expect(await cache.load('con_1', url)).toEqual({ number: 1 })
    wait(1)
    expect(await cache.load('con_1', url)).toEqual({ number: 2 })
    expect(asked).toEqual([url, url])
  })

  test('of one owner is not that of another', async () => {
    await cache.load('con_1', url)
    expect(await cache.load('con_2', url)).toEqual({ number: 2 })
    expect(await cache.load('con_1', url)).toEqual({ number: 1 })
  })

  test('is fetched once for all who ask at the same time', async () => {
    expect(await Promise.all([1, 2, 3].map(() => cache.load('con_1', url)))).toEqual(
      Array(3).fill({ number: 1 }),
    )
    expect(asked).toHaveLength(1)
  })

  test('serves for a day when its host does not answer', async () => {
    await cache.load('con_1', url)
    answer = fail
    wait(staleSeconds - 1)
    expect(await cache.load('con_1', url)).toEqual({ number: 1 })
    wait(1)
    await expect(cache.load('con_1', url)).rejects.toThrow('did not answer in time')
    await expect(cache.load('con_2', url)).rejects.toThrow('did not answer in time')
  })

  test('nobody waits for a host that has just failed', async () => {
    answer = fail
    await expect(cache.load('con_1', url)).rejects.toThrow('did not answer in time')
    wait(refreshPauseSeconds - 1)
    await expect(cache.load('con_1', url)).rejects.toThrow('did not answer in time')
    expect(asked).toHaveLength(1)
    wait(1)
    answer = () => ({ status: 200, text: '{}' })
    expect(await cache.load('con_1', url)).toEqual({})
    answer = fail
    wait(freshSeconds)
    for (let times = 0; times < 3; times++) expect(await cache.load('con_1', url)).toEqual({})
    expect(asked).toHaveLength(3)
  })

  test.each([
    [{ status: 404, text: '{}' }, 'answered with status 404'],
    [{ status: 200, text: '<html>' }, 'something else than JSON'],
  ])('that is none is refused: %j', async (given, sentence) => {
    answer = () => given
    await expect(cache.load('con_1', url)).rejects.toThrow(
      `idp.example answered with ${sentence.replace('answered with ', '')}`,
    )
  })
})

describe('refreshing', () => {
  test('fetches at once, and then pauses', async () => {
    await cache.load('con_1', url)
    expect(await cache.refresh('con_1', url)).toEqual({ number: 2 })
    expect(await cache.refresh('con_1', url)).toEqual({ number: 2 })
    wait(refreshPauseSeconds - 1)
    expect(await cache.refresh('con_1', url)).toEqual({ number: 2 })
    wait(1)
    expect(await cache.refresh('con_1', url)).toEqual({ number: 3 })
    expect(await cache.load('con_1', url)).toEqual({ number: 3 })
  })

  test('pauses after a failure as well', async () => {
    await cache.load('con_1', url)
    answer = fail
    await expect(cache.refresh('con_1', url)).rejects.toThrow('did not answer')
    expect(await cache.refresh('con_1', url)).toEqual({ number: 1 })
    expect(asked).toHaveLength(2)
  })
})

test('no more than a thousand documents are kept; the one asked for last stays', async () => {
  for (let index = 0; index < 1000; index++) await cache.load(`con_${index}`, url)
  await cache.load('con_0', url)
  await cache.load('con_1000', url)
  expect(asked).toHaveLength(1001)
  await cache.load('con_0', url)
  expect(asked).toHaveLength(1001)
  await cache.load('con_1', url)
  expect(asked).toHaveLength(1002)
})
