import { describe, expect, test } from 'vitest'
import { defaultUserPolicies, effectivePolicies, userPoliciesSchema } from './user-policies.ts'

const ours = {
  matchingFields: ['Email', 'Username'],
  fieldsToUpdateWhenNull: ['SsoUsername'],
  fieldsToUpdateWhenDifferent: ['FirstName'],
}
const theirs = {
  MatchingFields: ['Email', 'Username'],
  FieldsToUpdatesWhenNull: ['SsoUsername'],
  FieldsToUpdatesWhenDifferent: ['FirstName'],
}

const refusalsOf = (said: unknown) =>
  userPoliciesSchema.safeParse(said).error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`)

describe('what may be said', () => {
  test('either spelling, even mixed', () => {
    expect(userPoliciesSchema.parse(ours)).toEqual(ours)
    expect(userPoliciesSchema.parse(theirs)).toEqual(ours)
    const mixed = { ...ours, fieldsToUpdateWhenNull: undefined, FieldsToUpdatesWhenNull: ['SsoUsername'] }
    delete mixed.fieldsToUpdateWhenNull
    expect(userPoliciesSchema.parse(mixed)).toEqual(ours)
  })

  test.each<[string, unknown]>([
    ['matchingFields.0 must be one of Username, Email, SsoUsername', { matchingFields: ['FirstName'] }],
    ['matchingFields.0 must be one of Username, Email, SsoUsername', { MatchingFields: ['email'] }],
    ['matchingFields must not name a field twice', { matchingFields: ['Email', 'Email'] }],
    ['matchingFields must be a list', { matchingFields: 'Email' }],
    ['matchingFields is said twice, in two spellings', { MatchingFields: [], matchingFields: [] }],
    [
      'fieldsToUpdateWhenNull.0 must be one of Username, Email, FirstName, LastName, SsoUsername',
      { FieldsToUpdatesWhenNull: ['Tags'] },
    ],
  ])('%s', (refusal, said) => {
    expect(refusalsOf(said)).toEqual([refusal])
  })

  test('no other member', () => {
    expect(userPoliciesSchema.safeParse({ matching: [] }).success).toBe(false)
  })
})

describe('what it means', () => {
  test.each<unknown>([
    null,
    undefined,
    {},
    { matchingFields: null, fieldsToUpdateWhenNull: null, fieldsToUpdateWhenDifferent: null },
    { matchingFields: [], fieldsToUpdateWhenNull: [], fieldsToUpdateWhenDifferent: [] },
  ])('%j: the defaults', (stored) => {
    expect(effectivePolicies(stored)).toEqual(defaultUserPolicies)
  })

  test('each member has its default by itself', () => {
    expect(effectivePolicies({ matchingFields: ['SsoUsername'] })).toEqual({
      ...defaultUserPolicies,
      matchingFields: ['SsoUsername'],
    })
    expect(effectivePolicies(ours)).toEqual(ours)
  })
})
