import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAllowedRedirectUrl, isRegistrableRedirectUrl } from './redirect-url.ts'

describe('what may be registered', () => {
  test.each([
    'https://app.acme.example/callback',
    'https://app.acme.example/callback?tenant=a',
    'http://localhost:3366/*',
    'http://127.0.0.1:3000/cb',
    'http://[::1]:3000/cb',
    'https://app.acme.example/*',
    'https://app.acme.example/a/b*',
    'https://*.acme.example/cb',
    'https://*.acme.example/*',
    'com.acme.app:/cb',
    'com.acme.app://cb',
  ])('%s', (url) => expect(isRegistrableRedirectUrl(url)).toBe(true))

  test.each([
    '',
    'callback',
    '/callback',
    '//acme.example/callback',
    'https://',
    'https:///callback#',
    'https:///callback',
    'https:app.acme.example/callback',
    'https://acme.example/#fragment',
    'https://acme.example/#',
    'https://person@acme.example/',
    'https://person:password@acme.example/',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://acme.example/1',
    'about:blank',
    'https://acme.example/a b',
    'https://acme.example\\evil',
    'https://acme.example/\u0000',
    ' https://acme.example/',
    '*',
    'https://*',
    'https://*/cb',
    'https://*.example/cb',
    'https://a*.acme.example/',
    'https://*.*.acme.example/',
    'https://app.*.example/',
    'https://acme.example/*/cb',
    'https://acme.example/**',
    'https://acme.example/cb?x=*',
    'https://acme.example/*?x=1',
    'https://acme.example:*/',
    '*://acme.example/',
    'com.acme.app:/*',
    `https://acme.example/${'x'.repeat(2048)}`,
  ])('not %j', (url) => expect(isRegistrableRedirectUrl(url)).toBe(false))
})

describe('what a registered URL allows', () => {
  const exact = 'https://app.acme.example/callback'
  const openPath = 'https://app.acme.example/in/*'
  const openHost = 'https://*.acme.example/cb'
  const both = 'https://*.acme.example/*'

  test.each<[string, string]>([
    [exact, exact],
    [openPath, 'https://app.acme.example/in/'],
    [openPath, 'https://app.acme.example/in/a/b?c=d'],
    [openHost, 'https://a.acme.example/cb'],
    [openHost, 'https://xn--mller-kva.acme.example/cb'],
    [both, 'https://a.acme.example/x?y'],
  ])('%s allows %s', (registered, candidate) => {
    expect(isAllowedRedirectUrl(candidate, [registered])).toBe(true)
  })

  test.each<[string, string]>([
    [exact, `${exact}/`],
    [exact, `${exact}?a=b`],
    [exact, 'https://app.acme.example/callback/../callback'],
    [exact, 'https://app.acme.example:443/callback'],
    [exact, 'https://app.acme.example/%63allback'],
    [openPath, 'https://app.acme.example/in'],
    [openPath, 'https://app.acme.example/other'],
    [openPath, 'https://app.acme.example/in/../out'],
    [openPath, 'https://app.acme.example/in/%2e%2e/out'],
    [openPath, 'https://app.acme.example/in/..%2fout'],
    [openPath, 'https://app.acme.example/in/..%5Cout'],
    [openPath, 'https:app.acme.example/in/'],
    [openPath, 'https:/app.acme.example/in/'],
    [openPath, 'https:///app.acme.example/in/'],
    [openPath, 'https://app.acme.example:8443/in/'],
    [openPath, 'http://app.acme.example/in/'],
    [openPath, 'https://app.acme.example.evil.example/in/'],
    [openPath, 'https://app.acme.example@evil.example/in/'],
    [openHost, 'https://acme.example/cb'],
    [openHost, 'https://.acme.example/cb'],
    [openHost, 'https://a.b.acme.example/cb'],
    [openHost, 'https://evilacme.example/cb'],
    [openHost, 'https://a.acme.example/cb/x'],
    [openHost, 'https://a.acme.example/cb?x'],
    [openHost, 'https://evil.example/.acme.example/cb'],
    [openHost, 'https://*.acme.example/cb'],
    [openHost, 'https://a%2eb.acme.example/cb'],
    [both, 'https://evil.example#.acme.example/'],
    [both, 'https://evil.example\\.acme.example/'],
    // What could never be registered allows nothing, should it be in the database all the same.
    ['https://*/*', 'https://evil.example/'],
    ['*', 'https://evil.example/'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
  ])('%s does not allow %s', (registered, candidate) => {
    expect(isAllowedRedirectUrl(candidate, [registered])).toBe(false)
  })

  test('nothing registered allows nothing', () => {
    expect(isAllowedRedirectUrl(exact, [])).toBe(false)
  })

  test('whatever is allowed has scheme, port and host of a registered one (property)', () => {
    const registered = [openPath, openHost, both]
    const piece = fc.constantFrom(
      'https://',
      'http://',
      'app',
      '.',
      'acme.example',
      '@',
      '/',
      '\\',
      '#',
      '?',
      '%',
      ':',
      '*',
      'in/',
      'cb',
      'evil.example',
      '..',
      '\t',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const candidate = pieces.join('')
        if (!isAllowedRedirectUrl(candidate, registered)) return
        const url = new URL(candidate)
        expect([url.protocol, url.port, url.username, url.hash]).toEqual(['https:', '', '', ''])
        expect(url.hostname).toMatch(/^[^.]+\.acme\.example$/)
      }),
      { numRuns: 5000 },
    )
  })
})
