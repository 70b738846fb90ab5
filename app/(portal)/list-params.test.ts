import { describe, expect, it } from 'vitest'
import { isNarrowed, listParams, textParam } from './list-params.ts'

describe('parameters of a list', () => {
  it('reads text and trims it', () => {
    expect(textParam({ query: ' globex ' }, 'query')).toBe('globex')
  })

  it('takes for absent what is empty, repeated, too long, or no text', () => {
    const odd = { empty: ' ', twice: ['a', 'b'], long: 'x'.repeat(201), nul: 'a\u0000b' }
    for (const name of Object.keys(odd)) expect(textParam(odd, name)).toBeUndefined()
  })

  it('knows an untouched list from one without a match', () => {
    expect(isNarrowed({})).toBe(false)
    expect(isNarrowed({ query: '' })).toBe(false)
    expect(isNarrowed({ product: 'crm' })).toBe(true)
    expect(listParams({ query: 'a', cursor: 'ten_1', other: 'x' })).toEqual({ query: 'a', cursor: 'ten_1' })
  })
})
