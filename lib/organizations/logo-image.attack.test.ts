import { crc32, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { type LogoSample, logoSample } from '#lib/testing/logo-samples.ts'
import { logoBytes, parseLogo } from './logo-image.ts'

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))
const join = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts))
const script = '<script>alert(document.domain)</script>'

/** Changes bytes of a sample: each by its place. */
function patch(name: LogoSample, changes: Record<number, number[]>): Uint8Array {
  const bytes = logoSample(name)
  for (const [at, put] of Object.entries(changes)) bytes.set(put, Number(at))
  return bytes
}

const samples: [LogoSample, string][] = [
  ['png', 'image/png'],
  ['jpeg', 'image/jpeg'],
  ['progressiveJpeg', 'image/jpeg'],
  ['webp', 'image/webp'],
  ['losslessWebp', 'image/webp'],
  ['extendedWebp', 'image/webp'],
  ['gif', 'image/gif'],
]

describe('an image', () => {
  test.each(samples)('%s is known by its bytes, and how large it is', (name, type) => {
    expect(parseLogo(logoSample(name))).toEqual({ type, width: 120, height: 32 })
  })

  test.each(samples)('%s that stands inside a larger buffer is read where it stands', (name, type) => {
    const image = logoSample(name)
    const around = join(bytesOf('before'), image, bytesOf('behind'))
    expect(parseLogo(around.subarray(6, 6 + image.length))).toMatchObject({ type, width: 120 })
  })

  test.each(samples)('%s cut off anywhere is refused, with a sentence', (name) => {
    const image = logoSample(name)
    for (let length = 0; length < image.length; length++) {
      expect(() => parseLogo(image.subarray(0, length)), String(length)).toThrow(
        /^This (is no PNG, JPEG, WebP or GIF image|\w+ file is damaged, or holds more than an image)\.$/,
      )
    }
  })

  test.each(samples)('%s with any one byte spoiled never takes the process down', (name) => {
    for (let at = 0; at < logoSample(name).length; at++) {
      for (const value of [0, 1, 0x7f, 0x80, 0xff]) {
        try {
          expect(parseLogo(patch(name, { [at]: [value] }))).toHaveProperty('type')
        } catch (thrown) {
          expect(thrown, `byte ${at} = ${value}`).toMatchObject({ code: 'validation_failed' })
        }
      }
    }
  })
})

describe('markup', () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)">${script}</svg>`
  test.each([
    ['SVG with a script', bytesOf(svg)],
    ['SVG behind an XML declaration', bytesOf(`<?xml version="1.0"?>\n${svg}`)],
    ['SVG behind a byte order mark and white space', bytesOf(`\xef\xbb\xbf \r\n\t${svg}`)],
    ['SVG in UTF-16', join(new Uint8Array([0xff, 0xfe]), new Uint8Array(Buffer.from(svg, 'utf16le')))],
    ['SVG compressed', new Uint8Array(gzipSync(svg))],
    ['HTML', bytesOf(`<!doctype html>${script}`)],
    ['HTML behind a comment that names a PNG', bytesOf(`<!-- \x89PNG\r\n\x1a\n -->${script}`)],
  ])('%s is refused, and told what to do', (_, bytes) => {
    expect(() => parseLogo(bytes)).toThrow(/markup can carry scripts.*Export the logo as a PNG/)
  })
})

describe('what is no image, or more than one thing', () => {
  test.each([
    ['nothing', bytesOf('')],
    ['a text', bytesOf('logo')],
    ['a PDF', bytesOf('%PDF-1.7')],
    ['a bitmap', bytesOf('BM6\0\0\0')],
    ['an icon', bytesOf('\0\0\x01\0\x01\0')],
    ['an AVIF', bytesOf('\0\0\0\x1cftypavif')],
    ['an image that begins one byte late', join(bytesOf(' '), logoSample('png'))],
  ])('%s is refused', (_, bytes) => {
    expect(() => parseLogo(bytes)).toThrow('This is no PNG, JPEG, WebP or GIF image.')
  })

  test.each(samples)('%s with a page behind its end is refused', (name) => {
    expect(() => parseLogo(join(logoSample(name), bytesOf(script)))).toThrow(/holds more than an image/)
  })

  test.each(samples)('%s with an archive behind its end is refused', (name) => {
    const archive = bytesOf(`PK\x03\x04${'x'.repeat(200)}PK\x05\x06${'\0'.repeat(18)}`)
    expect(() => parseLogo(join(logoSample(name), archive))).toThrow(/holds more than an image/)
  })

  test.each(samples)('%s twice is refused', (name) => {
    expect(() => parseLogo(join(logoSample(name), logoSample(name)))).toThrow(/holds more than an image/)
  })

  test('a JPEG with a page between two ends is refused', () => {
    const hidden = join(logoSample('jpeg'), bytesOf(script), new Uint8Array([0xff, 0xd9]))
    expect(() => parseLogo(hidden)).toThrow(/holds more than an image/)
  })

  test('a GIF that is a script as well: its width would be a comment', () => {
    const polyglot = join(bytesOf('GIF89a/*\0\0\0\0\0'), bytesOf('*/=1;alert(document.domain)//;'))
    expect(() => parseLogo(polyglot)).toThrow(/damaged, or holds more/)
    const [slash, star] = [0x2f, 0x2a]
    expect(() => parseLogo(patch('gif', { 6: [slash, star] }))).toThrow(/10799 × 32 pixels/)
  })

  test('a bare beginning with a page behind it is refused, whatever the beginning', () => {
    const beginnings = ['\x89PNG\r\n\x1a\n', '\xff\xd8\xff\xe0', 'RIFF\x10\0\0\0WEBP', 'GIF89a', 'GIF87a']
    for (const beginning of beginnings) {
      expect(() => parseLogo(bytesOf(`${beginning}${script}`)), beginning).toThrow(/damaged, or holds more/)
    }
  })
})

