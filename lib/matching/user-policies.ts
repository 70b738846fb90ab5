import { z } from 'zod'

/**
 * How a connection's people become users: by which fields they are matched, and which fields of theirs are written on
 * the way in. In the words of the matching rules of the JumpCloud connector that customers bring along, whose own
 * spelling is read as well. Shared with the browser's forms: imports nothing a browser cannot load.
 */

export const matchingFields = ['Username', 'Email', 'SsoUsername'] as const
export type MatchingField = (typeof matchingFields)[number]

export const syncFields = ['Username', 'Email', 'FirstName', 'LastName', 'SsoUsername'] as const
export type SyncField = (typeof syncFields)[number]

export type UserPolicies = {
  /** Tried in this order; the first by which exactly one user is found decides. */
  matchingFields: MatchingField[]
  /** Written where the user has no value. */
  fieldsToUpdateWhenNull: SyncField[]
  /** Written where the user has another value, or none. */
  fieldsToUpdateWhenDifferent: SyncField[]
}

/** What counts where nothing, null or an empty list is said. */
export const defaultUserPolicies: UserPolicies = {
  matchingFields: ['Username', 'Email'],
  fieldsToUpdateWhenNull: [],
  fieldsToUpdateWhenDifferent: ['FirstName', 'LastName'],
}

const listOf = <Field extends string>(fields: readonly [Field, ...Field[]]) =>
  z
    .array(z.enum(fields, { error: `must be one of ${fields.join(', ')}` }), { error: 'must be a list' })
    .refine((list) => new Set(list).size === list.length, 'must not name a field twice')
    .nullish()

const members = {
  matchingFields: listOf(matchingFields),
  fieldsToUpdateWhenNull: listOf(syncFields),
  fieldsToUpdateWhenDifferent: listOf(syncFields),
}

/** The document's spelling of each member -> ours. */
const otherSpellings: Record<string, keyof typeof members> = {
  MatchingFields: 'matchingFields',
  FieldsToUpdatesWhenNull: 'fieldsToUpdateWhenNull',
  FieldsToUpdatesWhenDifferent: 'fieldsToUpdateWhenDifferent',
}

/** Either spelling of each member, one of them at a time. Comes out in ours, as it was said: defaults are not filled in. */
export const userPoliciesSchema = z
  .record(z.string(), z.unknown(), { error: 'must be an object' })
  .transform((said, context) => {
    const renamed: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(said)) {
      const ours = Object.hasOwn(otherSpellings, name) ? otherSpellings[name]! : name
      if (Object.hasOwn(renamed, ours))
        context.issues.push({
          code: 'custom',
          path: [name],
          message: 'is said twice, in two spellings',
          input: said,
        })
      renamed[ours] = value
    }
    return renamed
  })
  .pipe(z.strictObject(members))
export type SaidPolicies = z.output<typeof userPoliciesSchema>

/** What a connection's stored policies mean: the default of each member that is missing, null or empty. */
export function effectivePolicies(stored: unknown): UserPolicies {
  const said = (stored ?? {}) as SaidPolicies
  return {
    matchingFields: nonEmpty(said.matchingFields) ?? defaultUserPolicies.matchingFields,
    fieldsToUpdateWhenNull:
      nonEmpty(said.fieldsToUpdateWhenNull) ?? defaultUserPolicies.fieldsToUpdateWhenNull,
    fieldsToUpdateWhenDifferent:
      nonEmpty(said.fieldsToUpdateWhenDifferent) ?? defaultUserPolicies.fieldsToUpdateWhenDifferent,
  }
}

function nonEmpty<Item>(list: Item[] | null | undefined): Item[] | null {
  return list && list.length > 0 ? list : null
}
