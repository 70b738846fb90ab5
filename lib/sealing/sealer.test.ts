import { describe, expect, test } from 'vitest'
import { systemRandom } from '../base/ids.ts'
import { createSealer, derivePurposeKey, mintDataKey, unwrapDataKey, wrapDataKey } from './sealer.ts'

const root = 'the root secret of this installation'
const first = mintDataKey('dek_1', root, systemRandom)
const second = mintDataKey('dek_2', root, systemRandom)
const sealer = createSealer([first.dataKey], systemRandom)
const owner = { organizationId: 'org_1', field: 'connection-client-secret', recordId: 'con_1' }

describe('a sealed value', () => {
  test('opens for its owner, and shows nothing of what is inside', () => {
    for (const plain of ['secret', '', 'ümläut 🔑', 'x'.repeat(100_000)]) {
      const sealed = sealer.seal(plain, owner)
      expect(sealer.open(sealed, owner)).toBe(plain)
      expect(sealed).toMatch(/^v1\.dek_1\.[\w-]+$/)
      if (plain) expect(Buffer.from(sealed.split('.')[2]!, 'base64url').includes(plain)).toBe(false)
    }
  })

  test('is another one each time', () => {
    expect(sealer.seal('same', owner)).not.toBe(sealer.seal('same', owner))
  })

  test.each([
    ['another record', { ...owner, recordId: 'con_2' }],
    ['another organization', { ...owner, organizationId: 'org_2' }],
    ['another field', { ...owner, field: 'signing-key' }],
    [
      'parts that read the same when put together',
      { ...owner, organizationId: 'org_1","connection', field: 'x' },
    ],
  ])('does not open for %s', (_name, other) => {
    const sealed = sealer.seal('secret', owner)
    expect(() => sealer.open(sealed, other)).toThrow()
  })

  test('does not open when a single bit was changed, or a piece is missing', () => {
    const sealed = sealer.seal('secret', owner)
    const body = Buffer.from(sealed.split('.')[2]!, 'base64url')
    for (let at = 0; at < body.length; at++) {
      const altered = Buffer.from(body)
      altered[at] = altered[at]! ^ 1
      expect(() => sealer.open(`v1.dek_1.${altered.toString('base64url')}`, owner)).toThrow()
    }
    for (const broken of [
      '',
      'v1',
      'v1.dek_1',
      'v1.dek_1.',
      'v2.dek_1.AAAA',
      `v1.dek_9.${sealed.split('.')[2]}`,
      'v1.dek_1.AAAA',
    ]) {
      expect(() => sealer.open(broken, owner), broken).toThrow()
    }
  })
})

describe('data keys', () => {
  test('values of an earlier data key open, and are not current', () => {
    const sealed = sealer.seal('secret', owner)
    const rotated = createSealer([first.dataKey, second.dataKey], systemRandom)
    expect(rotated.open(sealed, owner)).toBe('secret')
    expect([rotated.isCurrent(sealed), rotated.isCurrent(rotated.seal('new', owner))]).toEqual([false, true])
    expect(() => sealer.open(rotated.seal('new', owner), owner)).toThrow()
  })

  test('are unwrapped by the root secret they were wrapped with, and by no other', () => {
    const stored = { id: 'dek_1', wrapped: first.wrapped }
    expect(unwrapDataKey(stored, [root])).toEqual({ dataKey: first.dataKey, needsRewrap: false })
    expect(unwrapDataKey(stored, ['another'])).toBeNull()
    expect(unwrapDataKey({ ...stored, id: 'dek_2' }, [root])).toBeNull()
  })

  test('a new root secret beside the earlier one: unwrapped, to be wrapped anew', () => {
    const stored = { id: 'dek_1', wrapped: first.wrapped }
    expect(unwrapDataKey(stored, ['new root', root])).toMatchObject({ needsRewrap: true })
    const wrapped = wrapDataKey(first.dataKey, 'new root', systemRandom)
    expect(unwrapDataKey({ id: 'dek_1', wrapped }, ['new root'])?.dataKey).toEqual(first.dataKey)
    expect(unwrapDataKey({ id: 'dek_1', wrapped }, [root])).toBeNull()
  })
})

test('keys for different purposes, and from different roots, differ', () => {
  const keys = [derivePurposeKey(root, 'a'), derivePurposeKey(root, 'b'), derivePurposeKey('other', 'a')]
  expect(new Set(keys).size).toBe(3)
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/)
})
