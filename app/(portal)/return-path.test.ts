import { expect, test } from 'vitest'
import { returnPath } from './return-path.ts'

test.each(['/', '/tenants', '/traces?outcome=failure&tenant=a%2Fb', '/tenants/a%20b'])(
  '%s is ours',
  (path) => {
    expect(returnPath(path)).toBe(path)
  },
)

test.each([
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/\r\\evil.example',
  '\t//evil.example',
  '/.//evil.example',
  '/a/..//evil.example',
  '/./\\evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  'evil.example',
  '',
  null,
  undefined,
  ['/tenants'],
])('%j leads home', (from) => {
  expect(returnPath(from)).toBe('/')
})
