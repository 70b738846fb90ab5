import { describe, expect, test } from 'vitest'
import { defaultUserPolicies } from '#lib/matching/user-policies.ts'
import {
  moved,
  peopleRulesForm,
  toAttributeMap,
  toPeopleRules,
  toPolicies,
  toWholeMap,
} from './people-rules-schema.ts'

const attributeMap = {
  email: 'mail',
  namespaces: { claim: 'groups', values: { 'cn=it,ou=x': 'it', sales: 'sales' } },
  tags: { department: 'dept' },
  attributes: { phone_number: 'tel' },
}
const policies = {
  matchingFields: ['SsoUsername' as const, 'Email' as const],
  fieldsToUpdateWhenNull: ['Username' as const],
  fieldsToUpdateWhenDifferent: ['Email' as const, 'LastName' as const],
}
const rules = toPeopleRules({ provisioning: 'auto', trustEmail: true, policies, attributeMap })

const refusals = (change: object) =>
  peopleRulesForm.safeParse({ ...rules, ...change }).error?.issues.map(({ path }) => path.join('.')) ?? []

describe('rules in a form', () => {
  test('come out as they went in', () => {
    const read = peopleRulesForm.parse(rules)
    expect([toPolicies(read), toAttributeMap(read)]).toEqual([policies, attributeMap])
  })

  test('a claim for all namespaces and all tags', () => {
    const map = { namespaces: 'groups', tags: 'tags' }
    const shown = toPeopleRules({ provisioning: 'auto', trustEmail: false, policies, attributeMap: map })
    expect(toAttributeMap(peopleRulesForm.parse(shown))).toEqual(map)
  })

  test('nothing mapped is an empty map', () => {
    const shown = toPeopleRules({
      ...{ provisioning: 'existing', trustEmail: false },
      ...{ policies: defaultUserPolicies, attributeMap: null },
    })
    expect(toAttributeMap(peopleRulesForm.parse(shown))).toEqual({})
  })

  test('what the form does not show stays in the map', () => {
    const before = { id: 'oid', roles: 'appRoles', groups: 'memberOf', email: 'upn' }
    const kept = { id: 'oid', roles: 'appRoles', groups: 'memberOf' }
    expect(toWholeMap(before, rules)).toEqual({ ...attributeMap, ...kept })
    const nothing = toPeopleRules({
      ...{ provisioning: 'existing', trustEmail: false },
      ...{ policies: defaultUserPolicies, attributeMap: null },
    })
    expect(toWholeMap(before, nothing)).toEqual(kept)
    expect(toWholeMap(null, nothing)).toBeNull()
  })

  test.each<[string, object, string[]]>([
    ['no field to match by', { matchingFields: [] }, ['matchingFields']],
    [
      'nothing updated when different, which would mean the defaults',
      { sync: { ...rules.sync, Email: 'never', LastName: 'empty' } },
      ['sync'],
    ],
    ['a line without =', { tagLines: 'department' }, ['tagLines']],
    [
      'two lines for one value, of which one would be lost',
      { namespaceLines: 'it = a\nit = b' },
      ['namespaceLines'],
    ],
    ['a table without its claim', { namespacesClaim: '' }, ['namespacesClaim']],
    ['both ways of tags', { tagsClaim: 'tags' }, ['tagLines']],
    ['an attribute that cannot be one', { attributeLines: 'email = mail' }, ['attributeLines']],
  ])('%s is refused', (_name, change, paths) => {
    expect(refusals(change)).toEqual(paths)
  })

  test('fields change places', () => {
    expect(moved(['Username', 'Email', 'SsoUsername'], 2, -1)).toEqual(['Username', 'SsoUsername', 'Email'])
    expect(moved(['Username', 'Email'], 0, 1)).toEqual(['Email', 'Username'])
  })
})
