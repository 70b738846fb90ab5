import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isAllowedRedirectUrl,
  isHttpsOrLoopbackUrl,
  isRegistrableNativeRedirectUrl,
  isRegistrableRedirectUrl,
  isRegistrableWebRedirectUrl,
} from './redirect-url.ts'

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

describe('what a web application may register', () => {
  test.each([
    'https://app.acme.example/callback',
    'https://*.acme.example/callback',
    'https://app.acme.example/*',
    'http://localhost:3000/*',
    'http://app.localhost/cb',
    'http://127.0.0.1:3000/cb',
    'http://127.8.9.10/cb',
    'http://[::1]/cb',
  ])('%s', (url) => expect(isRegistrableWebRedirectUrl(url)).toBe(true))

  test.each([
    'http://app.acme.example/callback',
    'http://localhost.evil.example/cb',
    'http://127.0.0.1.evil.example/cb',
    'http://localhost@evil.example/cb',
    'com.acme.app:/callback',
    'javascript:alert(1)',
    'ftp://localhost/cb',
    'https://acme.example/cb#',
    'https://*/cb',
  ])('not %s', (url) => expect(isRegistrableWebRedirectUrl(url)).toBe(false))
})

describe('what a native application may register (RFC 8252 §7)', () => {
  test.each([
    'https://app.acme.example/callback',
    'com.acme.app:/callback',
    'com.acme.app://callback',
    'com.acme-tools.app2:/',
    'http://127.0.0.1/callback',
    'http://127.0.0.1:8080/callback?x=y',
    'http://[::1]/callback',
    'http://localhost:4000',
  ])('%s', (url) => expect(isRegistrableNativeRedirectUrl(url)).toBe(true))

  test.each([
    'https://*.acme.example/callback',
    'https://app.acme.example/*',
    'http://127.0.0.1/*',
    'http://app.acme.example/callback',
    'http://127.0.0.2/callback',
    'http://127.1/callback',
    'http://0x7f.0.0.1/callback',
    'http://[::ffff:127.0.0.1]/callback',
    'http://app.localhost/callback',
    'http://localhost.evil.example/callback',
    'http://127.0.0.1.evil.example/callback',
    'http://127.0.0.1@evil.example/callback',
    'myapp:/callback',
    'myapp://callback',
    'mailto:someone@acme.example',
    'tel:+441632960000',
    'ftp://acme.example/callback',
    'ws://127.0.0.1/callback',
    'com.acme.app:callback',
    'com..app:/callback',
    '.acme.app:/callback',
    'app.acme.example:443/callback',
    'com.acme.app:/callback#x',
    'com.acme.app://person@callback',
    'javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    'intent://callback#Intent;scheme=https;end',
  ])('not %s', (url) => expect(isRegistrableNativeRedirectUrl(url)).toBe(false))
})

