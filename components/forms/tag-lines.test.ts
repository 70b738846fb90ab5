import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tagsToText, textToTags } from './tag-lines.ts'

describe('tags as lines', () => {
  it('are a category and a value each, several values on as many lines', () => {
    const tags = { office: 'Paris', teams: ['red', 'blue'], url: 'https://acme.example' }
    const text = 'office: Paris\nteams: red\nteams: blue\nurl: https://acme.example'
    expect(tagsToText(tags)).toBe(text)
    expect(textToTags(text)).toEqual({ tags, faultyLine: null })
  })

  it('may be written as people write: blanks around, empty lines, no value', () => {
    expect(textToTags('\n  office :  Paris  \r\n\nfloor:')).toEqual({
      tags: { office: 'Paris', floor: '' },
      faultyLine: null,
    })
  })

  it('name the first line that is none', () => {
    expect(textToTags('office: Paris\n\nParis\n: Rome')).toMatchObject({ faultyLine: 3 })
  })

  it('are read as they were written, whatever they hold', () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.string({ unit: fc.constantFrom('"', '[', ']', ':', ' ', '\\', '\n', '\r', 'a', ','), maxLength: 8 }),
    )
    const name = odd.filter((text) => text !== '')
    const value = fc.oneof(odd, fc.array(odd, { maxLength: 4 }))
    fc.assert(
      fc.property(fc.dictionary(name, value), (tags) => {
        expect(textToTags(tagsToText(tags))).toEqual({ tags: { ...tags }, faultyLine: null })
      }),
      { numRuns: 500 },
    )
  })
})
