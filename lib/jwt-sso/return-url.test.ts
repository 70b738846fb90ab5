import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canCarry, ssoRequestUrl, ssoReturnUrl } from './return-url.ts'

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

describe('parameters from outside', () => {
  test.each([params, 'q=a%26b%3Dc%23d&e=%C3%BC', 'größe=∑🙂', 'a=b=c&&d', '', 'a b', 'x'.repeat(2048)])(
    '%j can be carried',
    (text) => {
      expect(canCarry(text)).toBe(true)
    },
  )

  test.each([
    'a#b',
    'a\r\nb',
    'a\u0000',
    'sso_jwt=x',
    'a=1&sso_jwt=x',
    'sso%5Fjwt=x',
    '\udfff',
    'a'.repeat(2049),
  ])('%j cannot', (text) => {
    expect(canCarry(text)).toBe(false)
  })
})