describe('size', () => {
  test('one byte more than 256 KB is refused before anything is read', () => {
    expect(() => parseLogo(new Uint8Array(logoBytes + 1))).toThrow('This file has 257 KB. A logo may have')
  })

  test('256 KB to the byte is taken', () => {
    expect(parseLogo(paddedPng(logoBytes))).toMatchObject({ type: 'image/png' })
    expect(() => parseLogo(paddedPng(logoBytes + 1))).toThrow(/257 KB/)
  })

  test.each<[string, Uint8Array]>([
    ['PNG', patch('png', { 16: [0, 0, 0x08, 0x01] })],
    ['PNG that unpacks to four gigapixels', patch('png', { 16: [0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff] })],
    ['PNG of the largest number there is', patch('png', { 20: [0xff, 0xff, 0xff, 0xff] })],
    ['WebP', patch('webp', { 26: [0xff, 0x3f] })],
    ['lossless WebP', patch('losslessWebp', { 21: [0xff, 0xff, 0xff, 0x0f] })],
    ['extended WebP', patch('extendedWebp', { 24: [0xff, 0xff, 0xff] })],
    ['GIF', patch('gif', { 8: [0xff, 0xff] })],
    ['GIF whose image reaches beyond its screen', patch('gif', { [gifImageAt() + 5]: [0xff, 0xff] })],
    ['JPEG', patch('jpeg', { [frameHeaderAt('jpeg') + 5]: [0xff, 0xff] })],
    ['progressive JPEG', patch('progressiveJpeg', { [frameHeaderAt('progressiveJpeg') + 7]: [0x08, 0x01] })],
  ])('a side longer than 2048 pixels is refused: %s', (_, bytes) => {
    expect(() => parseLogo(bytes)).toThrow(
      /^This image is \d+ × \d+ pixels\. No side may be longer than 2048\.$/,
    )
  })

  test.each<[string, Uint8Array]>([
    ['PNG', patch('png', { 16: [0, 0, 0, 0] })],
    ['WebP', patch('webp', { 28: [0, 0] })],
    ['JPEG', patch('jpeg', { [frameHeaderAt('jpeg') + 5]: [0, 0] })],
  ])('no pixel is refused: %s', (_, bytes) => {
    expect(() => parseLogo(bytes)).toThrow('This image is empty.')
  })

  test('2048 pixels are taken', () => {
    expect(parseLogo(patch('png', { 16: [0, 0, 8, 0, 0, 0, 8, 0] }))).toMatchObject({
      width: 2048,
      height: 2048,
    })
  })
})

/** The sample with a text chunk that fills it up to `length` bytes. */
function paddedPng(length: number): Uint8Array {
  const image = logoSample('png')
  const data = Buffer.from(`tEXt${'x'.repeat(length - image.length - 12)}`)
  const chunk = Buffer.alloc(data.length + 8)
  chunk.writeUInt32BE(data.length - 4, 0)
  data.copy(chunk, 4)
  chunk.writeUInt32BE(crc32(data), chunk.length - 4)
  return join(image.subarray(0, 33), chunk, image.subarray(33))
}

function frameHeaderAt(name: 'jpeg' | 'progressiveJpeg'): number {
  const bytes = Buffer.from(logoSample(name))
  return bytes.indexOf(Buffer.from([0xff, name === 'jpeg' ? 0xc0 : 0xc2]))
}

/** The image descriptor of the sample: at the upper left corner, as large as the screen. */
function gifImageAt(): number {
  return Buffer.from(logoSample('gif')).indexOf(Buffer.from([0x2c, 0, 0, 0, 0, 120, 0, 32, 0]))
}
