import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isBeneath, type ReturnAddress, readReturnAddress, withToken } from './return-address.ts'

const base = 'https://app.waggl.com'
const token = 'xxxxx.yyyyy.zzzzz'

/** `query` as it stands in the address bar. */
const read = (query: string, at = base): ReturnAddress => readReturnAddress(at, new URLSearchParams(query))

const sent = (query: string, at = base): string => {
  const back = read(query, at)
  if (!back.ok) throw new Error(back.cause)
  return withToken(at, back.address, token)
}

const pathOf = (path: string) => `return_to_path=${encodeURIComponent(path)}`
const paramsOf = (params: string) => `${pathOf('i/1')}&return_to_params=${encodeURIComponent(params)}`

describe('the document’s examples', () => {
  test('with return_to_params', () => {
    expect(sent('return_to_path=i%2F9745804b&return_to_params=view%3Dvote%26page%3D1')).toBe(
      'https://app.waggl.com/i/9745804b?sso_jwt=xxxxx.yyyyy.zzzzz&view=vote&page=1',
    )
  })

  test('without', () => {
    expect(sent('return_to_path=i%2F9745804b')).toBe(
      'https://app.waggl.com/i/9745804b?sso_jwt=xxxxx.yyyyy.zzzzz',
    )
  })
})

describe('places beneath the base URL', () => {
  test.each([
    ['', 'https://app.waggl.com/'],
    ['i/9745804b/', 'https://app.waggl.com/i/9745804b/'],
    ['/i/9745804b', 'https://app.waggl.com/i/9745804b'],
    ['a file.pdf', 'https://app.waggl.com/a%20file.pdf'],
    ['größe/✓', 'https://app.waggl.com/gr%C3%B6%C3%9Fe/%E2%9C%93'],
    ['a%20b%2Fc', 'https://app.waggl.com/a%20b%2Fc'],
    ['100%', 'https://app.waggl.com/100%25'],
    ['...', 'https://app.waggl.com/...'],
    ['a..b/c.', 'https://app.waggl.com/a..b/c.'],
    ['reports/10:30', 'https://app.waggl.com/reports/10:30'],
  ])('%j', (path, place) => {
    expect(sent(pathOf(path))).toBe(`${place}?sso_jwt=${token}`)
  })

  test('a base URL with a path keeps it', () => {
    expect(sent(pathOf('i/1'), 'https://b.example:8443/app/v2')).toBe(
      `https://b.example:8443/app/v2/i/1?sso_jwt=${token}`,
    )
  })
})

describe('parameters are carried byte for byte', () => {
  test.each([
    'view=vote&page=1',
    'q=a%26b%3Dc%23d',
    'q=%C3%A4%20%E2%9C%93&r=a+b',
    'empty=&novalue&&=x',
    'list[]=1&list[]=2&json={"a":1}'.replaceAll('"', '%22'),
    "it's=100%&x=%zz",
    'next=https://app.waggl.com/?a=1&b=@',
    'sso_jwt2=a&my_sso_jwt=b&note=sso_jwt',
  ])('%s', (params) => {
    expect(sent(paramsOf(params))).toBe(`https://app.waggl.com/i/1?sso_jwt=${token}&${params}`)
  })

  test('what no address may hold is percent-encoded, and nothing is cut off', () => {
    expect(sent(paramsOf('q=ä b#c&r="<>"'))).toBe(
      `https://app.waggl.com/i/1?sso_jwt=${token}&q=%C3%A4%20b%23c&r=%22%3C%3E%22`,
    )
  })
})

const refused: Record<string, string[]> = {
  return_to_path_absolute: [
    '//evil.example', 'https://evil.example', 'https:evil.example', '/https://evil.example', 'javascript:alert(1)',
    ' https:evil', 'a//b', '%2F%2Fevil.example', '/%2Fevil.example', '%252F%252Fevil.example', 'https%3A//evil',
    'data:text/html,x',
  ],
  return_to_path_traversal: [
    '..', '../admin', 'a/../../b', '.', './a', 'a/.', '%2e%2e/a', '%2E%2E%2Fa', 'a/%2e./b', '%252e%252e/a',
    '..;/a', 'a/..;x=1/b', '%25252e%25252e/a', '.. /a',
  ],
  return_to_path_characters: [
    '\\evil.example', 'a\\..\\b', '%5Cevil', '%255Cevil', 'a\tb', '\t//evil', 'a\r\nSet-Cookie: x=1', '%0d%0aX: y',
    '%250d%250a', 'a\u0000b', '%00', '@evil.example', 'user@evil.example', '%40evil.example', 'a\u2028b', '\u0085',
    '%c0%ae%c0%ae/', '%ff', '%e2%28%a1',
  ],
  return_to_path_query: ['a?b=c', '?sso_jwt=x', 'a#b'],
} // biome-ignore format: lists of paths

