import { describe, expect, test } from 'vitest'
import { VestibuleError } from '../base/errors.ts'
import { OidcRefusal } from './causes.ts'
import { findSigningKey } from './signing-keys.ts'

const rsa = (kid: string | undefined, more = {}) => ({ kty: 'RSA', kid, n: 'n', e: 'AQAB', ...more })
const ec = (kid: string, crv: string) => ({ kty: 'EC', kid, crv, x: 'x', y: 'y' })

async function find(header: { alg: string; kid?: string }, known: unknown[], published = known) {
  let refreshed = 0
  const source = {
    load: async () => ({ keys: known }),
    refresh: async () => {
      refreshed++
      return { keys: published }
    },
  }
  const found = await findSigningKey(source, { alg: header.alg, kid: header.kid }).then(
    (key) => key.kid ?? 'unnamed',
    (thrown) => (thrown as OidcRefusal).oidcCause,
  )
  return { found, refreshed }
}

describe('the key that signed', () => {
  test('is known by its name, and nothing is fetched', async () => {
    expect(await find({ alg: 'RS256', kid: 'b' }, [rsa('a'), rsa('b')])).toEqual({ found: 'b', refreshed: 0 })
  })

  test('is looked for once more where the name is unknown', async () => {
    expect(await find({ alg: 'RS256', kid: 'b' }, [rsa('a')], [rsa('b')])).toEqual({
      found: 'b',
      refreshed: 1,
    })
    expect(await find({ alg: 'RS256', kid: 'c' }, [rsa('a')])).toEqual({
      found: 'oidc_unknown_key',
      refreshed: 1,
    })
  })

  test('needs no name where it is the only one that fits', async () => {
    expect(await find({ alg: 'RS256' }, [rsa(undefined), ec('e', 'P-256')])).toMatchObject({
      found: 'unnamed',
    })
    expect(await find({ alg: 'RS256' }, [rsa('a'), rsa('b')])).toMatchObject({ found: 'oidc_ambiguous_key' })
    expect(await find({ alg: 'RS256', kid: 'a' }, [rsa('a'), rsa('a')])).toMatchObject({
      found: 'oidc_ambiguous_key',
    })
  })

  test.each([
    ['a key of another kind', { alg: 'ES256', kid: 'a' }, rsa('a')],
    ['another curve', { alg: 'ES256', kid: 'a' }, ec('a', 'P-384')],
    ['another algorithm', { alg: 'RS256', kid: 'a' }, rsa('a', { alg: 'PS256' })],
    ['a key for encryption', { alg: 'RS256', kid: 'a' }, rsa('a', { use: 'enc' })],
    ['a key that may only sign', { alg: 'RS256', kid: 'a' }, rsa('a', { key_ops: ['sign'] })],
    ['a shared secret', { alg: 'RS256', kid: 'a' }, { kty: 'oct', kid: 'a', k: 'c2VjcmV0' }],
    ['no object', { alg: 'RS256', kid: 'a' }, 'key'],
  ])('is not %s', async (_name, header, key) => {
    expect(await find(header, [key])).toMatchObject({ found: 'oidc_unknown_key' })
  })

  test('cannot be found where the provider does not answer', async () => {
    const refuse = async () => {
      throw new VestibuleError('invalid_request', 'idp.example did not answer in time.')
    }
    const asked = findSigningKey({ load: refuse, refresh: refuse }, { alg: 'RS256', kid: 'a' })
    await expect(asked).rejects.toMatchObject({
      oidcCause: 'oidc_keys_unreachable',
      received: 'idp.example did not answer in time.',
    })
    await expect(asked).rejects.toBeInstanceOf(OidcRefusal)
  })
})
