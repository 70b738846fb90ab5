import { emailKey } from '../base/email.ts'
import { attributesSchema } from '../directory/attributes.ts'
import { emailSchema, tagsSchema } from '../directory/user-input.ts'
import type { AttributeMap } from './attribute-map.ts'
import type { MatchingField } from './user-policies.ts'

/**
 * The matching room: how somebody an upstream vouches for becomes a user of the directory, or does not. Pure functions
 * decide, in the login as in a dry run; one statement reads what they must know, another writes what they decided. Must
 * not know protocols, nor what happens after.
 */

/** Somebody as a connection describes them, in the words of the directory. Null: the claim did not come, or was empty. */
export type ExternalPerson = {
  /** Who they are at the connection, for good; null where it says another name each time (SAML transient). */
  subject: string | null
  username: string | null
  email: string | null
  firstName: string | null
  lastName: string | null
  ssoUsername: string | null
  /** By what they may be matched, in the form in which it is compared; claims may have several values. */
  keys: Record<MatchingField, string[]>
  namespaces: NamespaceClaim | null
  tags: Record<string, string | string[]> | null
  attributes: Record<string, string | string[]> | null
  /** The identity provider itself says that the address is not verified (`email_verified` of OpenID Connect). */
  emailDenied: boolean
  /** It says that it is. */
  emailAsserted: boolean
  /** Claims that could not be taken, and why. */
  unusable: { claim: string; reason: string }[]
}

/** Into which namespaces the person is put, and out of which. */
export type NamespaceClaim = { add: string[]; remove: string[] }

/** What a connection has accepted, as its kind describes it. */
export type Described = {
  kind: string
  subject: string | null
  email: string | null
  firstName: string | null
  lastName: string | null
  /** Tags the kind itself has read (JWT SSO: `data.tags`). */
  tags?: Record<string, string>
  raw: Record<string, string | string[]>
}

/** Values longer than the columns of the directory are not cut: they are not taken. In characters. */
const lineLimit = 128

/** Reads a person from what came, by the names of `attributeMap` or the usual ones: `username`, and `Email` for the SSO user name. */
export function toExternalPerson(described: Described, attributeMap: AttributeMap | null): ExternalPerson {
  const { raw, kind } = described
  const unusable: ExternalPerson['unusable'] = []
  const line = (claim: string, value: string | null | undefined): string | null => {
    const text = value?.trim()
    if (!text) return null
    if (text.length <= lineLimit && !/[\p{Cc}\u2028\u2029]/u.test(text)) return text
    unusable.push({ claim, reason: 'is longer than 128 characters, or has control characters' })
    return null
  }
  const lines = (claim: string, values: string[]) => values.map((value) => line(claim, value)).filter(isText)

  const emails = emailsOf(described, unusable)
  const usernames = lines('username', claimValues(raw, attributeMap?.username, 'username'))
  const ssoUsernames = attributeMap?.ssoUsername
    ? lines('ssoUsername', claimValues(raw, attributeMap.ssoUsername))
    : lines('ssoUsername', emails)
  return {
    subject: described.subject,
    username: usernames[0] ?? null,
    email: emails[0] ?? null,
    firstName: line('firstName', described.firstName),
    lastName: line('lastName', described.lastName),
    ssoUsername: ssoUsernames[0] ?? null,
    keys: { Username: toKeys(usernames), Email: toKeys(emails), SsoUsername: toKeys(ssoUsernames) },
    namespaces: namespacesOf(raw, attributeMap?.namespaces),
    tags: tagsOf(described, attributeMap?.tags, unusable),
    attributes: attributesOf(raw, attributeMap?.attributes, unusable),
    emailDenied: kind === 'oidc' && raw.email_verified !== undefined && raw.email_verified !== 'true',
    emailAsserted: kind !== 'oidc' || (raw.email_verified === 'true' && raw.email === described.email),
    unusable,
  }
}

function isText(value: string | null): value is string {
  return value !== null
}

function toKeys(values: string[]): string[] {
  return [...new Set(values.map(emailKey))].slice(0, keysLimit)
}

/** So many values of one claim are looked at. */
const keysLimit = 10

