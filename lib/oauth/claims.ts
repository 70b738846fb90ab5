import { z } from 'zod'
import { checkStorable } from '../http/body.ts'
import type { Profile } from './profile.ts'

/** Scopes and the claims they ask for (OpenID Connect Core §5.4). `tenant`, `roles`, `groups` and `tags` are ours. */
export const scopeClaims: Record<string, readonly string[]> = {
  profile: [
    'name', 'family_name', 'given_name', 'middle_name', 'nickname', 'preferred_username', 'profile', 'picture',
    'website', 'gender', 'birthdate', 'zoneinfo', 'locale', 'updated_at', 'roles', 'groups',
    'tags',
  ], // biome-ignore format: a list of wire names
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}

/** Everything an application may ask for; what is not here is left out of what was asked for (RFC 6749 §3.3). */
export const knownScopes = ['openid', ...Object.keys(scopeClaims), 'offline_access']

export const knownClaims = ['sub', 'tenant', ...Object.values(scopeClaims).flat()]

/** The scopes among those asked for that are known, each once, in the order they came. */
export function grantedScope(asked: string): string {
  return [...new Set(asked.split(' '))].filter((scope) => knownScopes.includes(scope)).join(' ')
}

export function hasScope(scope: string, wanted: string): boolean {
  return scope.split(/[ ,]/).includes(wanted)
}

const demand = z.union([
  z.null(),
  z.looseObject({
    essential: z.boolean().optional(),
    value: z.unknown().optional(),
    values: z.array(z.unknown()).optional(),
  }),
])
const demands = z.record(z.string().max(200), demand)
const claimsRequest = z.looseObject({ userinfo: demands.optional(), id_token: demands.optional() })

/** The `claims` parameter (OpenID Connect Core §5.5). */
export type ClaimsRequest = z.output<typeof claimsRequest>

/** Null when the text is not what the parameter must be, or holds what no database keeps (a NUL that JSON escapes). */
export function parseClaimsRequest(text: string): ClaimsRequest | null {
  try {
    const value: unknown = JSON.parse(text)
    checkStorable(value)
    const parsed = claimsRequest.safeParse(value)
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

/**
 * Claims about a person for an application: those of its scopes, and those asked for one by one in `where`. What is
 * not known of the person is left out.
 */
export function claimsAbout(
  person: { subject: string; tenant: string; profile: Profile },
  asked: { scope: string; claims: ClaimsRequest | null; where: 'userinfo' | 'id_token' },
): Record<string, unknown> {
  const known = allClaims(person)
  const byScope = asked.scope.split(' ').flatMap((scope) => scopeClaims[scope] ?? [])
  const byName = Object.keys(asked.claims?.[asked.where] ?? {})
  const wanted = new Set(['sub', 'tenant', ...byScope, ...byName])
  return Object.fromEntries(Object.entries(known).filter(([name]) => wanted.has(name)))
}

function allClaims({ subject, tenant, profile }: Parameters<typeof claimsAbout>[0]): Record<string, unknown> {
  const { email, firstName, lastName, username, roles, groups } = profile
  const told = tellableClaims(profile)
  const name = told.name ?? [firstName, told.middle_name, lastName].filter(Boolean).join(' ')
  const own = {
    tenant,
    name: name || undefined,
    given_name: firstName,
    family_name: lastName,
    preferred_username: username ?? told.preferred_username ?? email,
    email,
    email_verified: email === null ? undefined : (profile.emailVerified ?? false),
    roles,
    groups,
    tags: profile.tags,
    updated_at: profile.updatedAt,
    sub: subject,
  }
  const given = Object.entries(own).filter(([, value]) => value !== null && value !== undefined)
  return { ...told, ...Object.fromEntries(given) }
}

/** Standard claims from the person's attributes, or as the identity provider sent them under the same names. */
function tellableClaims(profile: Profile): Record<string, unknown> {
  const given: Record<string, unknown> = { ...profile.raw, ...profile.attributes }
  const told: Record<string, unknown> = {}
  for (const name of Object.values(scopeClaims).flat()) {
    const value = given[name]
    if (value !== undefined && value !== null && Object.hasOwn(given, name)) told[name] = toClaim(name, value)
  }
  return told
}

/** Identity providers send everything as text; two of the claims are booleans, one an object (§5.1, §5.1.1). */
function toClaim(name: string, value: unknown): unknown {
  if (name.endsWith('_verified')) return value === true || value === 'true'
  if (name === 'address' && typeof value === 'string') return { formatted: value }
  return value
}
