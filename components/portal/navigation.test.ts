import { expect, test } from 'vitest'
import { currentItem } from './navigation.ts'

test.each([
  ['/', '/'],
  ['/users', '/users'],
  ['/users/usr_1/sessions', '/users'],
  ['/users/requests', '/users/requests'],
  ['/users/requests/jrq_1', '/users/requests'],
  ['/tenants/globex', '/tenants'],
  ['/settings/account', '/settings'],
  ['/usersandmore', undefined],
  ['/nowhere', undefined],
])('%s belongs to %s', (pathname, href) => {
  expect(currentItem(pathname)?.href).toBe(href)
})
