import { createHash } from 'node:crypto'
import { epochSeconds } from '#lib/base/clock.ts'
import type { Random } from '#lib/base/ids.ts'
import type { Person } from '../people.ts'
import type { TestIdp } from '../test-idp-identity.ts'
import { keyId } from './statements.ts'

/** Everything the tokens will say, before they are written. A fault is a change of this. */
export type TokenPlan = {
  /** Seconds since the epoch. */
  issuedAt: number
  header: { alg: string; kid?: string }
  claims: Record<string, unknown>
  /** Who signs: the provider, a key it never names, the client with its secret, or nobody. */
  signer: 'provider' | 'stranger' | 'secret' | 'nobody'
  form: 'signed' | 'altered' | 'encrypted' | 'absent'
  /** What userinfo answers; null: it refuses. */
  userinfo: Record<string, unknown> | null
}

export type TokenInput = {
  idp: TestIdp
  clientId: string
  nonce: string | null
  person: Person
  /** Replace the person's own claims by name; an empty list leaves the claim out. */
  attributes: Readonly<Record<string, string[]>>
  accessToken: string
  /** When the person signed in, in seconds since the epoch. */
  authTime: number
  now: Date
  random: Random
}

/** How long an ID token is valid. */
export const tokenSeconds = 300

/** The plan of tokens nobody could object to. Claims about the person stand in the ID token and in userinfo. */
export function planTokens(input: TokenInput): TokenPlan {
  const { idp, clientId, nonce, now } = input
  const issuedAt = epochSeconds(now)
  const person = claimsOf(input.person, input.attributes)
  return {
    issuedAt,
    header: { alg: 'RS256', kid: keyId(idp.key) },
    claims: {
      iss: oidcIssuerOf(idp),
      aud: clientId,
      iat: issuedAt,
      exp: issuedAt + tokenSeconds,
      auth_time: input.authTime,
      nonce: nonce ?? undefined,
      jti: input.random.bytes(16).toString('base64url'),
      at_hash: halfHash(input.accessToken),
      amr: ['pwd'],
      ...person,
    },
    signer: 'provider',
    form: 'signed',
    userinfo: person,
  }
}

/** `{issuer}/test-idp/{tenant}/oidc` */
export function oidcIssuerOf({ baseUrl }: Pick<TestIdp, 'baseUrl'>): string {
  return `${baseUrl}/oidc`
}

function halfHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url')
}

/** The standard claims of OpenID Connect Core §5.1, and groups and roles as most providers call them. */
function claimsOf(person: Person, edited: TokenInput['attributes']): Record<string, unknown> {
  const changed = Object.fromEntries(
    Object.entries(edited).map(([name, values]) => [claimNames[name] ?? name, flatten(name, values)]),
  )
  return {
    sub: person.id,
    email: person.email,
    email_verified: true,
    given_name: person.firstName,
    family_name: person.lastName,
    groups: person.groups,
    roles: person.roles.length > 0 ? person.roles : undefined,
    ...changed,
  }
}

/** Names of the fields on the sign-in page, as claims. */
const claimNames: Readonly<Record<string, string>> = { firstName: 'given_name', lastName: 'family_name' }

function flatten(name: string, values: string[]): unknown {
  if (values.length === 0) return undefined
  return values.length === 1 && !['groups', 'roles'].includes(name) ? values[0] : values
}