describe('what a loopback URL allows a native application', () => {
  const anyPort = { anyLoopbackPort: true }
  const v4 = 'http://127.0.0.1/callback'
  const v6 = 'http://[::1]:9000/callback?x=y'
  const name = 'http://localhost:3000/callback'

  test.each<[string, string]>([
    [v4, v4],
    [v4, 'http://127.0.0.1:1/callback'],
    [v4, 'http://127.0.0.1:80/callback'],
    [v4, 'http://127.0.0.1:51234/callback'],
    [v4, 'http://127.0.0.1:65535/callback'],
    [v6, 'http://[::1]/callback?x=y'],
    [v6, 'http://[::1]:51234/callback?x=y'],
    [name, 'http://localhost:51234/callback'],
    ['http://127.0.0.1', 'http://127.0.0.1:51234'],
  ])('%s allows %s', (registered, candidate) => {
    expect(isAllowedRedirectUrl(candidate, [registered], anyPort)).toBe(true)
  })

  test.each<[string, string]>([
    [v4, 'http://127.0.0.1:0/callback'],
    [v4, 'http://127.0.0.1:080/callback'],
    [v4, 'http://127.0.0.1:/callback'],
    [v4, 'http://127.0.0.1:65536/callback'],
    [v4, 'http://127.0.0.1:99999/callback'],
    [v4, 'http://127.0.0.1:1234/callback/'],
    [v4, 'http://127.0.0.1:1234/callback?x=y'],
    [v4, 'http://127.0.0.1:1234/other/../callback'],
    [v4, 'http://127.0.0.1:1234/%63allback'],
    [v4, 'http://127.0.0.1:1234'],
    [v4, 'https://127.0.0.1:1234/callback'],
    [v4, 'HTTP://127.0.0.1:1234/callback'],
    [v4, 'http:127.0.0.1:1234/callback'],
    [v4, 'http:///127.0.0.1:1234/callback'],
    [v4, 'http://127.0.0.1:1234@evil.example/callback'],
    [v4, 'http://127.0.0.1:1234#@evil.example/callback'],
    [v4, 'http://127.0.0.1:1234\\@evil.example/callback'],
    [v4, 'http://127.0.0.1:1234.evil.example/callback'],
    [v4, 'http://127.0.0.1.evil.example:1234/callback'],
    [v4, 'http://127.0.0.2:1234/callback'],
    [v4, 'http://127.1:1234/callback'],
    [v4, 'http://2130706433:1234/callback'],
    [v4, 'http://localhost:1234/callback'],
    [v4, 'http://[::1]:1234/callback'],
    [v6, 'http://[0:0:0:0:0:0:0:1]:1234/callback?x=y'],
    [v6, 'http://127.0.0.1:1234/callback?x=y'],
    [name, 'http://localhost.:1234/callback'],
    [name, 'http://LOCALHOST:1234/callback'],
    [name, 'http://127.0.0.1:1234/callback'],
    // The port of anything else is a part of what was registered.
    ['http://app.acme.example/callback', 'http://app.acme.example:1234/callback'],
    ['https://app.acme.example/callback', 'https://app.acme.example:1234/callback'],
    ['https://127.0.0.1/callback', 'https://127.0.0.1:1234/callback'],
    ['com.acme.app://callback', 'com.acme.app://callback:1234'],
  ])('%s does not allow %s', (registered, candidate) => {
    expect(isAllowedRedirectUrl(candidate, [registered], anyPort)).toBe(false)
  })

  test('without the option the port counts', () => {
    expect(isAllowedRedirectUrl('http://127.0.0.1:51234/callback', [v4])).toBe(false)
    expect(isAllowedRedirectUrl('http://127.0.0.1:51234/callback', [v4], { anyLoopbackPort: false })).toBe(
      false,
    )
  })

  test('whatever is allowed leads to the machine itself (property)', () => {
    const junk = fc.oneof(
      { weight: 6, arbitrary: fc.constant('') },
      {
        weight: 1,
        arbitrary: fc.constantFrom('@', '#', '\\', '.', '%', '/', ':', '?', 'evil.example', '\t'),
      },
    )
    const scheme = fc.constantFrom('http://', 'http:', 'https://', 'HTTP://')
    const host = fc.constantFrom('127.0.0.1', 'localhost', '[::1]', 'evil.example', '127.1')
    const port = fc.constantFrom('', ':1', ':51234', ':0', ':65536', ':x')
    const rest = fc.constantFrom('/callback', '/callback?x=y', '/', '', '/callback/..')
    let allowed = 0
    fc.assert(
      fc.property(fc.tuple(scheme, junk, host, junk, port, junk, rest, junk), (pieces) => {
        const candidate = pieces.join('')
        if (!isAllowedRedirectUrl(candidate, [v4, v6, name], anyPort)) return
        allowed++
        const url = new URL(candidate)
        expect([url.protocol, url.username, url.hash, url.pathname]).toEqual(['http:', '', '', '/callback'])
        expect(['127.0.0.1', '[::1]', 'localhost']).toContain(url.hostname)
      }),
      { numRuns: 20_000 },
    )
    expect(allowed).toBeGreaterThan(10)
  })
})

describe('addresses of servers that are called, or that people are sent to', () => {
  test.each(['https://app.acme.example/logout?x=y', 'http://localhost:3000/logout', 'http://[::1]/logout'])(
    '%s',
    (url) => expect(isHttpsOrLoopbackUrl(url)).toBe(true),
  )

  test.each([
    '',
    '/logout',
    'http://app.acme.example/logout',
    'https://app.acme.example/logout#x',
    'https://app.acme.example/logout#',
    'https://person:password@app.acme.example/logout',
    'https://*.acme.example/logout',
    'https://app.acme.example/*',
    'com.acme.app:/logout',
    'javascript:alert(1)',
    'https:app.acme.example',
    'https:///app.acme.example',
  ])('not %j', (url) => expect(isHttpsOrLoopbackUrl(url)).toBe(false))
})
