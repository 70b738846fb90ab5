import { expect, test } from 'vitest'
import { currentItem } from './navigation.ts'

test.each([
  ['/', '/'],
  ['/users', '/users'],
  ['/users/usr_1/sessions', '/users'],
  ['/tenants/globex', '/tenants'],
  ['/settings/account', '/settings'],
  ['/usersandmore', undefined],
  ['/nowhere', undefined],
])('%s belongs to %s', (pathname, href) => {
  expect(currentItem(pathname)?.href).toBe(href)
})
