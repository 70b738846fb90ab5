import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { signSsoToken, ssoTimes } from '../jwt-sso/sign-sso-token.ts'
import type { JwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import { openTargetSecret } from './target-secret.ts'

/** Somebody who is signed in, as far as a token may speak of them. */
export type TargetPerson = {
  email: string | null
  /** Whether we stand by the address: its domain is proven for the tenant, or an admin answers for it. */
  emailVerified: boolean
  /** Whether the person's own identity provider says that it has not verified the address. */
  emailDisowned: boolean
  tenant: string
  id: string
  firstName: string | null
  lastName: string | null
  username: string | null
  roles: string[] | null
  groups: string[] | null
  /** Category -> value, or several. */
  tags: Record<string, unknown>
  /** Whatever else is known of them, by its name. */
  attributes: Record<string, unknown>
}

export type EmailCause = 'jwt_sso_email_missing' | 'jwt_sso_email_unverified'

/**
 * Why the product cannot be told who this is; null when it can. It knows people by their address alone. A target for one
 * tenant speaks in the name of that company, whose own word on its people's addresses is good enough there; one that
 * takes people of several tenants would let each company sign in as the people of the others, so there only proven
 * addresses count.
 */
export function findEmailFault(
  target: Pick<JwtSsoTargetRecord, 'tenantId'>,
  { email, emailVerified, emailDisowned }: Pick<TargetPerson, 'email' | 'emailVerified' | 'emailDisowned'>,
): EmailCause | null {
  if (!email) return 'jwt_sso_email_missing'
  if (emailVerified) return null
  return target.tenantId === null || emailDisowned ? 'jwt_sso_email_unverified' : null
}

/** The member `data` of the token: the address, and of the rest what the target is set up to get. */
export function describePerson(
  target: Pick<JwtSsoTargetRecord, 'claims' | 'tags'>,
  person: TargetPerson,
): { email: string; tags?: Record<string, string> } & Record<string, unknown> {
  const tags = pick(target.tags, person.tags, toText)
  return {
    email: person.email ?? '',
    ...pick(target.claims, { ...person.attributes, ...knownOf(person) }, toClaim),
    ...(Object.keys(tags).length > 0 && { tags }),
  }
}

/**
 * A token that tells the target this of a person (`describePerson`), HS512. It has an id (`jti`, RFC 7519 §4.1.7): two sign-ins of one person
 * within a second would otherwise have the same token, and the product takes each once.
 */
export async function mintTargetToken(
  house: Pick<House, 'sealer' | 'clock' | 'random'>,
  target: JwtSsoTargetRecord,
  data: ReturnType<typeof describePerson>,
): Promise<string> {
  const claims = { data, aud: target.audience, jti: mintToken(house.random, 16) }
  return signSsoToken(claims, openTargetSecret(house, target), ssoTimes(house.clock.now()))
}

function knownOf({ id, firstName, lastName, username, tenant, roles, groups }: TargetPerson) {
  return { id, firstName, lastName, username, tenant, roles, groups }
}

/** Members of `from` under these names that have something to say. Made without a prototype that a name could reach. */
function pick<T>(
  names: string[],
  from: Record<string, unknown>,
  read: (value: unknown) => T | undefined,
): Record<string, T> {
  const picked = names.flatMap((name) => {
    const value = Object.hasOwn(from, name) ? read(from[name]) : undefined
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(picked)
}

/** A tag is one text there (several values with commas between them). */
function toText(value: unknown): string | undefined {
  const texts = [value].flat().filter((one) => typeof one === 'string' && one !== '')
  return texts.length > 0 ? texts.join(', ') : undefined
}

function toClaim(value: unknown): unknown {
  return value === null || value === '' ? undefined : value
}