/** The address, and the others that came in the same claim. */
function emailsOf({ kind, email, raw }: Described, unusable: ExternalPerson['unusable']): string[] {
  if (email === null) return []
  const siblings =
    kind === 'saml' &&
    Object.values(raw).find((values) => Array.isArray(values) && values[0]?.trim() === email)
  const all = [email, ...(Array.isArray(siblings) ? siblings.slice(1) : [])].map((value) => value.trim())
  const usable = all.filter((value) => emailSchema.safeParse(value).success)
  if (usable.length < all.length) unusable.push({ claim: 'email', reason: 'is not an e-mail address' })
  return usable
}

/** Values of the claim with exactly that name; without one, of the usual name in any case or as the last step of a URI. */
function claimValues(raw: Described['raw'], mapped: string | undefined, usual?: string): string[] {
  if (mapped) return Object.hasOwn(raw, mapped) ? filled(raw[mapped]) : []
  if (usual === undefined) return []
  for (const [name, value] of Object.entries(raw)) {
    const whole = name.toLowerCase()
    if (whole !== usual && whole.slice(whole.lastIndexOf('/') + 1) !== usual) continue
    if (filled(value).length > 0) return filled(value)
  }
  return []
}

function filled(value: string | string[] | undefined): string[] {
  const values = value === undefined ? [] : Array.isArray(value) ? value : [value]
  return values.map((one) => one.trim()).filter(Boolean)
}

function namespacesOf(
  raw: Described['raw'],
  mapped: AttributeMap['namespaces'],
): ExternalPerson['namespaces'] {
  if (!mapped) return null
  if (typeof mapped === 'string') {
    const names = claimValues(raw, mapped)
    return names.length > 0 ? { add: [...new Set(names)].slice(0, 100), remove: [] } : null
  }
  if (!Object.hasOwn(raw, mapped.claim)) return null
  const came = new Set(claimValues(raw, mapped.claim))
  const namesOf = (wanted: boolean) =>
    Object.entries(mapped.values).flatMap(([value, name]) => (came.has(value) === wanted ? [name] : []))
  const add = [...new Set(namesOf(true))]
  return { add, remove: [...new Set(namesOf(false))].filter((name) => !add.includes(name)) }
}

function tagsOf(
  { raw, tags: read }: Described,
  mapped: AttributeMap['tags'],
  unusable: ExternalPerson['unusable'],
): ExternalPerson['tags'] {
  const named =
    mapped === undefined || mapped === null
      ? (read ?? {})
      : typeof mapped === 'string'
        ? tagsInClaim(claimValues(raw, mapped))
        : Object.fromEntries(
            Object.entries(mapped).flatMap(([category, claim]) => {
              const values = claimValues(raw, claim)
              return values.length > 0 ? [[category, values.length === 1 ? values[0]! : values]] : []
            }),
          )
  if (Object.keys(named).length === 0) return null
  const parsed = tagsSchema.safeParse(named)
  if (parsed.success) return parsed.data
  unusable.push({ claim: 'tags', reason: parsed.error.issues[0]!.message })
  return null
}

/** `category=value`, each value by itself; or one object of texts as JSON. */
function tagsInClaim(values: string[]): Record<string, unknown> {
  if (values.length === 1 && values[0]!.startsWith('{')) return parseObject(values[0]!)
  const tags = new Map<string, string[]>()
  for (const value of values) {
    const [, category, tag] = /^([^=]+)=(.*)$/.exec(value) ?? []
    if (category && tag !== undefined)
      tags.set(category.trim(), [...(tags.get(category.trim()) ?? []), tag.trim()])
  }
  return Object.fromEntries([...tags].map(([category, all]) => [category, all.length === 1 ? all[0]! : all]))
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

function attributesOf(
  raw: Described['raw'],
  mapped: AttributeMap['attributes'],
  unusable: ExternalPerson['unusable'],
): ExternalPerson['attributes'] {
  const attributes: Record<string, string | string[]> = {}
  for (const [name, claim] of Object.entries(mapped ?? {})) {
    const values = claimValues(raw, claim)
    if (values.length === 0) continue
    const value = values.length === 1 ? values[0]! : values
    const parsed = attributesSchema.safeParse({ [name]: value })
    if (parsed.success) attributes[name] = value
    else unusable.push({ claim, reason: parsed.error.issues[0]!.message })
  }
  return Object.keys(attributes).length > 0 ? attributes : null
}
