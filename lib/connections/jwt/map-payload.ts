import { emailKey } from '../../base/email.ts'
import type { SsoPayload } from '../../jwt-sso/token-reading.ts'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import type { ExternalProfile } from '../contract.ts'

/**
 * The person a token describes, with those of its tags that `categories` name; `leftOut` are the names of the others.
 * In `raw` tags stand under `tags.` and their category, so that none is taken for something else. `attributeMap` names,
 * per field, the one member to take instead of the usual one.
 */
export function mapPayload(
  { data }: Pick<SsoPayload, 'data'>,
  categories: readonly string[],
  attributeMap: AttributeMap | null,
): { profile: ExternalProfile; leftOut: string[] } {
  const { tags, ...person } = data
  const all = Object.entries(tags)
  const kept = all.filter(([category]) => categories.includes(category))
  const raw = new Map<string, string>()
  for (const [name, value] of Object.entries(person)) if (value !== null) raw.set(name, value)
  for (const [category, value] of kept) raw.set(`tags.${category}`, value)
  const mapped = (field: 'firstName' | 'lastName') =>
    attributeMap?.[field] ? (raw.get(attributeMap[field]) ?? null) : person[field]
  const lists = (name: string | undefined) => {
    const value = name === undefined ? undefined : raw.get(name)
    return value === undefined ? null : [value]
  }
  return {
    profile: {
      id: data.id ?? emailKey(data.email),
      email: data.email,
      firstName: mapped('firstName'),
      lastName: mapped('lastName'),
      roles: lists(attributeMap?.roles),
      groups: lists(attributeMap?.groups),
      raw: Object.fromEntries(raw),
      tags: Object.fromEntries(kept),
    },
    leftOut: all.filter(([category]) => !categories.includes(category)).map(([category]) => category),
  }
}

/** The person of a token, from claims under the names they have in `raw`; null without an address. */
export function toPerson(claims: Record<string, string | string[]>): SsoPayload['data'] | null {
  const first = (name: string) => [claims[name] ?? []].flat()[0] || null
  const email = first('email')
  if (email === null) return null
  const tags = Object.keys(claims).flatMap((name) =>
    name.startsWith('tags.') ? [[name.slice('tags.'.length), first(name) ?? '']] : [],
  )
  const [firstName, lastName, id] = [first('firstName'), first('lastName'), first('id')]
  return { email, firstName, lastName, id, tags: Object.fromEntries(tags) }
}

/**
 * Who somebody is at this connection: the id their company gives them, else their address. An id that looks like an
 * address is kept apart from addresses: who may choose their own id could otherwise be somebody who has none.
 */
export function subjectOf({ data: { id, email } }: Pick<SsoPayload, 'data'>): string {
  if (id === null) return emailKey(email)
  return id.includes('@') ? `id ${id}` : id
}
