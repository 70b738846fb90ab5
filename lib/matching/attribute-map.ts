import { z } from 'zod'
import { attributesSchema } from '../directory/attributes.ts'

/**
 * Which claims of a connection say what: for each field the one claim to take instead of the usual ones. Shared with the
 * browser's forms.
 */

const claim = z
  .string({ error: 'must be the name of a claim' })
  .trim()
  .max(500, 'must not be longer than 500 characters')

/** An empty name says the same as none: the usual claims. */
const optionalClaim = claim.nullish().transform((name) => name || undefined)

const label = z.string().trim().min(1, 'must not be empty').max(128, 'must not be longer than 128 characters')
const filledClaim = claim.min(1, 'must not be empty')

const attributeName = label.refine(
  (name) => attributesSchema.safeParse({ [name]: 'x' }).success,
  'is not a name an attribute can have',
)

export const attributeMapSchema = z.strictObject({
  id: optionalClaim,
  username: optionalClaim,
  email: optionalClaim,
  firstName: optionalClaim,
  lastName: optionalClaim,
  ssoUsername: optionalClaim,
  roles: optionalClaim,
  groups: optionalClaim,
  /**
   * A claim whose values are names of namespaces, which the person is put in; or a table from its values to namespaces,
   * which also takes people out of those whose value did not come.
   */
  namespaces: z
    .union([optionalClaim, z.strictObject({ claim: filledClaim, values: z.record(label, label) })], {
      error: 'must be the name of a claim, or {claim, values}',
    })
    .optional(),
  /** A claim with values `category=value`, or with an object of texts; or a claim for each category. */
  tags: z
    .union([optionalClaim, z.record(label, filledClaim)], {
      error: 'must be the name of a claim, or one for each category',
    })
    .optional(),
  /** Attribute of the user -> claim. */
  attributes: z.record(attributeName, filledClaim).nullish(),
})
export type AttributeMap = Partial<z.output<typeof attributeMapSchema>>
