import { describe, expect, it } from 'vitest'
import { newUserForm, toNewUser, toUserChange, toUserValues, userSettingsForm } from './user-schemas.ts'

const empty = {
  ...{ email: 'ada@acme.example', username: '', firstName: '', lastName: '', ssoUsername: '' },
  ...{ namespaces: '', tags: '', attributes: '' },
}
const problems = (values: object) =>
  newUserForm
    .safeParse({ ...empty, tenant: 'acme', password: '', ...values })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('the form of a new user', () => {
  it('leaves out what is empty', () => {
    expect(toNewUser({ ...empty, tenant: 'acme', password: '' })).toEqual({
      ...{ tenant: 'acme', email: 'ada@acme.example', password: null, username: null, ssoUsername: null },
      ...{ firstName: null, lastName: null, namespaces: [], tags: {}, attributes: {} },
    })
    expect(problems({})).toEqual([])
  })

  it.each([
    [{ tenant: ' ' }, 'tenant: must not be empty'],
    [{ email: 'ada' }, 'email: must be an e-mail address'],
    [{ password: 'short' }, 'password: must have at least 8 characters'],
    [{ username: 'x'.repeat(129) }, 'username: must not be longer than 128 characters'],
    [{ tags: 'office: Paris\nParis' }, 'tags: line 2 must be written category: value'],
    [{ tags: `office: ${'x'.repeat(257)}` }, 'tags: office must not be longer than 256 characters'],
    [
      { namespaces: `staff\n${'x'.repeat(129)}` },
      'namespaces: line 2 must not be longer than 128 characters',
    ],
    [{ attributes: '["fr"]' }, 'attributes: must be an object in JSON, such as {"locale": "fr"}'],
    [{ attributes: '{"sub": "me"}' }, 'attributes: sub is a reserved name'],
    [{ attributes: '{"address": {"planet": "Mars"}}' }, 'attributes: address planet is not known here'],
  ])('says what is wrong with %j under its field', (values, problem) => {
    expect(problems(values)).toEqual([problem])
  })
})

describe('the settings of a user', () => {
  const user = {
    ...{ email: 'ada@acme.example', emailVerified: true, username: 'ada', firstName: 'Ada', lastName: null },
    ...{ ssoUsername: null, namespaces: ['board', 'staff'], tags: { office: 'Paris', teams: ['a', 'b'] } },
    attributes: { locale: 'fr', email_verified: true },
  }

  it('save what was read, and nothing else', () => {
    const { emailVerified: _, ...said } = user
    expect(toUserChange(toUserValues(user))).toEqual(said)
    expect(userSettingsForm.safeParse(toUserValues(user)).success).toBe(true)
  })

  it('say whether the address is proven beside the claims, which stay', () => {
    const values = { ...toUserValues(user), emailVerified: false }
    expect(values.attributes).not.toContain('email_verified')
    expect(toUserChange(values).attributes).toEqual({ locale: 'fr', email_verified: false })
  })
})
