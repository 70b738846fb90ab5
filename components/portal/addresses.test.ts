import { describe, expect, it } from 'vitest'
import { namespacePath, tenantPath, tracesPath, usersPath } from './addresses.ts'

describe('addresses of pages', () => {
  it('uses a slug only where it is safe in a path', () => {
    expect(tenantPath({ slug: 'globex.example', id: 'ten_1' })).toBe('/tenants/globex.example')
    for (const slug of ['a/b', '%41', 'Ü & co', '..', 'a?b', 'a#b', ' ']) {
      expect(tenantPath({ slug, id: 'ten_1' })).toBe('/tenants/ten_1')
      expect(namespacePath({ name: slug, id: 'nsp_1' })).toBe('/namespaces/nsp_1')
    }
    expect(namespacePath({ name: 'support', id: 'nsp_1' })).toBe('/namespaces/support')
  })

  it('falls back to a search where only an odd slug is known', () => {
    expect(tenantPath({ slug: 'a/b c' })).toBe('/tenants?query=a%2Fb+c')
  })

  it('leaves out filters that are not set', () => {
    expect(tracesPath({})).toBe('/traces')
    expect(usersPath({ tenant: 'a&b', status: '' })).toBe('/users?tenant=a%26b')
    expect(tracesPath({ tenant: 'a&b', outcome: '' })).toBe('/traces?tenant=a%26b')
  })
})
