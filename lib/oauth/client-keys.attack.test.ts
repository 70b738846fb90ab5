import { beforeEach, expect, test } from 'vitest'
import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { createDocumentCache } from '../http/document-cache.ts'
import { loadClientKeys } from './client-keys.ts'

const application = { id: 'app_1', jwks: null, jwksUrl: 'https://client.example/keys' }
const keySet = { keys: [{ kty: 'EC', kid: 'one' }] }
let now: Date
let asked: number
let answer: () => string
let house: Pick<House, 'db' | 'clock' | 'fetch' | 'documents'>

beforeEach(() => {
  now = new Date('2026-06-01T10:00:00Z')
  asked = 0
  answer = () => JSON.stringify(keySet)
  const clock = { now: () => now }
  const fetch: House['fetch'] = async (url) => {
    asked++
    return { status: 200, headers: {}, text: answer(), url }
  }
  house = { db: {} as House['db'], clock, fetch, documents: createDocumentCache({ clock, fetch }) }
})

const load = (which: 'known' | 'anew') => loadClientKeys(house, application, which)
const unreachable = () => {
  throw new VestibuleError('invalid_request', 'client.example did not answer in time.')
}

/** Anybody can come with an assertion that names a key nobody knows. */
test('a stranger with an unknown key takes nobody the known ones while the client’s host is away', async () => {
  expect(await load('known')).toEqual(keySet)
  answer = unreachable
  now = secondsAfter(now, 60)
  await expect(load('anew')).rejects.toMatchObject({ code: 'invalid_client' })
  expect(await load('known')).toEqual(keySet)
})

test('a stranger cannot have us ask a host that does not answer all the time', async () => {
  answer = unreachable
  for (let attempt = 0; attempt < 5; attempt++)
    await expect(load('known')).rejects.toMatchObject({ code: 'invalid_client' })
  expect(asked).toBe(1)
})

test('what is no key set is refused', async () => {
  for (const text of ['null', '[]', '{"keys":7}', 'no JSON']) {
    answer = () => text
    now = secondsAfter(now, 3600)
    await expect(loadClientKeys(house, { ...application, id: text }, 'known')).rejects.toMatchObject({
      code: 'invalid_client',
    })
  }
})
