import { VestibuleError } from '../base/errors.ts'

/**
 * Which images may be a logo. Their bytes decide, never the media type or the name somebody gave the file.
 * Shared with the browser's forms: imports nothing a browser cannot load.
 */

export const logoTypes = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'] as const
export type LogoType = (typeof logoTypes)[number]

export type LogoImage = {
  type: LogoType
  /** Size in pixels. */
  width: number
  height: number
}

/** The largest file, in bytes. */
export const logoBytes = 256 * 1024
/** The longest side, in pixels: a small file can unpack to a picture that fills a phone's memory. */
export const logoPixels = 2048

/**
 * Reads what kind of image this is and how large, from its frame. Data behind the image's own end is refused: a file
 * that is an image at its front and something else at its back is no logo. Throws `validation_failed`, as a sentence.
 */
export function parseLogo(bytes: Uint8Array): LogoImage {
  if (bytes.byteLength > logoBytes)
    throw refuse(`This file has ${Math.ceil(bytes.byteLength / 1024)} KB. A logo may have at most 256 KB.`)
  const format = formats.find(({ isAt }) => isAt(bytes))
  if (!format) throw refuse(isMarkup(bytes) ? markupSentence : 'This is no PNG, JPEG, WebP or GIF image.')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = readWithin(format.measure, view)
  if (!size) throw refuse(`This ${format.name} file is damaged, or holds more than an image.`)
  const { width, height } = size
  if (width < 1 || height < 1) throw refuse('This image is empty.')
  if (Math.max(width, height) > logoPixels)
    throw refuse(`This image is ${width} × ${height} pixels. No side may be longer than ${logoPixels}.`)
  return { type: format.type, width, height }
}

const markupSentence =
  'SVG and other markup can carry scripts, so it is not taken. Export the logo as a PNG, JPEG, WebP or GIF image.'

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: 'logo', message }] })
}

type Size = { width: number; height: number }

type Format = {
  type: LogoType
  name: string
  isAt(bytes: Uint8Array): boolean
  /** Null for what is not whole, or goes on behind its end. Reading past the end counts as not whole. */
  measure(view: DataView): Size | null
}

const formats: Format[] = [
  {
    type: 'image/png',
    name: 'PNG',
    isAt: (bytes) => startsWith(bytes, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    measure: measurePng,
  },
  {
    type: 'image/jpeg',
    name: 'JPEG',
    isAt: (bytes) => startsWith(bytes, [0xff, 0xd8, 0xff]),
    measure: measureJpeg,
  },
  {
    type: 'image/webp',
    name: 'WebP',
    isAt: (bytes) => textAt(bytes, 0, 4) === 'RIFF' && textAt(bytes, 8, 4) === 'WEBP',
    measure: measureWebp,
  },
  {
    type: 'image/gif',
    name: 'GIF',
    isAt: (bytes) => /^GIF8[79]a$/.test(textAt(bytes, 0, 6)),
    measure: measureGif,
  },
]

function readWithin(measure: Format['measure'], view: DataView): Size | null {
  try {
    return measure(view)
  } catch (thrown) {
    if (thrown instanceof RangeError) return null
    throw thrown
  }
}

/** Chunks of length, type, data and checksum; IHDR comes first and IEND last (PNG, third edition, §5). */
function measurePng(view: DataView): Size | null {
  const chunkType = (at: number) => view.getUint32(at + 4)
  const [ihdr, iend] = [0x49484452, 0x49454e44]
  if (chunkType(8) !== ihdr || view.getUint32(8) !== 13) return null
  let at = 8
  while (chunkType(at) !== iend) at += 12 + view.getUint32(at)
  const end = at + 12 + view.getUint32(at)
  return end === view.byteLength ? { width: view.getUint32(16), height: view.getUint32(20) } : null
}

/** Marker segments from SOI to EOI, entropy-coded data after each SOS; a frame header names the size (ITU-T T.81, annex B). */
function measureJpeg(view: DataView): Size | null {
  let size: Size | null = null
  let at = 2
  for (;;) {
    if (view.getUint8(at) !== 0xff) return null
    const marker = view.getUint8(at + 1)
    if (marker === 0xd9) return at + 2 === view.byteLength ? size : null
    if (isFrameHeader(marker)) size = { width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    // Any number of 0xff may stand before a marker.
    if (marker === 0xff) at += 1
    else if (marker < 0xc0 || isRestart(marker)) return null
    else at += 2 + view.getUint16(at + 2)
    if (marker === 0xda) at = skipScan(view, at)
  }
}

/** Where the next marker is: within a scan, 0xff is followed by 0 or begins a restart marker. */
function skipScan(view: DataView, from: number): number {
  let at = from
  while (view.getUint8(at) !== 0xff || view.getUint8(at + 1) === 0 || isRestart(view.getUint8(at + 1)))
    at += 1
  return at
}

function isRestart(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd7
}

/** SOF0 to SOF15, without the three markers among them that mean something else. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

/** One RIFF chunk as long as the file, whose first part is a lossy, a lossless or an extended image (RFC 9649 §2). */
function measureWebp(view: DataView): Size | null {
  if (view.getUint32(4, true) + 8 !== view.byteLength) return null
  const uint24 = (at: number) => view.getUint16(at, true) + view.getUint8(at + 2) * 0x10000
  switch (textAt(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), 12, 4)) {
    case 'VP8 ':
      if (uint24(23) !== 0x2a019d) return null
      return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff }
    case 'VP8L': {
      if (view.getUint8(20) !== 0x2f) return null
      const bits = view.getUint32(21, true)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X':
      return { width: uint24(24) + 1, height: uint24(27) + 1 }
    default:
      return null
  }
}

/**
 * Blocks after the screen and its colours: extensions and images, each followed by sub-blocks that end with an empty
 * one, up to the trailer (GIF89a, §17–27). An image that reaches beyond the screen counts, as browsers draw it.
 */
function measureGif(view: DataView): Size | null {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) }
  let images = 0
  let at = 13 + colourBytes(view.getUint8(10))
  for (;;) {
    const introducer = view.getUint8(at)
    if (introducer === 0x3b) return images > 0 && at + 1 === view.byteLength ? size : null
    if (introducer === 0x21) at = skipSubBlocks(view, at + 2)
    else if (introducer === 0x2c) {
      images += 1
      size.width = Math.max(size.width, view.getUint16(at + 1, true) + view.getUint16(at + 5, true))
      size.height = Math.max(size.height, view.getUint16(at + 3, true) + view.getUint16(at + 7, true))
      at = skipSubBlocks(view, at + 11 + colourBytes(view.getUint8(at + 9)))
    } else return null
  }
}

/** Bytes of the colour table that the flags of a screen or an image announce. */
function colourBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0
}

function skipSubBlocks(view: DataView, from: number): number {
  let at = from
  while (view.getUint8(at) !== 0) at += 1 + view.getUint8(at)
  return at + 1
}

function startsWith(bytes: Uint8Array, beginning: number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte)
}

function textAt(bytes: Uint8Array, at: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + length))
}

/** Text in angle brackets, in UTF-8 or UTF-16, or compressed text (SVGZ). */
function isMarkup(bytes: Uint8Array): boolean {
  const beginning = textAt(bytes, 0, 1024).replaceAll('\u0000', '')
  return /^(?:[\xef\xbb\xbf\xfe\xff\s]*<|\x1f\x8b)/.test(beginning)
}
