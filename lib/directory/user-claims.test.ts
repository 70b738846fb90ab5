import { expect, test } from 'vitest'
import type { UserRecord } from '../store/users.ts'
import { userProfile } from './user-claims.ts'

const at = new Date('2026-06-01T10:00:00Z')
const user: UserRecord = {
  id: 'usr_1',
  organizationId: 'org_1',
  tenantId: 'ten_1',
  tenant: 'acme',
  email: 'ada@acme.example',
  username: 'ada',
  ssoUsername: 'ACME\\ada',
  firstName: 'Ada',
  lastName: null,
  status: 'active',
  hasPassword: true,
  tags: { office: 'Paris' },
  attributes: { locale: 'fr', address: { country: 'France' } },
  emailVerifiedAt: null,
  emailUnproven: false,
  namespaces: [],
  lastSignInAt: at,
  createdAt: at,
  updatedAt: at,
}

test('what claims are made of, and nothing else: no status, no tenant, no ids but the one', () => {
  expect(userProfile(user)).toEqual({
    id: 'usr_1',
    email: 'ada@acme.example',
    emailVerified: false,
    firstName: 'Ada',
    lastName: null,
    username: 'ada',
    attributes: { locale: 'fr', address: { country: 'France' } },
    updatedAt: at,
  })
  expect(userProfile({ ...user, emailVerifiedAt: at }).emailVerified).toBe(true)
})
