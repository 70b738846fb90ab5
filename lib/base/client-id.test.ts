import { describe, expect, test } from 'vitest'
import { isApplicationClientId, mintApplicationClientId } from './client-id.ts'
import { mintToken, systemRandom } from './ids.ts'

describe('the client id of an application', () => {
  test('is known by its shape, and no two are alike', () => {
    const ids = Array.from({ length: 200 }, () => mintApplicationClientId(systemRandom))
    expect(ids.filter((id) => !isApplicationClientId(id))).toEqual([])
    expect(new Set(ids).size).toBe(ids.length)
  })

  test('is never taken for the clientID of a connection', () => {
    const ids = Array.from({ length: 200 }, () => mintToken(systemRandom, 20))
    expect(ids.filter(isApplicationClientId)).toEqual([])
  })

  test.each([
    '',
    'vc_',
    'dummy',
    'tenant=vc_acme&product=crm',
    'vc_aaaaaaaaaaaaaaaaaaaaaaaaaa',
    'vc_aaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'VC_aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'vc_aaaaaaaaaaaaaaaaaaaaaaaaaa=',
    ' vc_aaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'vc_aaaaaaaaaaaaaaaaaaaaaaaaaaa\n',
  ])('%j is none', (text) => expect(isApplicationClientId(text)).toBe(false))
})
