import { isVestibuleError, VestibuleError } from '../base/errors.ts'

/** A form or JSON body as named members. A form field that comes several times is a list. */
export type Body = Record<string, unknown>

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

/**
 * Reads a form or JSON object, at most `limitBytes` long. An empty body is an empty object.
 * Throws `payload_too_large`, `unsupported_media_type`, or `invalid_request` when it is not what it says it is.
 */
export async function readBody(request: Request, limitBytes: number): Promise<Body> {
  const text = await readText(request, limitBytes)
  const type = mediaType(request.headers.get('content-type'))
  if (text === '' && type === '') return {}
  if (type === form) return parseForm(text)
  if (type === json || type.endsWith('+json')) return parseJsonObject(text)
  throw new VestibuleError(
    'unsupported_media_type',
    `Send the body as ${json} or ${form}, not as "${type || 'nothing'}".`,
  )
}

/** Reads a form and nothing else: what browsers post. */
export async function readForm(request: Request, limitBytes: number): Promise<URLSearchParams> {
  const text = await readText(request, limitBytes)
  const type = mediaType(request.headers.get('content-type'))
  if (type !== form)
    throw new VestibuleError(
      'unsupported_media_type',
      `Send the body as ${form}, not as "${type || 'nothing'}".`,
    )
  return new URLSearchParams(text)
}

/**
 * Reads a file: the bytes of a body of one of these media types. Throws `payload_too_large`, `unsupported_media_type`.
 */
export async function readFileBody(
  request: Request,
  accepted: string[],
  limitBytes: number,
): Promise<Uint8Array> {
  const type = mediaType(request.headers.get('content-type'))
  if (!accepted.includes(type)) {
    const message = `Send the body as ${accepted.join(' or ')}, not as "${type || 'nothing'}".`
    throw new VestibuleError('unsupported_media_type', message)
  }
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes)
  return request.body ? readBytes(request.body, limitBytes) : new Uint8Array()
}

/** The members of form parameters; those that come several times become lists. */
export function membersOf(parameters: URLSearchParams): Body {
  const body: Body = Object.create(null)
  for (const [name, value] of parameters) {
    const earlier = body[name]
    if (earlier === undefined) body[name] = value
    else if (Array.isArray(earlier)) earlier.push(value)
    else body[name] = [earlier, value]
  }
  return body
}

/** Nothing of ours nests deeper; what does is made to exhaust whoever walks through it. */
const maximumDepth = 32

/**
 * Refuses text that no database can keep, NUL and halves of surrogate pairs, wherever it stands in `value`, and values
 * nested deeper than 32 levels. Throws `invalid_request`.
 */
export function checkStorable(value: unknown, depth = 0): void {
  if (depth > maximumDepth) throw new VestibuleError('invalid_request', 'The body is nested too deeply.')
  if (typeof value === 'string') {
    if (value.includes('\u0000') || !value.isWellFormed())
      throw new VestibuleError(
        'invalid_request',
        'The request holds a character that is none (NUL, or half of one).',
      )
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      checkStorable(name, depth)
      checkStorable(member, depth + 1)
    }
  }
}

function parseForm(text: string): Body {
  const body = membersOf(new URLSearchParams(text))
  checkStorable(body)
  return body
}

function parseJsonObject(text: string): Body {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (cause) {
    throw new VestibuleError('invalid_request', 'The body is not valid JSON.', { cause })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new VestibuleError('invalid_request', 'The body must be a JSON object.')
  }
  checkStorable(value)
  return value as Body
}

/** UTF-8 text, at most `limitBytes` long; it stops reading where the limit is passed. */
async function readText(request: Request, limitBytes: number): Promise<string> {
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes) throw tooLarge(limitBytes)
  if (!request.body) return ''
  const bytes = await readBytes(request.body, limitBytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new VestibuleError('invalid_request', 'The body is not valid UTF-8.', { cause })
  }
}

/** A sender who goes away in the middle of the body has made a bad request; nothing is broken here. */
async function readBytes(body: AsyncIterable<Uint8Array>, limitBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    for await (const chunk of body) {
      size += chunk.byteLength
      if (size > limitBytes) throw tooLarge(limitBytes)
      chunks.push(chunk)
    }
  } catch (thrown) {
    if (isVestibuleError(thrown)) throw thrown
    throw new VestibuleError('invalid_request', 'The body did not arrive.', { cause: thrown })
  }
  return Buffer.concat(chunks)
}

function tooLarge(limitBytes: number): VestibuleError {
  return new VestibuleError(
    'payload_too_large',
    `The body is too large; at most ${Math.floor(limitBytes / 1024)} KB are accepted here.`,
  )
}

function mediaType(header: string | null): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase()
}
