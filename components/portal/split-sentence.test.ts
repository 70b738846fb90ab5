import { describe, expect, it } from 'vitest'
import { splitSentence } from './split-sentence.ts'

describe('what happened and what to do', () => {
  it('parts a sentence from its remedy', () => {
    expect(splitSentence('The clock is wrong. Set it right. Then try again.')).toEqual({
      what: 'The clock is wrong.',
      remedy: 'Set it right. Then try again.',
    })
  })

  it('is not misled by full stops inside addresses and quotations', () => {
    const sentence = 'It is meant for “http://idp.example/a.b”. In Okta, set the audience to “x”.'
    expect(splitSentence(sentence).what).toBe('It is meant for “http://idp.example/a.b”.')
    expect(splitSentence('It said: “Not assigned.” Assign the person.').what).toBe('It said: “Not assigned.”')
  })

  it('leaves a single sentence whole', () => {
    expect(splitSentence('owner@acme.example signed in.')).toEqual({
      what: 'owner@acme.example signed in.',
      remedy: '',
    })
  })
})
