import { describe, expect, test } from 'vitest'
import { newTargetSchema, rotateTargetSchema, targetChangeSchema } from './target-input.ts'

const given = { name: 'Surveys', baseUrl: 'https://app.waggl.com', audience: 'www.waggl.com' }

const problemsOf = (input: Record<string, unknown>) =>
  newTargetSchema.safeParse({ ...given, ...input }).error?.issues.map(({ path }) => path.join('.')) ?? []

describe('a new target', () => {
  test('what was not said takes its default', () => {
    expect(newTargetSchema.parse(given)).toEqual({
      ...given,
      tenant: null,
      product: null,
      claims: [],
      tags: [],
    })
  })

  test.each([
    ['https://app.waggl.com/', 'https://app.waggl.com'],
    ['https://APP.waggl.com/a/../b//', 'https://app.waggl.com/b'],
    ['http://localhost:3000/app/', 'http://localhost:3000/app'],
  ])('the base URL %s is kept as %s', (baseUrl, kept) => {
    expect(newTargetSchema.parse({ ...given, baseUrl }).baseUrl).toBe(kept)
  })

  test.each([
    'http://app.waggl.com',
    'app.waggl.com',
    'https://app.waggl.com/?a=1',
    'https://app.waggl.com/#a',
    'https://user:pass@app.waggl.com',
    'https://*.waggl.com',
    'javascript:alert(1)',
    'https:\\\\app.waggl.com',
    'https:app.waggl.com',
  ])('the base URL %s is refused', (baseUrl) => {
    expect(problemsOf({ baseUrl })).toEqual(['baseUrl'])
  })

  test('a given secret has the 64 bytes HS512 asks for, counted in UTF-8', () => {
    expect(problemsOf({ secret: 'a'.repeat(63) })).toEqual(['secret'])
    expect(problemsOf({ secret: 'ä'.repeat(31) })).toEqual(['secret'])
    expect(problemsOf({ secret: 'a'.repeat(1025) })).toEqual(['secret'])
    expect(problemsOf({ secret: ` ${'a'.repeat(64)}` })).toEqual(['secret'])
    expect(newTargetSchema.parse({ ...given, secret: 'ä'.repeat(32) }).secret).toBe('ä'.repeat(32))
    expect(rotateTargetSchema.safeParse({ secret: 'short' }).success).toBe(false)
  })

  test('claims cannot stand in for the address, nor for the tags', () => {
    for (const claims of [['email'], ['tags'], ['__proto__'], [''], 'firstName', [1]])
      expect(newTargetSchema.safeParse({ ...given, claims }).success).toBe(false)
    expect(newTargetSchema.parse({ ...given, claims: ['id', 'id', 'department'] }).claims).toEqual([
      'id',
      'department',
    ])
  })

  test('unknown members are refused, and a change cannot carry a secret', () => {
    expect(newTargetSchema.safeParse({ ...given, clientId: 'x' }).success).toBe(false)
    expect(targetChangeSchema.safeParse({ secret: 'a'.repeat(64) }).success).toBe(false)
    expect(targetChangeSchema.safeParse({}).success).toBe(false)
    expect(targetChangeSchema.parse({ tenant: null })).toEqual({ tenant: null })
  })
})
