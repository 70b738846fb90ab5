import { emailDomain } from '../base/email.ts'
import type { House } from '../house.ts'
import { type FactsQuery, findMatchFacts } from '../store/match-facts.ts'
import type { MatchFacts } from './decide.ts'
import type { ExternalPerson } from './external-person.ts'

/** The connection through which people come. */
export type Through = { id: string; tenantId: string; trustEmail: boolean }

/** What `decide` must know of each of these people, in their order; one statement. */
export async function loadFacts(
  house: Pick<House, 'db' | 'clock'>,
  connection: Through,
  people: ExternalPerson[],
): Promise<MatchFacts[]> {
  const rows = await findMatchFacts(house.db, connection, people.map(toQuery), house.clock.now())
  return rows.map((row) => ({ ...row, trustEmail: connection.trustEmail }))
}

function toQuery({ subject, email, keys }: ExternalPerson): FactsQuery {
  return { subject, keys, emailDomain: email === null ? null : emailDomain(email) }
}
