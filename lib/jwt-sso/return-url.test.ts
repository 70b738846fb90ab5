import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ssoRequestUrl, ssoReturnUrl, toReturnParams, toReturnPath } from './return-url.ts'

const path = 'i/9745804b'
const params = 'view=vote&page=1'
const token = 'xxxxx.yyyyy.zzzzz'

describe('the addresses are written as customers’ pages know them', () => {
  test('with parameters to come back to', () => {
    expect(ssoRequestUrl('https://yourcompany.com/waggl/sso/', { path, params })).toBe(
      'https://yourcompany.com/waggl/sso/?return_to_path=i%2F9745804b&return_to_params=view%3Dvote%26page%3D1',
    )
    expect(ssoReturnUrl('https://app.waggl.com', { path, params }, token)).toBe(
      'https://app.waggl.com/i/9745804b?sso_jwt=xxxxx.yyyyy.zzzzz&view=vote&page=1',
    )
  })

  test('without them', () => {
    expect(ssoRequestUrl('https://yourcompany.com/waggl/sso/', { path, params: null })).toBe(
      'https://yourcompany.com/waggl/sso/?return_to_path=i%2F9745804b',
    )
    expect(ssoReturnUrl('https://app.waggl.com', { path, params: null }, token)).toBe(
      'https://app.waggl.com/i/9745804b?sso_jwt=xxxxx.yyyyy.zzzzz',
    )
  })

  test.each([
    ['https://a.example/sso?x=1', 'https://a.example/sso?x=1&return_to_path=i%2F9745804b'],
    ['https://a.example/sso?', 'https://a.example/sso?return_to_path=i%2F9745804b'],
    ['https://a.example/sso?x&', 'https://a.example/sso?x&return_to_path=i%2F9745804b'],
  ])('a query of %s stays', (ssoUrl, expected) => {
    expect(ssoRequestUrl(ssoUrl, { path, params: null })).toBe(expected)
  })

  test('a base below a path, with or without a slash at its end', () => {
    for (const base of ['https://a.example/b', 'https://a.example/b/'])
      expect(ssoReturnUrl(base, { path, params: '' }, token)).toBe(
        `https://a.example/b/i/9745804b?sso_jwt=${token}`,
      )
  })

  test('what is carried comes back byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (carried) => {
        const url = new URL(ssoRequestUrl('https://a.example/', { path, params: carried }))
        expect(url.searchParams.get('return_to_params') ?? '').toBe(carried)
      }),
    )
  })
})

describe('a path from outside', () => {
  test.each([
    [path, path],
    ['i', 'i'],
    ['a/b/', 'a/b/'],
    ['a%20b/c%3Fd', 'a%20b/c%3Fd'],
    ['umfrage/größe', 'umfrage/gr%C3%B6%C3%9Fe'],
    ["a/b:c/~d!$&'()*+,;=@", "a/b:c/~d!$&'()*+,;=@"],
    ['.../..a', '.../..a'],
  ])('%s is one below the base', (text, written) => {
    expect(toReturnPath(text)).toBe(written)
  })

  test.each([
    '',
    '/',
    '/i/1',
    '//evil.example',
    '\\evil.example',
    '\\\\evil.example',
    'i\\1',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    '..',
    'i/../..',
    'i/./1',
    '%2e%2e/x',
    'i/.%2E/x',
    '%2f%2fevil.example',
    'i%5c1',
    'i/%252e%252e/x',
    'i//1',
    'i?x=1',
    'i#x',
    'i\r\nSet-Cookie: a=b',
    'i%0d%0aSet-Cookie:%20a=b',
    'i%00',
    'i 1',
    ' i',
    '\ti',
    'i%',
    'i%zz',
    'i/"><script>',
    '\ud800',
    'a'.repeat(1025),
  ])('%j is not', (text) => {
    expect(toReturnPath(text)).toBeNull()
  })

  test('that is let through stays on the host and below the base, in the eyes of a browser', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'./\\:%2e5cfi@?#\t') })),
        (text) => {
          const written = toReturnPath(text)
          fc.pre(written !== null)
          const url = new URL(ssoReturnUrl('https://a.example/base', { path: written!, params: null }, token))
          expect(url.origin).toBe('https://a.example')
          expect(url.pathname).toBe(`/base/${written}`)
          expect(url.search).toBe(`?sso_jwt=${token}`)
        },
      ),
    )
  })
})

describe('parameters from outside', () => {
  test.each([
    [params, params],
    ['q=a%26b%3Dc%23d&e=%C3%BC', 'q=a%26b%3Dc%23d&e=%C3%BC'],
    ['größe=1', 'gr%C3%B6%C3%9Fe=1'],
    ['a=b=c&&d', 'a=b=c&&d'],
    ['', ''],
  ])('%j are carried as %j', (text, written) => {
    expect(toReturnParams(text)).toBe(written)
  })

  test.each([
    'a#b',
    'a b',
    'a\r\nb',
    'a\\b',
    'sso_jwt=x',
    'a=1&sso_jwt=x',
    'sso%5Fjwt=x',
    'a=%',
    '\udfff',
    'a'.repeat(2049),
  ])('%j are not', (text) => {
    expect(toReturnParams(text)).toBeNull()
  })
})
