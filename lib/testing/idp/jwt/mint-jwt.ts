import { epochSeconds } from '#lib/base/clock.ts'
import { mintToken, type Random } from '#lib/base/ids.ts'
import type { Person } from '../people.ts'
import { hmac, type JwtFault, type JwtPlan, jwtFaults } from './jwt-faults.ts'

/** With what a connection expects its tokens to be signed, and for whom. */
export type SsoTerms = { secret: string; audience: string }

/**
 * The token of a person, as a page of the customer would sign it, or spoiled; and the path to take it to. `attributes`
 * say something else than the person's own; those called `tags.…` are tags.
 */
export function mintJwt(
  { secret, audience }: SsoTerms,
  input: {
    person: Person
    attributes: Record<string, string[]>
    path: string
    fault: JwtFault | null
    now: Date
    random: Random
  },
): { token: string; path: string } {
  const iat = epochSeconds(input.now)
  const good: JwtPlan = {
    alg: 'HS512',
    sign: hmac('sha512'),
    claims: {
      data: describe(input.person, input.attributes),
      ...{ iat, nbf: iat - 180, exp: iat + 300, aud: audience, jti: mintToken(input.random, 16) },
    },
    path: input.path,
  }
  const { alg, sign, claims, path } = input.fault === null ? good : jwtFaults[input.fault].spoil(good)
  const signed = `${encode({ typ: 'JWT', alg })}.${encode(claims)}`
  return { token: `${signed}.${sign(signed, secret)}`, path }
}

function describe(person: Person, attributes: Record<string, string[]>): JwtPlan['claims']['data'] {
  const { id, email, firstName, lastName } = person
  const said = new Map<string, string>(Object.entries({ id, email, firstName, lastName }))
  const tags = new Map<string, string>()
  for (const [name, [value]] of Object.entries(attributes)) {
    const [into, key] = name.startsWith('tags.') ? [tags, name.slice('tags.'.length)] : [said, name]
    if (value === undefined) into.delete(key)
    else into.set(key, value)
  }
  return { ...Object.fromEntries(said), tags: Object.fromEntries(tags) }
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
