import { expect, test } from 'vitest'
import { servesApplication } from './serves-application.ts'

const connection = { organizationId: 'org_1', productId: 'prd_crm', active: true }
const application = { organizationId: 'org_1', productId: 'prd_crm' }

test('an active connection serves the applications of its product', () => {
  expect(servesApplication(connection, application)).toBe(true)
})

test.each([
  ['of another product', { ...connection, productId: 'prd_wiki' }],
  ['of another organization', { ...connection, organizationId: 'org_2' }],
  ['deactivated', { ...connection, active: false }],
])('not one %s', (_case, other) => {
  expect(servesApplication(other, application)).toBe(false)
})
