import { expect, test } from 'vitest'
import { splitLinks } from './split-links.ts'

test('finds addresses and loses nothing', () => {
  const text =
    'Accept:\nhttps://login.acme.example/invite/a?b=1&c=2\n\nSee (http://a.example/x). Not javascript:alert(1) or ftp://a.example.'
  const parts = splitLinks(text)
  expect(parts.map((part) => part.text).join('')).toBe(text)
  expect(parts.filter((part) => part.url).map((part) => part.url)).toEqual([
    'https://login.acme.example/invite/a?b=1&c=2',
    'http://a.example/x',
  ])
  expect(new Set(parts.map((part) => part.at)).size).toBe(parts.length)
  expect(splitLinks('')).toEqual([])
})
