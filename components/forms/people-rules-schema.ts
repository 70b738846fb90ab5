import { z } from 'zod'
import { type AttributeMap, attributeMapSchema } from '#lib/matching/attribute-map.ts'
import {
  type MatchingField,
  matchingFields,
  type SyncField,
  syncFields,
  type UserPolicies,
} from '#lib/matching/user-policies.ts'
import { toLines } from './connection-schemas.ts'

/** How the people of a connection become users, as a form says it. */

/** What a sign-in does to a field of the user. */
export const syncChoices = ['never', 'empty', 'different'] as const
export type SyncChoice = (typeof syncChoices)[number]

const claim = z.string().trim().max(500, 'Use at most 500 characters.')
const sync = z.enum(syncChoices)

export const peopleRulesForm = z
  .object({
    provisioning: z.enum(['passthrough', 'existing', 'auto', 'approval']),
    trustEmail: z.boolean(),
    matchingFields: z.array(z.enum(matchingFields)).min(1, 'Choose at least one field.'),
    sync: z.object({ Username: sync, Email: sync, FirstName: sync, LastName: sync, SsoUsername: sync }),
    claims: z.object({
      username: claim,
      email: claim,
      firstName: claim,
      lastName: claim,
      ssoUsername: claim,
    }),
    namespacesClaim: claim,
    /** `value = namespace`, one a line. */
    namespaceLines: z.string(),
    tagsClaim: claim,
    /** `category = claim`, one a line. */
    tagLines: z.string(),
    /** `attribute = claim`, one a line. */
    attributeLines: z.string(),
  })
  .superRefine((values, context) => {
    const issue = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message })
    if (!Object.values(values.sync).includes('different'))
      issue(
        'sync',
        'Keep at least one field that is updated when different: rules that name none mean first and last name.',
      )
    for (const name of ['namespaceLines', 'tagLines', 'attributeLines'] as const) {
      const lines = toLines(values[name])
      const faulty = lines.find((line) => !pairOf(line))
      if (faulty !== undefined) issue(name, `This line has no “=” between two names: ${faulty}`)
      const left = lines.map((line) => pairOf(line)?.[0])
      const twice = left.find((one, index) => one !== undefined && left.indexOf(one) !== index)
      if (twice !== undefined) issue(name, `There are two lines for “${twice}”, of which one would be lost.`)
    }
    if (toLines(values.namespaceLines).length > 0 && values.namespacesClaim === '')
      issue('namespacesClaim', 'Name the claim whose values are in the table.')
    if (toLines(values.tagLines).length > 0 && values.tagsClaim !== '')
      issue('tagLines', 'Either one claim for all tags, or one for each category.')
    const map = attributeMapSchema.safeParse(toAttributeMap(values))
    const wrong = map.error?.issues[0]
    const isSaid = wrong?.path[0] === 'namespaces' && values.namespacesClaim === ''
    if (wrong && !isSaid)
      issue(fieldOf(String(wrong.path[0])), `${wrong.path.slice(1).join('.')} ${wrong.message}`.trim())
  })
export type PeopleRules = z.output<typeof peopleRulesForm>

const fields: Record<string, string> = {
  namespaces: 'namespaceLines',
  tags: 'tagLines',
  attributes: 'attributeLines',
}

function fieldOf(member: string): string {
  return fields[member] ?? 'claims'
}

/** A line around its last `=`: values of claims may have some themselves (`cn=it,ou=groups = it`). */
function pairOf(line: string): [string, string] | null {
  const at = line.lastIndexOf('=')
  const [left, right] = [line.slice(0, Math.max(at, 0)).trim(), line.slice(at + 1).trim()]
  return left === '' || right === '' ? null : [left, right]
}

function toPairs(text: string): Record<string, string> {
  return Object.fromEntries(
    toLines(text)
      .map(pairOf)
      .filter((pair) => pair !== null),
  )
}

export function toPolicies({ matchingFields: fields, sync: choices }: PeopleRules): UserPolicies {
  const chosen = (choice: SyncChoice) => syncFields.filter((field) => choices[field] === choice)
  return {
    matchingFields: fields,
    fieldsToUpdateWhenNull: chosen('empty'),
    fieldsToUpdateWhenDifferent: chosen('different'),
  }
}

/** The map, without what is empty. What the form does not show (`id`, `roles`, `groups`) is not in it. */
export function toAttributeMap(values: PeopleRules): AttributeMap {
  const { claims, namespacesClaim, tagsClaim } = values
  const [table, categories, attributes] = [values.namespaceLines, values.tagLines, values.attributeLines].map(
    toPairs,
  ) as [Record<string, string>, Record<string, string>, Record<string, string>]
  const isFilled = (pairs: object) => Object.keys(pairs).length > 0
  const map: AttributeMap = {
    ...claims,
    namespaces: isFilled(table) ? { claim: namespacesClaim, values: table } : namespacesClaim,
    tags: isFilled(categories) ? categories : tagsClaim,
    attributes: isFilled(attributes) ? attributes : undefined,
  }
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value !== '' && value !== undefined))
}

/** The map of a connection once the form is saved: what the form does not show stays as it is. */
export function toWholeMap(before: AttributeMap | null, values: PeopleRules): AttributeMap | null {
  const { id, roles, groups } = before ?? {}
  const kept = Object.entries({ id, roles, groups }).filter(([, claim]) => claim !== undefined)
  const map = { ...Object.fromEntries(kept), ...toAttributeMap(values) }
  return Object.keys(map).length > 0 ? map : null
}

/** The rules of a connection as the form shows them. */
export function toPeopleRules(connection: {
  provisioning: string
  trustEmail: boolean
  policies: UserPolicies
  attributeMap: AttributeMap | null
}): PeopleRules {
  const { policies, attributeMap } = connection
  const { namespaces, tags, attributes, ...claims } = attributeMap ?? {}
  const isTable = typeof namespaces === 'object'
  const lines = (pairs: Record<string, string> | null | undefined) =>
    Object.entries(pairs ?? {})
      .map(([name, value]) => `${name} = ${value}`)
      .join('\n')
  return {
    provisioning: connection.provisioning as PeopleRules['provisioning'],
    trustEmail: connection.trustEmail,
    matchingFields: policies.matchingFields,
    sync: Object.fromEntries(
      syncFields.map((field) => [field, choiceOf(field, policies)]),
    ) as PeopleRules['sync'],
    claims: {
      username: claims.username ?? '',
      email: claims.email ?? '',
      firstName: claims.firstName ?? '',
      lastName: claims.lastName ?? '',
      ssoUsername: claims.ssoUsername ?? '',
    },
    namespacesClaim: (isTable ? namespaces.claim : namespaces) ?? '',
    namespaceLines: isTable ? lines(namespaces.values) : '',
    tagsClaim: typeof tags === 'string' ? tags : '',
    tagLines: typeof tags === 'object' ? lines(tags) : '',
    attributeLines: lines(attributes),
  }
}

function choiceOf(field: SyncField, policies: UserPolicies): SyncChoice {
  if (policies.fieldsToUpdateWhenDifferent.includes(field)) return 'different'
  return policies.fieldsToUpdateWhenNull.includes(field) ? 'empty' : 'never'
}

/** The list with one of its entries one place up or down. */
export function moved(list: MatchingField[], index: number, by: -1 | 1): MatchingField[] {
  const next = [...list]
  const [entry] = next.splice(index, 1)
  next.splice(index + by, 0, entry!)
  return next
}
