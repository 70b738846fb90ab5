import { describe, expect, test } from 'vitest'
import { explainSamlCause, samlCauses, shorten } from './causes.ts'

describe('every cause has a sentence for an IT admin', () => {
  test.each(samlCauses)('%s', (cause) => {
    const sentence = explainSamlCause(cause, {
      idp: 'Okta',
      expected: 'https://a.example',
      received: 'https://b.example',
    })
    expect(sentence).toContain('Okta')
    expect(sentence).toMatch(/^[A-Z“].*\.$/)
    expect(sentence).not.toMatch(/undefined|null|\[object|saml_/)
    // What to do about it, besides what is wrong.
    expect(sentence).toMatch(
      /\b(In Okta|Check|Upload|Sign in|Set the clocks|Start the login|Look|look|Close|Let|Clear|If Okta|copy|Copy)\b/,
    )
    const bare = explainSamlCause(cause, { idp: 'Okta' })
    expect(bare).not.toMatch(/undefined|null|\(\)|“”/)
  })

  test('no two causes share one', () => {
    const all = samlCauses.map((cause) =>
      explainSamlCause(cause, { idp: 'Okta', expected: 'e', received: 'r' }),
    )
    expect(new Set(all).size).toBe(all.length)
  })
})

test('what came from outside is cut to 300 characters and loses its control characters', () => {
  expect(shorten(`a\u0000\n\u001b[31mb`)).toBe('a [31mb')
  expect(shorten('x'.repeat(400))).toHaveLength(300)
})
