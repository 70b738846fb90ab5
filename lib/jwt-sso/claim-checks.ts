import { epochSeconds } from '../base/clock.ts'
import { type JwtCause, refuse, type Seen } from './causes.ts'
import {
  isMembers,
  type Members,
  maxLifetimeSeconds,
  type Reading,
  show,
  showTime,
  skewSeconds,
  tickSeconds,
} from './token-reading.ts'

// The checks of what a signed token says: for whom, when, about whom.

/** RFC 7519 §4.1.3: one of those it names is us. */
export function checkAudience(reading: Reading): Seen {
  const { aud } = reading.payload
  const seen = { expected: reading.expect.audience, received: show(aud) }
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud]
  if (aud === undefined || aud === null || aud === '' || audiences.length === 0)
    refuse('jwt_audience_missing', seen)
  if (!audiences.includes(seen.expected)) refuse('jwt_wrong_audience', seen)
  reading.audiences = audiences.filter((one) => typeof one === 'string')
  return seen
}

/** All three must be there, as whole seconds (RFC 7519 §2, NumericDate). */
export function checkTimes({ payload }: Reading): Seen {
  const iat = readTime(payload, 'iat', 'jwt_issue_time_missing')
  const nbf = readTime(payload, 'nbf', 'jwt_not_before_missing')
  const exp = readTime(payload, 'exp', 'jwt_expiry_missing')
  return { received: `iat ${iat}, nbf ${nbf}, exp ${exp}` }
}

/** How long it is valid in all, by its own word. */
export function checkLifetime({ payload }: Reading): Seen {
  const { nbf, exp } = payload as Times
  if (exp <= nbf) refuse('jwt_times_reversed', { expected: showTime(nbf), received: showTime(exp) })
  const seen = { expected: `${maxLifetimeSeconds} seconds`, received: `${exp - nbf} seconds` }
  if (exp - nbf > maxLifetimeSeconds + tickSeconds) refuse('jwt_lifetime_too_long', seen)
  return seen
}

/** RFC 7519 §4.1.4; five minutes are room enough for any clock. */
export function checkExpiry({ payload, expect }: Reading): Seen {
  const { exp } = payload as Times
  const seen = { expected: expect.now.toISOString(), received: showTime(exp) }
  if (exp <= epochSeconds(expect.now)) refuse('jwt_expired', seen)
  return seen
}

/** RFC 7519 §4.1.5 */
export function checkNotBefore({ payload, expect }: Reading): Seen {
  const { nbf } = payload as Times
  const seen = { expected: expect.now.toISOString(), received: showTime(nbf) }
  if (nbf > epochSeconds(expect.now) + skewSeconds) refuse('jwt_not_yet_valid', seen)
  return seen
}

/** RFC 7519 §4.1.6: made a moment ago, whatever nbf and exp say. */
export function checkIssueTime({ payload, expect }: Reading): Seen {
  const { iat } = payload as Times
  const now = epochSeconds(expect.now)
  const seen = { expected: expect.now.toISOString(), received: showTime(iat) }
  if (iat > now + skewSeconds) refuse('jwt_issued_in_future', seen)
  if (iat < now - maxLifetimeSeconds - tickSeconds) refuse('jwt_issued_long_ago', seen)
  return seen
}

/** The address must be there; names and id may be. */
export function checkPerson(reading: Reading): Seen {
  const { data } = reading.payload
  if (!isMembers(data)) return refuse('jwt_data_missing', { expected: 'an object', received: show(data) })
  const email = readEmail(data)
  reading.person = {
    email,
    firstName: readName(data, 'firstName'),
    lastName: readName(data, 'lastName'),
    id: readId(data),
  }
  return { received: reading.person.id === null ? email : `${email}, id ${reading.person.id}` }
}

/** Which of them count is decided elsewhere. */
export function checkTags(reading: Reading): Seen {
  const { tags } = reading.payload.data as Members
  reading.tags = {}
  if (tags === undefined || tags === null) return { received: 'none' }
  if (!isMembers(tags))
    return refuse('jwt_tags_malformed', { member: 'data.tags', expected: 'an object', received: show(tags) })
  for (const [category, value] of Object.entries(tags)) {
    const member = `data.tags.${category.slice(0, 100)}`
    if (category === '' || typeof value !== 'string')
      return refuse('jwt_tags_malformed', { member, expected: 'a text', received: show(value) })
  }
  reading.tags = Object.fromEntries(Object.entries(tags)) as Record<string, string>
  return { received: Object.keys(tags).join(', ') || 'none' }
}

type Times = Record<'iat' | 'nbf' | 'exp', number>

function readTime(payload: Members, member: keyof Times, missing: JwtCause): number {
  const value = payload[member]
  const seen = { member, expected: 'seconds since 1970', received: show(value) }
  if (value === undefined || value === null) return refuse(missing, seen)
  if (typeof value !== 'number' || value < 0) return refuse('jwt_time_malformed', seen)
  // In seconds, the year 5138.
  if (value >= 1e11) return refuse('jwt_time_in_milliseconds', seen)
  return Number.isInteger(value) ? value : refuse('jwt_time_fractional', seen)
}

function readEmail({ email }: Members): string {
  const seen = { member: 'data.email', expected: 'an address', received: show(email) }
  if (email === undefined || email === null || email === '') return refuse('jwt_email_missing', seen)
  const isAddress =
    typeof email === 'string' &&
    email.length <= 254 &&
    /^[^\s@<>,;:"\p{Cc}]+@[^\s@<>,;:"\p{Cc}]+$/u.test(email)
  return isAddress ? email : refuse('jwt_email_malformed', seen)
}

function readName(data: Members, name: 'firstName' | 'lastName'): string | null {
  const value = data[name]
  if (value === undefined || value === null) return null
  const isName = typeof value === 'string' && value.length <= 200 && !/\p{Cc}/u.test(value)
  const seen = { member: `data.${name}`, expected: 'a text', received: show(value) }
  return isName ? value.trim() || null : refuse('jwt_name_malformed', seen)
}

function readId({ id }: Members): string | null {
  if (id === undefined || id === null) return null
  const isId = typeof id === 'string' && id.trim() !== '' && id.length <= 255 && !/\p{Cc}/u.test(id)
  return isId ? id : refuse('jwt_id_malformed', { member: 'data.id', expected: 'a text', received: show(id) })
}
