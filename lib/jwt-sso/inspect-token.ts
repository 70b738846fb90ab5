import { decodeBase64url } from './base64url.ts'
import { explainJwtCause, JwtRefusal } from './causes.ts'
import { hmacKey, minSecretBytes } from './hmac-key.ts'
import type { Expectation, Members, Reading, TokenCheck } from './token-reading.ts'
import { tokenChecks } from './verify-sso-token.ts'

/**
 * A token looked at by whoever writes the page that makes it: the checks of `verifySsoToken`, but all of them that can
 * run, with a sentence for each. Runs in the browser and sends nothing anywhere.
 */
export type Inspection = {
  /** The first two parts as indented JSON, or as they are where they are none; null where there is nothing to read. */
  header: string | null
  payload: string | null
  steps: InspectionStep[]
  /** Whether everything passed, the signature among it. */
  ok: boolean
}

/** `open`: it could not be looked at, for want of a secret or because of what failed before. */
export type InspectionStep = { name: string; state: 'passed' | 'failed' | 'open'; sentence: string }

export type InspectionInput = {
  token: string
  /** Null: the signature is left open. */
  secret: string | null
  /** Null: whatever the token says counts. */
  audience: string | null
  now: Date
}

/** Looks at a token as somebody pasted it: alone, in quotes, after `Bearer`, or within the whole address. Never throws. */
export async function inspectToken({
  token: pasted,
  secret,
  audience,
  now,
}: InspectionInput): Promise<Inspection> {
  const token = findToken(pasted)
  const [header = '', payload = ''] = token.split('.')
  const written = readMembers(payload)
  const expect: Expectation = {
    secrets: secret === null ? [] : [{ id: 'pasted', secret }],
    audience: audience ?? anyAudience(written),
    now,
  }
  const reading = { token, expect } as Reading
  const steps: InspectionStep[] = []
  for (const check of tokenChecks) {
    steps.push(await inspectStep(check, reading, steps, { secret, audience }))
    if (steps.length === 1) readAllTheSame(reading)
  }
  return {
    header: show(header),
    payload: show(payload),
    steps,
    ok: steps.every(({ state }) => state === 'passed'),
  }
}

/** A token of another form may still have a header and a payload to look at: one that was cut off, or has no signature. */
function readAllTheSame(reading: Reading): void {
  const [header = '', payload = ''] = reading.token.split('.')
  const members = readMembers(header)
  if (reading.header !== undefined || members === null) return
  reading.header = members
  reading.parts = { header, payload, signature: new Uint8Array() }
}

/** The check that each one builds on. Where that did not pass there is nothing to look at. */
const groundOf: Record<string, string> = {
  Signature: 'Token',
  Audience: 'Claims',
  Times: 'Claims',
  Lifetime: 'Times',
  Expiry: 'Times',
  'Not before': 'Times',
  'Time of issue': 'Times',
  Person: 'Claims',
  Tags: 'Person',
}

async function inspectStep(
  { name, run }: TokenCheck,
  reading: Reading,
  before: InspectionStep[],
  { secret, audience }: Pick<InspectionInput, 'secret' | 'audience'>,
): Promise<InspectionStep> {
  const ground = groundOf[name]
  const isMissing = ground === undefined ? unreadable(name, reading) : stateOf(before, ground) !== 'passed'
  if (isMissing)
    return { name, state: 'open', sentence: `Not looked at, because of “${rootOf(before, ground)}”.` }
  if (name === 'Signature') {
    const open = whyNotVerifiable(secret, before)
    if (open) return { name, ...open }
  }
  if (name === 'Audience' && audience === null && typeof reading.payload.aud === 'string')
    return {
      name,
      state: 'open',
      sentence: `The token is for ${JSON.stringify(reading.payload.aud)}. Enter the audience it should have, to compare.`,
    }
  try {
    const seen = await run(reading)
    return { name, state: 'passed', sentence: praise[name]!(seen.received ?? '', reading) }
  } catch (thrown) {
    if (!(thrown instanceof JwtRefusal)) throw thrown
    const sentence = explainJwtCause(thrown.jwtCause, thrown.seen)
    const more = await addition(thrown.jwtCause, reading, secret)
    return { name, state: 'failed', sentence: more ? `${sentence} ${more}` : sentence }
  }
}

/** What there is nothing of to look at. */
function unreadable(name: string, { header }: Reading): boolean {
  return name !== 'Token' && header === undefined
}

/** The failed check to which it goes back that another one is open. */
function rootOf(before: InspectionStep[], ground = 'Token'): string {
  if (ground === 'Token' || stateOf(before, ground) === 'failed') return ground
  return rootOf(before, groundOf[ground])
}

function stateOf(steps: InspectionStep[], name: string): InspectionStep['state'] | undefined {
  return steps.find((step) => step.name === name)?.state
}

