import { expect, test } from 'vitest'
import { createMatcher, type Route } from './route-table.ts'

const routes: Route[] = [
  'api/v1/tenants',
  'api/v1/tenants/[tenant]',
  'api/v1/connections/product',
  'api/v1/connections/[clientID]',
  'test-idp/[tenant]/[...path]',
  '[anything]/else',
].map((path) => ({ segments: path.split('/'), handlers: {} }))
const match = createMatcher(routes)
const found = (path: string) => {
  const hit = match(path)
  return hit && [hit.route.segments.join('/'), hit.params]
}

test.each([
  ['/api/v1/tenants', ['api/v1/tenants', {}]],
  ['/api/v1/tenants/acme', ['api/v1/tenants/[tenant]', { tenant: 'acme' }]],
  ['/api/v1/tenants/a%2Fb%20c%25', ['api/v1/tenants/[tenant]', { tenant: 'a/b c%' }]],
  ['/api/v1/tenants/%2e%2e', ['api/v1/tenants/[tenant]', { tenant: '..' }]],
  ['/api/v1/connections/product', ['api/v1/connections/product', {}]],
  ['/api/v1/connections/products', ['api/v1/connections/[clientID]', { clientID: 'products' }]],
  ['/test-idp/a%2Fb/metadata', ['test-idp/[tenant]/[...path]', { tenant: 'a/b', path: 'metadata' }]],
  ['/test-idp/acme/a/b', ['test-idp/[tenant]/[...path]', { tenant: 'acme', path: 'a/b' }]],
  ['/x/else', ['[anything]/else', { anything: 'x' }]],
])('%s', (path, expected) => expect(found(path)).toEqual(expected))

test.each([
  '/',
  '',
  '/api/v1/tenants/',
  '/api/v1/tenants//',
  '/api/v1/tenants/acme/more',
  '/api/v1/Tenants',
  '//api/v1/tenants',
  '/api//v1/tenants',
  '/api/v1/tenants/../connections',
  '/test-idp/acme',
  '/test-idp/acme/',
  '/constructor',
  '/__proto__/x',
])('%j is no route', (path) => expect(found(path)).toBeNull())

test('a segment that does not decode matches nothing, or nothing that could be mistaken', () => {
  for (const path of ['/api/v1/tenants/%', '/api/v1/tenants/%zz', '/api/v1/tenants/%c0%af']) {
    expect(found(path)?.[0] ?? null).toBeNull()
  }
})
