import { z } from 'zod'

/**
 * Claims of a user beyond those with a column of their own: the standard ones under the names of OpenID Connect Core
 * §5.1, and any others an application needs. Names by which a token speaks of itself, of its client or of rights are
 * refused, whatever their spelling: an attribute must never pass for what Vestibule vouches for.
 */

export type Attributes = Record<string, unknown>

const text = z.string().max(4096, 'must not be longer than 4096 characters')
const scalar = z.union([text, z.number(), z.boolean()])
const other = z.union([scalar, z.array(scalar).max(100, 'must not have more than 100 values')], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? 'must be a text, a number, true or false, or a list of those'
      : undefined,
})
const webAddress = z
  .url({ protocol: /^https?$/, error: 'must be an address that begins with http:// or https://' })
  .max(2048, 'must not be longer than 2048 characters')

/** OpenID Connect Core §5.1 and §5.1.1. `email_verified` has a column of its own: see user-input.ts. */
const standard: Record<string, z.ZodType> = {
  name: text,
  middle_name: text,
  nickname: text,
  preferred_username: text,
  profile: webAddress,
  picture: webAddress,
  website: webAddress,
  email_verified: z.boolean(),
  gender: text,
  birthdate: z
    .string()
    .regex(/^\d{4}(-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01]))?$/, 'must be written YYYY-MM-DD, or YYYY'),
  zoneinfo: z
    .string()
    .regex(/^[A-Za-z0-9+_-]+(\/[A-Za-z0-9+_-]+)*$/, 'must be a time zone such as Europe/Paris'),
  locale: z.string().regex(/^[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8})*$/, 'must be a language such as en-US'),
  phone_number: text,
  phone_number_verified: z.boolean(),
  address: z.strictObject({
    formatted: text.optional(),
    street_address: text.optional(),
    locality: text.optional(),
    region: text.optional(),
    postal_code: text.optional(),
    country: text.optional(),
  }),
}

/** Those a user has as members of their own, and ours to say. */
const elsewhere: Record<string, string> = {
  email: 'is set as email',
  given_name: 'is set as firstName',
  family_name: 'is set as lastName',
  updated_at: 'is set by Vestibule',
}

const reserved = new Set([
  // RFC 7519 §4.1, OpenID Connect Core §2 and §3.3.2.11, OpenID Connect Front- and Back-Channel Logout
  ...[
    'iss',
    'sub',
    'aud',
    'exp',
    'nbf',
    'iat',
    'jti',
    'nonce',
    'acr',
    'amr',
    'azp',
    'auth_time',
    'sid',
    'events',
  ],
  ...['at_hash', 'c_hash', 's_hash', 'rt_hash', 'sub_jwk', 'sub_id', 'typ', '_claim_names', '_claim_sources'],
  // RFC 7662 §2.2, RFC 7800, RFC 8693 §4, RFC 9068 §2.2, RFC 9396
  ...[
    'active',
    'token_type',
    'username',
    'cnf',
    'act',
    'may_act',
    'scope',
    'client_id',
    'authorization_details',
  ],
  ...['role', 'roles', 'groups', 'entitlements', 'permissions'],
  // What profiles and answers of Vestibule say themselves
  ...[
    'id',
    'firstname',
    'lastname',
    'ssousername',
    'status',
    'tags',
    'namespaces',
    'requested',
    'raw',
    'verified',
    'emailverified',
    'emailunproven',
  ],
  ...['tenant', 'tenantid', 'product', 'organization', 'organizationid', 'connection', 'user', 'userid'],
  ...['__proto__', 'constructor', 'prototype'],
])

/** As JSON in UTF-8. */
const maximumBytes = 16 * 1024
const maximumCount = 100

export const attributesSchema = z.record(z.string(), z.unknown()).superRefine((attributes, context) => {
  const names = Object.keys(attributes)
  if (names.length > maximumCount)
    context.addIssue({ code: 'custom', message: `must not be more than ${maximumCount}` })
  for (const name of names.slice(0, maximumCount)) {
    for (const { path, message } of findFaults(name, attributes[name]))
      context.addIssue({ code: 'custom', path: [name, ...path], message })
  }
  if (new TextEncoder().encode(JSON.stringify(attributes)).byteLength > maximumBytes)
    context.addIssue({ code: 'custom', message: 'must not be longer than 16 KB as JSON' })
})

type Fault = { path: PropertyKey[]; message: string }

/** A language tag after `#` makes another claim of the same kind (OpenID Connect Core §5.2). */
function findFaults(name: string, value: unknown): Fault[] {
  const kind = name.split('#', 1)[0]!
  const plain = kind.normalize('NFKC').trim().toLowerCase()
  if (Object.hasOwn(elsewhere, plain)) return [{ path: [], message: elsewhere[plain]! }]
  if (reserved.has(plain)) return [{ path: [], message: 'is a reserved name' }]
  if (name.length > 100 || !/^[^\s\p{C}#][^\s\p{C}]*$/u.test(name))
    return [{ path: [], message: 'must be a name of 1 to 100 characters without blanks' }]
  if (!Object.hasOwn(standard, plain)) return faultsOf(other, value)
  return plain === kind ? faultsOf(standard[plain]!, value) : [{ path: [], message: `is written ${plain}` }]
}

function faultsOf(schema: z.ZodType, value: unknown): Fault[] {
  const parsed = schema.safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known here' }))
      : [{ path: issue.path, message: issue.message }],
  )
}
