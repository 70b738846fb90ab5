import { describe, expect, test } from 'vitest'
import { attributesSchema } from './attributes.ts'
import { newUserSchema, userChangeSchema } from './user-input.ts'

const refusalsOf = (attributes: unknown) => {
  const parsed = attributesSchema.safeParse(attributes)
  return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
}

describe('an attribute passes for nothing that Vestibule vouches for', () => {
  test.each([
    ...['sub', 'iss', 'aud', 'exp', 'nbf', 'iat', 'jti', 'nonce', 'acr', 'amr', 'azp', 'auth_time', 'sid'],
    ...['at_hash', 'c_hash', 's_hash', 'cnf', 'act', 'may_act', 'scope', 'client_id', 'token_type', 'active'],
    ...['events', '_claim_names', '_claim_sources', 'sub_jwk', 'authorization_details'],
    ...[
      'role',
      'roles',
      'groups',
      'entitlements',
      'permissions',
      'tenant',
      'organizationId',
      'verified',
      'id',
    ],
    ...['requested', 'raw', 'firstName', 'username', 'status', 'constructor', 'prototype'],
  ])('%s, in no spelling', (name) => {
    for (const spelling of [
      name,
      name.toUpperCase(),
      ` ${name}`,
      `${name}\u00a0`,
      `${name}#en`,
      toWide(name),
    ])
      expect(refusalsOf({ [spelling]: 'x' }), JSON.stringify(spelling)).toEqual([
        `${spelling} is a reserved name`,
      ])
  })

  test.each(['email', 'given_name', 'family_name', 'updated_at', 'Email', 'GIVEN_NAME', 'updated_at#en'])(
    '%s is set elsewhere',
    (name) => {
      expect(refusalsOf({ [name]: 'x' })[0]).toMatch(/ is set (as|by) /)
    },
  )

  test.each(['Email_Verified', 'Phone_Number_Verified', 'PICTURE', 'address '])(
    '%j is not the standard claim of nearly that name',
    (name) => {
      expect(refusalsOf({ [name]: true })).not.toEqual([])
    },
  )

  test('the prototype of objects: nothing comes through', () => {
    const parsed = attributesSchema.parse(JSON.parse('{"__proto__": {"role": "owner"}, "unit": "x"}'))
    expect(Object.getOwnPropertyNames(parsed)).toEqual(['unit'])
    expect(parsed.role).toBeUndefined()
    const address = attributesSchema.safeParse(JSON.parse('{"address": {"__proto__": {"country": "x"}}}'))
    expect((address.data?.address as { country?: string } | undefined)?.country).toBeUndefined()
  })

  test.each([
    '',
    ' ',
    'a b',
    'a\tb',
    'a\u0000b',
    'a\u200bb',
    'a\u202eb',
    'a'.repeat(101),
    '#en',
    'a# ',
    'a#e n',
    'a#\u0000',
  ])('the name %j', (name) => {
    expect(refusalsOf({ [name]: 'x' })).toHaveLength(1)
  })

  test.each(['department', 'cost-center', 'urn:acme:unit', 'https://acme.example/unit', 'größe', 'rolex'])(
    'but %j may be used',
    (name) => {
      expect(refusalsOf({ [name]: ['x', 1, true] })).toEqual([])
    },
  )
})

describe('what is nobody\u2019s to say of a user', () => {
  const valid = { tenant: 'acme', email: 'a@acme.example' }

  test.each([
    ...['id', 'role', 'roles', 'verified', 'emailVerified', 'emailVerifiedAt', 'organizationId', 'tenantId'],
    ...['passwordHash', 'emailKey', 'usernameKey', 'lastSignInAt', 'search', 'createdAt', 'updatedAt'],
    ...['organization', 'sessions', 'grants', 'hasPassword', 'constructor'],
  ])('%s', (name) => {
    for (const value of ['x', true, { connect: { id: 'org_2' } }]) {
      const created = newUserSchema.safeParse({ ...valid, [name]: value })
      const changed = userChangeSchema.safeParse({ firstName: 'x', [name]: value })
      for (const { success, error } of [created, changed]) {
        expect(success).toBe(false)
        expect(error?.issues).toEqual([expect.objectContaining({ code: 'unrecognized_keys', keys: [name] })])
      }
    }
  })

  test('nor by the prototype of the body', () => {
    const created = newUserSchema.safeParse(
      JSON.parse('{"tenant":"acme","email":"a@acme.example","__proto__":{"role":"owner"}}'),
    )
    expect(created.success ? Object.keys(created.data) : created.error).not.toContain('role')
    expect((created.data as { role?: string } | undefined)?.role).toBeUndefined()
  })

  test.each(['invited', 'pending', 'Active', '', null, true])('the status %j', (status) => {
    expect(newUserSchema.safeParse({ ...valid, status }).success).toBe(false)
    expect(userChangeSchema.safeParse({ status }).success).toBe(false)
  })
})

/** The same letters, twice as wide: NFKC makes them the plain ones. */
function toWide(name: string): string {
  return name.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0))
}
