import { emailKey } from '../../base/email.ts'
import type { House } from '../../house.ts'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import { type ExternalPerson, toExternalPerson } from '../../matching/external-person.ts'
import type { ConnectionRecord } from '../../store/connections.ts'
import { type DirectoryPersonRow, listDescribedSignIns, listDirectoryPeople } from '../../store/dry-run.ts'
import { typeOf } from '../registry.ts'
import { type Claims, refuseAssertions } from './read-assertions.ts'

/** Somebody of a dry run, where they come from, and where the next page would go on. */
export type TrialPerson = {
  cursor: string
  person: ExternalPerson
  /** The user they are, where that is known. */
  ownUserId: string | null
  /** The newest sign-in that described them. */
  signIn: { traceId: string; at: Date } | null
  /** Their place among the assertions, from 0. */
  position: number | null
}

/** Batches of people. The order is the same each time, so that a cursor of one run means the same in the next. */
export type People = AsyncIterable<TrialPerson[]>

/** So many are decided on at once; a page that needs no more asks for fewer. */
export const batchSize = 2000

/** Sign-ins so long ago still count. */
export const signInDays = 30

/**
 * Every user of the tenant, as if they came with their own fields: with the subject of their last sign-in through the
 * connection, or an unknown one; with user name, address and names as the directory has them; and with the SSO user name
 * it has, or else the address, which is where that claim usually comes from. The address is taken as asserted.
 */
export async function* peopleOfDirectory(
  house: Pick<House, 'db'>,
  { organizationId, tenantId, id: connectionId }: ConnectionRecord,
  after: string | null,
  size = batchSize,
): People {
  for (let last = after; ; ) {
    const scope = { organizationId, tenantId, connectionId }
    const rows = await listDirectoryPeople(house.db, scope, { after: last, limit: size })
    if (rows.length > 0) yield rows.map(fromDirectory)
    if (rows.length < size) return
    last = rows.at(-1)!.id
  }
}

function fromDirectory(row: DirectoryPersonRow): TrialPerson {
  const { id, subject, username, email, firstName, lastName } = row
  const ssoUsername = row.ssoUsername ?? email
  const person: ExternalPerson = {
    ...{ subject, username, email, firstName, lastName, ssoUsername },
    keys: {
      Username: username === null ? [] : [emailKey(username)],
      Email: [emailKey(email)],
      SsoUsername: [emailKey(ssoUsername)],
    },
    ...{ namespaces: null, tags: null, attributes: null, unusable: [] },
    ...{ emailDenied: false, emailAsserted: true },
  }
  return { cursor: id, person, ownUserId: id, signIn: null, position: null }
}

/**
 * Everybody who signed in through the connection in the last 30 days or was refused, as it described them the last time.
 */
export async function* peopleOfSignIns(
  house: Pick<House, 'db'>,
  { organizationId, id: connectionId }: ConnectionRecord,
  since: Date,
): People {
  const seen = new Set<string>()
  for (let last: string | null = null; ; ) {
    const scope = { organizationId, connectionId }
    const rows = await listDescribedSignIns(house.db, scope, { since, before: last, limit: batchSize })
    const people = rows.flatMap(({ id, at, external }): TrialPerson[] => {
      const person = external as ExternalPerson
      const who = person.subject ?? id
      if (seen.has(who)) return []
      seen.add(who)
      return [{ cursor: id, person, ownUserId: null, signIn: { traceId: id, at }, position: null }]
    })
    if (people.length > 0) yield people
    if (rows.length < batchSize) return
    last = rows.at(-1)!.id
  }
}

/** The people that claims describe, read the way a sign-in would. Throws `validation_failed` for those that name nobody. */
export async function* peopleOfAssertions(
  connection: Pick<ConnectionRecord, 'kind'>,
  assertions: Claims[],
  attributeMap: AttributeMap | null,
): People {
  for (let first = 0; first < assertions.length; first += batchSize)
    yield assertions.slice(first, first + batchSize).map((claims, offset) => {
      const position = first + offset
      const person = readPerson(connection, claims, attributeMap, position)
      return { cursor: String(position), person, ownUserId: null, signIn: null, position }
    })
}

function readPerson(
  connection: Pick<ConnectionRecord, 'kind'>,
  claims: Claims,
  attributeMap: AttributeMap | null,
  position: number,
): ExternalPerson {
  const read = typeOf(connection).readClaims(claims, attributeMap)
  if (!read) return refuseAssertions(`.${position}`, 'names nobody: neither an id nor an e-mail address came')
  const { email, firstName, lastName, raw, tags } = read.profile
  const described = { kind: connection.kind, subject: read.subject, email, firstName, lastName, raw, tags }
  return toExternalPerson(described, attributeMap)
}
