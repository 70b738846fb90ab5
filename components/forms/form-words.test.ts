import { describe, expect, it } from 'vitest'
import { suggestSlug } from './suggest-slug.ts'
import { toSentence } from './to-sentence.ts'

describe('suggested slug', () => {
  it.each([
    ['Globex & Söhne GmbH', 'globex-sohne-gmbh'],
    ['  acme.example  ', 'acme.example'],
    ['..', ''],
    ['株式会社', ''],
  ])('of %j is %j', (name, slug) => {
    expect(suggestSlug(name)).toBe(slug)
  })
})

describe('message of a schema', () => {
  it('becomes a sentence once', () => {
    expect(toSentence('must not be empty')).toBe('Must not be empty.')
    expect(toSentence('Enter the product.')).toBe('Enter the product.')
  })
})
