import type { AttributeMap } from '../../matching/attribute-map.ts'
import type { Claims } from '../../oidc/answer-reading.ts'
import type { ExternalProfile } from '../contract.ts'

/** Claims in which providers send a field, the first that holds something being taken. */
const names = {
  id: ['sub'],
  email: ['email'],
  firstName: ['given_name'],
  lastName: ['family_name'],
  roles: ['roles', 'role'],
  groups: ['groups', 'group'],
} as const

type Field = keyof typeof names

/**
 * The person these claims describe (OpenID Connect Core §5.1, in the mapping of the Polis dialect). `attributeMap`
 * names, per field, the one claim to take instead of the usual ones. Claims that say a name for signing in which reads
 * as an e-mail address serve as one where `email` is missing; whether any address is to be trusted is decided elsewhere.
 */
export function mapClaims(claims: Claims, attributeMap: AttributeMap | null): ExternalProfile {
  const values = (field: Field) => findValues(claims, field, attributeMap?.[field])
  const first = (field: Field) => values(field)?.[0] ?? null
  return {
    id: first('id') ?? String(claims.sub),
    email: first('email') ?? (attributeMap?.email ? null : signInNameAsEmail(claims)),
    firstName: first('firstName'),
    lastName: first('lastName'),
    roles: values('roles'),
    groups: values('groups'),
    raw: Object.fromEntries(Object.entries(claims).flatMap(([name, value]) => toRaw(name, value))),
  }
}

function findValues(claims: Claims, field: Field, mapped: string | undefined): string[] | null {
  for (const name of mapped ? [mapped] : names[field]) {
    const values = Object.hasOwn(claims, name) ? nonEmpty(toTexts(claims[name])) : null
    if (values) return values
  }
  return null
}

function nonEmpty(values: string[]): string[] | null {
  const filled = values.map((value) => value.trim()).filter(Boolean)
  return filled.length > 0 ? filled : null
}

/** What Entra ID and AD FS send instead of `email`. */
function signInNameAsEmail(claims: Claims): string | null {
  const found = [claims.preferred_username, claims.upn, claims.unique_name].find(
    (name) => typeof name === 'string' && /^[^\s@]+@[^\s@]+$/.test(name),
  )
  return (found as string | undefined) ?? null
}

/** A claim as text or a list of texts; objects as their JSON. What says nothing is left out. */
function toRaw(name: string, value: unknown): [string, string | string[]][] {
  if (value === null || value === undefined) return []
  return [[name, Array.isArray(value) ? toTexts(value) : toText(value)]]
}

function toTexts(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value]
  return values.filter((one) => one !== null && one !== undefined).map(toText)
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
