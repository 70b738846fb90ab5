import { emailKey } from '../base/email.ts'
import type { Candidate } from './decide.ts'
import type { ExternalPerson } from './external-person.ts'
import type { SyncField, UserPolicies } from './user-policies.ts'

/** What a sign-in writes to a user. `field` beyond the fields of the policy: tags and attributes of the attribute map. */
export type FieldChange =
  | { field: SyncField; from: string | null; to: string }
  | { field: `tags.${string}` | `attributes.${string}`; from: unknown; to: string | string[] }

/**
 * What the sign-in says of the address that stands with the user afterwards: `verified`; `proven`, good to be recognised
 * by; `unproven`, because it came from somewhere that is not trusted for it; null: nothing.
 */
export type AddressState = 'verified' | 'proven' | 'unproven' | null

/** A value that belongs to another user of the tenant: not written, but told. */
export type SkippedChange = { field: SyncField; to: string }

/** Fields that each user of a tenant has their own of. */
const uniqueFields: readonly SyncField[] = ['Username', 'Email', 'SsoUsername']

/**
 * Which fields of a user a sign-in changes. A claim that is missing or empty never writes; a stored value that is missing
 * counts as different. User names and addresses that differ in case or form alone are the same.
 */
export function planSync(
  person: ExternalPerson,
  user: Candidate,
  policies: UserPolicies,
  { others, email }: { others: Candidate[]; email: { trusted: boolean; verified: boolean } },
): { changes: FieldChange[]; skipped: SkippedChange[]; address: AddressState } {
  const changes: FieldChange[] = []
  const skipped: SkippedChange[] = []
  const fields = [...new Set([...policies.fieldsToUpdateWhenNull, ...policies.fieldsToUpdateWhenDifferent])]
  for (const field of fields) {
    const to = claimed(person, field)
    const from = stored(user, field)
    if (to === null || isSame(field, from, to)) continue
    const wanted = policies.fieldsToUpdateWhenDifferent.includes(field) || from === null
    if (!wanted) continue
    const isTaken = others.some((other) => other.id !== user.id && holds(other, field, to))
    if (isTaken) skipped.push({ field, to })
    else changes.push({ field, from, to })
  }
  const address = addressState(person, user, changes, email)
  return { changes: [...changes, ...planMapped(person, user)], skipped, address }
}

function addressState(
  person: ExternalPerson,
  user: Candidate,
  changes: FieldChange[],
  email: { trusted: boolean; verified: boolean },
): AddressState {
  const isChanged = changes.some(({ field }) => field === 'Email')
  const isTheirs = person.email !== null && (isChanged || emailKey(user.email) === emailKey(person.email))
  if (!isTheirs) return null
  if (email.verified) return 'verified'
  if (email.trusted) return 'proven'
  return isChanged ? 'unproven' : null
}

/** Tags and attributes the connection maps are written whenever they come and differ. */
function planMapped(person: ExternalPerson, user: Candidate): FieldChange[] {
  const kinds = [
    ['tags', person.tags, user.tags],
    ['attributes', person.attributes, user.attributes],
  ] as const
  return kinds.flatMap(([kind, claimedValues, storedValues]) =>
    Object.entries(claimedValues ?? {}).flatMap(([name, to]): FieldChange[] => {
      const from = Object.hasOwn(storedValues, name) ? storedValues[name] : null
      return JSON.stringify(from) === JSON.stringify(to) ? [] : [{ field: `${kind}.${name}`, from, to }]
    }),
  )
}

function claimed(person: ExternalPerson, field: SyncField): string | null {
  const values: Record<SyncField, string | null> = {
    Username: person.username,
    Email: person.email,
    FirstName: person.firstName,
    LastName: person.lastName,
    SsoUsername: person.ssoUsername,
  }
  return values[field]
}

function stored(user: Candidate, field: SyncField): string | null {
  const values: Record<SyncField, string | null> = {
    Username: user.username,
    Email: user.email,
    FirstName: user.firstName,
    LastName: user.lastName,
    SsoUsername: user.ssoUsername,
  }
  return values[field]
}

function isSame(field: SyncField, from: string | null, to: string): boolean {
  if (from === null) return false
  return uniqueFields.includes(field) ? emailKey(from) === emailKey(to) : from === to
}

function holds(other: Candidate, field: SyncField, value: string): boolean {
  const held = uniqueFields.includes(field) ? stored(other, field) : null
  return held !== null && emailKey(held) === emailKey(value)
}