function whyNotVerifiable(
  secret: string | null,
  before: InspectionStep[],
): Omit<InspectionStep, 'name'> | null {
  if (secret === null) return { state: 'open', sentence: 'Paste the secret to have the signature verified.' }
  const bytes = new TextEncoder().encode(secret).length
  if (bytes < minSecretBytes)
    return {
      state: 'failed',
      sentence: `The secret has ${bytes} bytes; HS512 takes ${minSecretBytes} or more. Compare it with the one shown when it was made: part of it is missing.`,
    }
  if (stateOf(before, 'Algorithm') !== 'passed')
    return { state: 'open', sentence: 'Not verified, because another algorithm than HS512 signed it.' }
  return null
}

/** What can be said beyond the sentence of the trace, where the secret is at hand and time can be compared. */
async function addition(cause: string, reading: Reading, secret: string | null): Promise<string | null> {
  const { payload, expect } = reading
  const now = expect.now.getTime() / 1000
  if (cause === 'jwt_expired') return `It is ${span(now - Number(payload.exp))} too late.`
  if (cause === 'jwt_not_yet_valid') return `It is ${span(Number(payload.nbf) - now)} too early.`
  if (cause === 'jwt_signature_invalid' && secret !== null) return findKeyMistake(reading, secret)
  return null
}

/** Which wrong key was made of the right secret, where that can be told. */
async function findKeyMistake({ parts }: Reading, secret: string): Promise<string | null> {
  const signed = new TextEncoder().encode(`${parts.header}.${parts.payload}`)
  for (const { key, words } of await mistakenKeys(secret))
    if (await crypto.subtle.verify('HMAC', key, parts.signature, signed)) return words
  return null
}

async function mistakenKeys(secret: string): Promise<{ key: CryptoKey; words: string }[]> {
  const decoded = decodeBase64url(secret.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))
  return [
    ...(decoded && decoded.length > 0
      ? [
          {
            key: await rawKey(decoded),
            words: 'Here the secret was decoded from base64 first: do not, use its text.',
          },
        ]
      : []),
    {
      key: await hmacKey(`${secret}\n`),
      words: 'Here a line end was left at the end of the secret: cut it off after reading it from its file.',
    },
    {
      key: await hmacKey(`"${secret}"`),
      words: 'Here the quotes around the secret were taken as part of it.',
    },
  ]
}

function rawKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-512' }, false, ['verify'])
}

const praise: Record<string, (received: string, reading: Reading) => string> = {
  Token: () => 'It has three parts in base64url, and the first is a JSON object.',
  Algorithm: () => 'It is signed with HS512.',
  Header: () => 'Its header demands nothing that is unknown.',
  Signature: () => 'The signature fits the secret.',
  Claims: (received) => `Its content is a JSON object: ${received}.`,
  Audience: (received) => `It is for ${received}.`,
  Times: () => 'iat, nbf and exp are there, as whole seconds.',
  Lifetime: (received) => `It is valid for ${received}.`,
  Expiry: (_, { payload, expect }) =>
    `It is valid for another ${span(Number(payload.exp) - expect.now.getTime() / 1000)}.`,
  'Not before': () => 'It is valid already.',
  'Time of issue': () => 'It was made a moment ago.',
  Person: (received) => `It is about ${received}.`,
  Tags: (received) => (received === 'none' ? 'It has no tags.' : `It has the tags ${received}.`),
}

/** A length of time in the largest unit that fits, such as `14 minutes`. */
function span(seconds: number): string {
  const units: [number, string][] = [[86_400, 'day'], [3600, 'hour'], [60, 'minute']] // biome-ignore format: a table
  const [size, unit] = units.find(([one]) => seconds >= one) ?? [1, 'second']
  const count = Math.max(1, Math.floor(seconds / size))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

/** The token in what somebody copied. */
function findToken(pasted: string): string {
  const text = pasted.trim().replace(/^bearer\s+/i, '')
  const inAddress = /[?&]sso_jwt=([^&#\s]*)/.exec(text)?.[1]
  return (inAddress ?? text).replace(/^["'`]|["'`]$/g, '').replace(/\s+/g, '')
}

/** With no audience to compare, the one the token names counts. */
function anyAudience(written: Members | null): string {
  const [first] = [written?.aud].flat()
  return typeof first === 'string' ? first : ''
}

function readMembers(part: string): Members | null {
  const text = decodeText(part)
  try {
    const value: unknown = text === null ? null : JSON.parse(text)
    return typeof value === 'object' ? (value as Members | null) : null
  } catch {
    return null
  }
}

function show(part: string): string | null {
  const text = decodeText(part)
  try {
    return text && JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function decodeText(part: string): string | null {
  const bytes = decodeBase64url(part)
  return bytes && bytes.length > 0 ? new TextDecoder().decode(bytes) : null
}