describe('paths that would lead elsewhere', () => {
  for (const [cause, paths] of Object.entries(refused))
    test.each(paths)(`${cause}: %j`, (path) => {
      expect(read(pathOf(path))).toEqual({ ok: false, cause })
    })

  test('a way back that comes twice, is too long or no text', () => {
    expect(read('return_to_path=a&return_to_path=b')).toEqual({ ok: false, cause: 'return_to_repeated' })
    expect(read(`${paramsOf('a=1')}&return_to_params=b`)).toEqual({ ok: false, cause: 'return_to_repeated' })
    expect(read(pathOf('a'.repeat(6001)))).toEqual({ ok: false, cause: 'return_to_unreadable' })
    expect(read('return_to_path=%ff%fe')).toEqual({ ok: false, cause: 'return_to_unreadable' })
    expect(read('return_to_params=%ff')).toEqual({ ok: false, cause: 'return_to_unreadable' })
  })
})

describe('what costs much to read', () => {
  const nested = (times: number) => `%${'25'.repeat(times)}41`

  test.each([
    ['return_to_path', nested(2990)],
    ['return_to_params', nested(2990)],
    ['return_to_params', `${' '.repeat(3000)}x${nested(1490)}`],
    ['return_to_params', `${'a&'.repeat(2900)}${nested(90)}`],
  ])('a %s encoded over and over takes no time', (name, value) => {
    const begun = performance.now()
    readReturnAddress(base, new URLSearchParams({ [name]: value }))
    expect(performance.now() - begun).toBeLessThan(500)
  })

  test('a path that is encoded more often than any server decodes is refused', () => {
    expect(read(pathOf(nested(8)))).toEqual({ ok: false, cause: 'return_to_path_characters' })
    expect(read(pathOf(nested(5))).ok).toBe(true)
  })
})

describe('a second token cannot be slipped in', () => {
  test.each([
    'sso_jwt=evil',
    'a=1&sso_jwt=evil',
    'sso_jwt',
    'sso%5Fjwt=evil',
    's%73o_jwt=evil',
    'sso%255Fjwt=evil',
    'SSO_JWT=evil',
    'sso.jwt=evil',
    'sso+jwt=evil',
    'sso jwt=evil',
    'sso%20jwt=evil',
    '%20sso_jwt=evil',
    '+sso_jwt=evil',
    'sso_jwt[]=evil',
    'sso_jwt%5B0%5D=evil',
    'sso[jwt=evil',
    'sso_jwt%00=evil',
    'a=1;sso_jwt=evil',
    'a=1%26sso_jwt=evil&b',
    '?sso_jwt=evil',
    'sso_jwt%3Devil',
    'sso_jwt%5B%0a%5D=evil',
    'sso_jwt%0a=evil',
  ])('%s', (params) => {
    expect(read(paramsOf(params))).toEqual({ ok: false, cause: 'return_to_params_token' })
  })
})

/** Texts made of the pieces with which addresses are confused, and of anything else. */
const piece = fc.oneof(
  fc.constantFrom(
    '/', '//', '\\', '..', '.', '%2e', '%2E%2e', '%2f', '%5c', '%25', '%252e', '@', ':', 'https:', 'evil.example', '?',
    '#', '&', '=', ';', 'sso_jwt', 'sso_jwt=evil', '\t', '\r\n', '\u0000', ' ', '%0a', '%00', '[', ']', 'ä', '%C3%A4', '%ff',
  ), // biome-ignore format: a list of pieces
  fc.string({ unit: 'binary', maxLength: 6 }),
)
const text = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''))
const bases = ['https://app.waggl.com', 'https://b.example:8443/app/v2', 'http://localhost:3000/x']

describe('whatever comes', () => {
  test('the address stays at the origin and beneath the path of the base URL, with one token in it', () => {
    let kept = 0
    fc.assert(
      fc.property(text, text, fc.constantFrom(...bases), (path, params, at) => {
        const parameters = new URLSearchParams({ return_to_path: path, return_to_params: params })
        const back = readReturnAddress(at, parameters)
        if (!back.ok) return
        kept++
        expect(isBeneath(at, back.address)).toBe(true)
        const address = withToken(at, back.address, token)
        const url = new URL(address)
        const from = new URL(at)
        expect(url.origin).toBe(from.origin)
        expect(url.username + url.password + url.hash).toBe('')
        expect(url.pathname.startsWith(`${from.pathname.replace(/\/$/, '')}/`)).toBe(true)
        expect(url.searchParams.getAll('sso_jwt')).toEqual([token])
        expect(address).toMatch(/^[\x21-\x7e]+$/)
        // What a browser makes of it is what was written: nothing was resolved or dropped on the way.
        expect(url.href.split('?')[0]).toBe(address.split('?')[0])
      }),
      { numRuns: 5000 },
    )
    expect(kept).toBeGreaterThan(200)
  })

  test('parameters that are an address’s own already arrive as they were sent', () => {
    const legal = fc.string({ unit: fc.constantFrom(...'abz019-._~!$()*+,=&/?:@%{}|^`[]'), maxLength: 40 })
    fc.assert(
      fc.property(legal, (params) => {
        const back = read(paramsOf(params))
        expect(back.ok && withToken(base, back.address, token)).toBe(
          `https://app.waggl.com/i/1?sso_jwt=${token}${params && `&${params}`}`,
        )
      }),
    )
  })
})
