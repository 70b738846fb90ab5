import { describe, expect, test } from 'vitest'
import { describePerson, findEmailFault, type TargetPerson } from './describe-person.ts'

const person: TargetPerson = {
  email: 'john@acme.example',
  emailVerified: true,
  emailDisowned: false,
  tenant: 'acme',
  id: 'usr_1',
  firstName: 'John',
  lastName: null,
  username: '',
  roles: ['editor'],
  groups: null,
  tags: { Department: 'Sales', Region: ['West Coast', 'East Coast'], Empty: '', Salary: 1 },
  attributes: { costCentre: '4711', id: 'another', firstName: 'Jack' },
}

describe('what a token says of a person', () => {
  test('the address alone, unless the target is set up to get more', () => {
    expect(describePerson({ claims: [], tags: [] }, person)).toEqual({ email: 'john@acme.example' })
  })

  test('only tags the target names, each as one text', () => {
    const tags = ['Department', 'Region', 'Empty', 'Salary', 'Unknown', 'constructor']
    expect(describePerson({ claims: [], tags }, person)).toEqual({
      email: 'john@acme.example',
      tags: { Department: 'Sales', Region: 'West Coast, East Coast' },
    })
  })

  test('only claims the target names; those of our own win over attributes, and what is empty is left out', () => {
    const claims = [
      'id',
      'firstName',
      'lastName',
      'username',
      'tenant',
      'roles',
      'groups',
      'costCentre',
      'toString',
    ]
    expect(describePerson({ claims, tags: [] }, person)).toEqual({
      email: 'john@acme.example',
      id: 'usr_1',
      firstName: 'John',
      tenant: 'acme',
      roles: ['editor'],
      costCentre: '4711',
    })
  })
})

describe('whose address counts', () => {
  const anyTenant = { tenantId: null }
  const oneTenant = { tenantId: 'ten_1' }

  test('somebody without an address goes nowhere', () => {
    for (const email of [null, ''])
      expect(findEmailFault(oneTenant, { ...person, email })).toBe('jwt_sso_email_missing')
  })

  test('a company’s word on its own people is enough for its own target, and for no other', () => {
    const unproven = { ...person, emailVerified: false }
    expect(findEmailFault(oneTenant, unproven)).toBeNull()
    expect(findEmailFault(anyTenant, unproven)).toBe('jwt_sso_email_unverified')
    expect(findEmailFault(anyTenant, person)).toBeNull()
  })

  test('an address that its provider itself has not verified counts nowhere', () => {
    const disowned = { ...person, emailVerified: false, emailDisowned: true }
    expect(findEmailFault(oneTenant, disowned)).toBe('jwt_sso_email_unverified')
  })
})
