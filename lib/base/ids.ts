import { randomBytes } from 'node:crypto'

/** Randomness as an argument. `bytes` returns that many unpredictable bytes. */
export type Random = { bytes(count: number): Buffer }

export const systemRandom: Random = { bytes: (count) => randomBytes(count) }

/** Prefixes say what an id names. One per kind of object. */
export type IdPrefix =
  | 'org'
  | 'mem'
  | 'ses'
  | 'sid'
  | 'ten'
  | 'prd'
  | 'app'
  | 'cls'
  | 'con'
  | 'dom'
  | 'usr'
  | 'idn'
  | 'nsp'
  | 'inv'
  | 'jrq'
  | 'atn'
  | 'jws'
  | 'tgt'
  | 'key'
  | 'grt'
  | 'trc'
  | 'aud'
  | 'sig'
  | 'lgt'
  | 'mail'
  | 'dek'

const crockford = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id such as `con_01jd…`: 48 bits of time, then 80 random bits, so that ids sort by creation. */
export function mintId(prefix: IdPrefix, at: Date, random: Random): string {
  let tail = ''
  for (const byte of random.bytes(16)) tail += crockford[byte & 31]
  return `${prefix}_${timeOfId(at)}${tail}`
}

/** The first ten characters of an id made at that instant, after its prefix. */
export function timeOfId(at: Date): string {
  let time = at.getTime()
  let head = ''
  for (let i = 0; i < 10; i++) {
    head = crockford[time % 32] + head
    time = Math.floor(time / 32)
  }
  return head
}

/** An unguessable value: `bytes` random bytes (32 unless told), base64url. */
export function mintToken(random: Random, bytes = 32): string {
  return random.bytes(bytes).toString('base64url')
}
