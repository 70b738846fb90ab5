import { describe, expect, test } from 'vitest'
import {
  newTargetForm,
  rotateTargetForm,
  targetSettingsForm,
  toNewTarget,
  toTargetSettings,
} from './target-schemas.ts'

const values = {
  ...{ name: 'Surveys', baseUrl: 'https://app.surveys.example', audience: 'www.surveys.example' },
  ...{ tenant: '', product: '', claims: 'firstName\n\n lastName ', tags: '' },
}
const problems = (schema: typeof targetSettingsForm | typeof newTargetForm, change: object) =>
  schema
    .safeParse({ ...values, secret: '', ...change })
    .error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? []

describe('the forms of a target', () => {
  test('leave out what is empty, and read lists one entry a line', () => {
    const read = { ...values, tenant: null, product: null, claims: ['firstName', 'lastName'], tags: [] }
    expect(toTargetSettings(values)).toEqual(read)
    expect(toNewTarget({ ...values, secret: '' })).toEqual(read)
    expect([...problems(newTargetForm, {}), ...problems(targetSettingsForm, {})]).toEqual([])
  })

  test.each([
    [{ name: ' ' }, /^name: must not be empty$/],
    [{ baseUrl: 'http://app.surveys.example' }, /^baseUrl: must be a whole https address/],
    [{ claims: `id\n${'x'.repeat(129)}` }, /^claims: line 2 must not be longer than 128 characters$/],
    [{ claims: 'email' }, /^claims: cannot hold email/],
  ])('say what is wrong with %j under its field', (change, problem) => {
    for (const schema of [newTargetForm, targetSettingsForm])
      expect(problems(schema, change)).toEqual([expect.stringMatching(problem)])
  })

  test('take the secret of the product only where it is long enough for HS512', () => {
    expect(problems(newTargetForm, { secret: 'x'.repeat(63) })).toEqual([
      expect.stringMatching(/^secret: must have at least 64 bytes/),
    ])
    expect(rotateTargetForm.safeParse({ secret: 'x'.repeat(63) }).success).toBe(false)
    expect(rotateTargetForm.safeParse({ secret: 'x'.repeat(64) }).success).toBe(true)
    expect(rotateTargetForm.safeParse({ secret: '' }).success).toBe(true)
  })
})
