import { z } from 'zod'
import { VestibuleError } from '../../base/errors.ts'
import { isLoopbackHost } from '../../base/loopback-host.ts'
import { type SaidPolicies, userPoliciesSchema } from '../../matching/user-policies.ts'
import { readSigningCertificates } from '../../saml/signing-certificates.ts'
import { readPastedJson } from './read-pasted-json.ts'

/** What `appsettings.json` of the JumpCloud connector says of an identity provider. */
export type ProviderSettings = {
  enabled: boolean
  /** What the identity provider knows us as; null where it is left to us. */
  spEntityId: string | null
  /** Base64 DER, as of metadata. */
  certificates: string[]
  loginUrl: string
  userPolicies: SaidPolicies | null
}

/** Under these names the settings stand in the whole file; each may have been pasted without those around it. */
const wrappers = ['LoginSettings', 'IdentityProvidersSettings', 'JumpCloud']

const memberNames = ['Enabled', 'SPEntityId', 'X509SigningCertificate', 'LoginUrl', 'UserPolicies']
const policyNames = ['MatchingFields', 'FieldsToUpdatesWhenNull', 'FieldsToUpdatesWhenDifferent']

/**
 * Reads the settings from an object or from text as it was pasted (see `readPastedJson`): the bare settings, or inside
 * the names that stand around them in the file, whatever else is there. Names count regardless of case, as they do where
 * the file comes from. Throws `validation_failed` with every field that is wrong, as `config.LoginUrl`.
 */
export function readProviderSettings(config: unknown): ProviderSettings {
  const found = findSettings(typeof config === 'string' ? readPastedJson(config) : config)
  if (!found) return refuse([{ path: [], message: `holds no settings: ${memberNames.join(', ')}` }])
  const settings = inKnownNames(found, memberNames)
  if (isObject(settings.UserPolicies))
    settings.UserPolicies = inKnownNames(settings.UserPolicies, policyNames)
  const parsed = schema.safeParse(settings)
  if (!parsed.success) return refuse(parsed.error.issues.flatMap(toErrors))
  const { Enabled, SPEntityId, X509SigningCertificate, LoginUrl, UserPolicies } = parsed.data
  return {
    enabled: Enabled ?? true,
    spEntityId: SPEntityId || null,
    certificates: X509SigningCertificate,
    loginUrl: LoginUrl,
    userPolicies: UserPolicies ?? null,
  }
}

type Settings = Record<string, unknown>

function isObject(value: unknown): value is Settings {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object that holds the settings themselves, inside any of the wrappers; null when there is none. */
function findSettings(value: unknown): Settings | null {
  if (!isObject(value)) return null
  const known = inKnownNames(value, [...memberNames, ...wrappers])
  const [wrapper] = wrappers.filter((name) => Object.hasOwn(known, name)).slice(-1)
  if (wrapper !== undefined) return findSettings(known[wrapper])
  return memberNames.some((name) => Object.hasOwn(known, name)) ? value : null
}

/** The same members, those that are known under their usual name. */
function inKnownNames(value: Settings, names: string[]): Settings {
  const usual = (name: string) => names.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [usual(name), member]))
}

const text = z
  .string({ error: (issue) => (issue.input === undefined ? 'is missing' : 'must be text') })
  .trim()
  .refine((value) => !/^_\w+_$/.test(value), {
    error: 'is still the placeholder of the document',
    abort: true,
  })

const flag = z.union(
  [
    z.boolean(),
    z
      .string()
      .trim()
      .toLowerCase()
      .pipe(z.enum(['true', 'false']))
      .transform((value) => value === 'true'),
  ],
  { error: 'must be true or false' },
)

const schema = z.strictObject({
  Enabled: flag.nullish(),
  SPEntityId: text.max(1024, 'must not be longer than 1024 characters').nullish(),
  X509SigningCertificate: text.transform((value, context) => {
    const read = readSigningCertificates(value)
    if (read.ok) return read.certificates
    context.addIssue({ code: 'custom', message: read.reason })
    return z.NEVER
  }),
  LoginUrl: text.superRefine((value, context) => {
    const message = wrongWith(value)
    if (message) context.addIssue({ code: 'custom', message })
  }),
  UserPolicies: userPoliciesSchema.nullish(),
})

/** What is wrong with the address people are sent to, or null. */
function wrongWith(address: string): string | null {
  if (address === '') return 'is missing'
  if (address.length > 2048) return 'must not be longer than 2048 characters'
  const url = /^https?:\/\//i.test(address) && URL.canParse(address) ? new URL(address) : null
  if (!url || /[\s\\]/.test(address)) return 'must be an https address'
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return 'must begin with https://'
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password'
  return address.includes('#') ? 'must not have a part after #' : null
}

type Wrong = { path: PropertyKey[]; message: string }

function toErrors(issue: z.core.$ZodIssue): Wrong[] {
  if (issue.code !== 'unrecognized_keys') return [issue]
  return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'is not known here' }))
}

function refuse(wrong: Wrong[]): never {
  const fields = wrong.map(({ path, message }) => ({ path: ['config', ...path].join('.'), message }))
  const sentence = fields.map(({ path, message }) => `${path} ${message}`).join('; ')
  throw new VestibuleError('validation_failed', `Not valid: ${sentence}.`, { fields })
}
