import { z } from 'zod'
import type { Actor } from '../../base/actor.ts'
import { secondsAfter } from '../../base/clock.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { type AttributeMap, attributeMapSchema } from '../../matching/attribute-map.ts'
import { isDirectoryMode } from '../../matching/enter-directory.ts'
import { loadFacts } from '../../matching/load-facts.ts'
import {
  isDifferent,
  isTakeoverRisk,
  type Outcome,
  outcomes,
  type Terms,
  type Tried,
  tryTerms,
} from '../../matching/trial.ts'
import { effectivePolicies, userPoliciesSchema } from '../../matching/user-policies.ts'
import type { ConnectionRecord } from '../../store/connections.ts'
import { findUsersInUse } from '../../store/dry-run.ts'
import { loadConnectionRecord } from '../load-connection.ts'
import {
  batchSize,
  type People,
  peopleOfAssertions,
  peopleOfDirectory,
  peopleOfSignIns,
  signInDays,
  type TrialPerson,
} from './dry-run-people.ts'
import { assertionsSchema, readAssertions } from './read-assertions.ts'

const marks = ['takeoverRisk', 'changed', 'differsFromToday'] as const

export const dryRunSchema = z
  .strictObject({
    /** What is tried; what is not said is as the connection has it today. */
    userPolicies: userPoliciesSchema.nullish(),
    provisioning: z
      .enum(['existing', 'auto', 'approval'], { error: 'must be existing, auto or approval' })
      .optional(),
    trustEmail: z.boolean({ error: 'must be true or false' }).optional(),
    attributeMap: attributeMapSchema.nullish(),
    source: z
      .enum(['directory', 'assertions', 'traces'], { error: 'must be directory, assertions or traces' })
      .default('directory'),
    assertions: assertionsSchema.optional(),
    /** Only people of whom one of these is true. */
    only: z
      .array(
        z.enum([...outcomes, ...marks], { error: `must be one of ${[...outcomes, ...marks].join(', ')}` }),
      )
      .max(outcomes.length + marks.length)
      .optional(),
    cursor: z.string().max(100).optional(),
    limit: z.int({ error: 'must be a number from 1 to 200' }).min(1).max(200).default(50),
  })
  .refine(({ source, assertions }) => source !== 'assertions' || assertions !== undefined, {
    path: ['assertions'],
    error: 'is missing',
  })
export type DryRunInput = z.output<typeof dryRunSchema>

/** A person of a dry run and what would become of them. */
export type TriedPerson = Tried & {
  person: {
    subject: string | null
    username: string | null
    email: string | null
    firstName: string | null
    lastName: string | null
    ssoUsername: string | null
    /** The user they are (source `directory`), the sign-in that described them (`traces`), their place (`assertions`). */
    userId?: string
    traceId?: string
    at?: string
    position?: number
  }
  takeoverRisk: boolean
  /** What would become of them under what holds today; null where no directory is asked today (`passthrough`). */
  today: Pick<Tried, 'outcome' | 'cause' | 'by' | 'userId'> | null
  differsFromToday: boolean
}

export type DryRunCounts = Record<Outcome | (typeof marks)[number] | 'people', number>

export type DryRun = {
  /** Over everybody; null on pages after the first. */
  counts: DryRunCounts | null
  data: TriedPerson[]
  nextCursor: string | null
  /** Whether it stopped because there are more people than a dry run looks at: 200,000. */
  truncated: boolean
}

/** So many people are looked at. */
const peopleLimit = 200_000

/**
 * What other terms would do, before they hold: each person is decided on by the very function that decides their sign-in,
 * against the directory as it is, twice: under the terms that are tried and under today's. Nothing is written. Everybody
 * is counted on the first page; people come page by page. Throws `not_found`, `validation_failed`.
 */
export async function dryRunUserPolicies(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  { clientID, ...input }: DryRunInput & { clientID: string },
): Promise<DryRun> {
  checkRole(actor, 'admin')
  const connection = await loadConnectionRecord(house, actor.organizationId, clientID)
  const terms = { tried: triedTerms(connection, input), today: termsOf(connection) }
  const { limit, only, cursor = null } = input
  const counts = noCounts()
  const page: (TriedPerson & { cursor: string })[] = []
  let seen = 0
  let isBehindCursor = cursor === null || input.source === 'directory'
  for await (const batch of choosePeople(house, connection, input)) {
    const people = isBehindCursor ? batch : batch.slice(indexAfter(batch, cursor!))
    isBehindCursor ||= people.length < batch.length
    if (!isBehindCursor) continue
    if (seen + people.length > peopleLimit) return answer(true)
    for (const tried of await tryPeople(house, connection, people, terms)) {
      count(counts, tried)
      if (page.length <= limit && isWanted(tried, only)) page.push(tried)
    }
    seen += people.length
    if (cursor !== null && page.length > limit) break
  }
  return answer(false)

  function answer(truncated: boolean): DryRun {
    const data = page.slice(0, limit)
    return {
      counts: cursor === null ? counts : null,
      data: data.map(({ cursor: _, ...person }) => person),
      nextCursor: page.length > limit ? data.at(-1)!.cursor : null,
      truncated,
    }
  }
}

function choosePeople(
  house: Pick<House, 'db' | 'clock'>,
  connection: ConnectionRecord,
  { source, assertions, attributeMap, cursor, only, limit }: DryRunInput,
): People {
  switch (source) {
    case 'directory': {
      const needsFew = cursor !== undefined && !only?.length
      return peopleOfDirectory(house, connection, cursor ?? null, needsFew ? limit + 1 : batchSize)
    }
    case 'traces':
      return peopleOfSignIns(house, connection, secondsAfter(house.clock.now(), -signInDays * 86_400))
    case 'assertions': {
      const map = attributeMap === undefined ? connection.attributeMap : attributeMap
      return peopleOfAssertions(connection, readAssertions(assertions!), map as AttributeMap | null)
    }
  }
}

/** Where the people after the cursor begin; the length of the batch when it is not among them. */
function indexAfter(batch: TrialPerson[], cursor: string): number {
  const index = batch.findIndex((one) => one.cursor === cursor)
  return index === -1 ? batch.length : index + 1
}

/** What holds today; null where people do not come into the directory. */
function termsOf({ provisioning, userPolicies, trustEmail }: ConnectionRecord): Terms | null {
  if (!isDirectoryMode(provisioning)) return null
  return { mode: provisioning, policies: effectivePolicies(userPolicies), trustEmail }
}

function triedTerms(connection: ConnectionRecord, said: DryRunInput): Terms {
  const today = termsOf(connection)
  const isSaid = said.userPolicies !== undefined
  return {
    mode: said.provisioning ?? today?.mode ?? 'existing',
    policies: effectivePolicies(isSaid ? said.userPolicies : connection.userPolicies),
    trustEmail: said.trustEmail ?? connection.trustEmail,
  }
}

async function tryPeople(
  house: Pick<House, 'db' | 'clock'>,
  connection: ConnectionRecord,
  people: TrialPerson[],
  terms: { tried: Terms; today: Terms | null },
): Promise<(TriedPerson & { cursor: string })[]> {
  if (people.length === 0) return []
  const facts = await loadFacts(
    house,
    connection,
    people.map(({ person }) => person),
  )
  const tried = people.map(({ person }, n) => tryTerms(person, terms.tried, facts[n]!))
  const found = tried.filter(({ outcome, by }) => outcome === 'matched' && by !== 'identity')
  const inUse = await findUsersInUse(house.db, connection.organizationId, [
    ...new Set(found.map(({ userId }) => userId!)),
  ])
  return people.map((one, n) => {
    const now = tried[n]!
    const today = terms.today && tryTerms(one.person, terms.today, facts[n]!)
    const known = { ownUserId: one.ownUserId, isInUse: (userId: string) => inUse.has(userId) }
    return {
      cursor: one.cursor,
      person: describePerson(one),
      ...now,
      takeoverRisk: isTakeoverRisk(now, facts[n]!, known),
      today: today && { outcome: today.outcome, cause: today.cause, by: today.by, userId: today.userId },
      differsFromToday: today === null || isDifferent(now, today),
    }
  })
}

function describePerson({ person, ownUserId, signIn, position }: TrialPerson): TriedPerson['person'] {
  const { subject, username, email, firstName, lastName, ssoUsername } = person
  return {
    ...{ subject, username, email, firstName, lastName, ssoUsername },
    ...(ownUserId !== null && { userId: ownUserId }),
    ...(signIn && { traceId: signIn.traceId, at: signIn.at.toISOString() }),
    ...(position !== null && { position }),
  }
}

function noCounts(): DryRunCounts {
  const names = ['people', ...outcomes, ...marks] as const
  return Object.fromEntries(names.map((name) => [name, 0])) as DryRunCounts
}

function count(counts: DryRunCounts, tried: TriedPerson): void {
  counts.people++
  counts[tried.outcome]++
  for (const mark of marks) if (isMarked(tried, mark)) counts[mark]++
}

function isMarked(tried: TriedPerson, mark: (typeof marks)[number]): boolean {
  return mark === 'changed' ? tried.changes.length > 0 : tried[mark]
}

function isWanted(tried: TriedPerson, only: DryRunInput['only']): boolean {
  if (!only || only.length === 0) return true
  return only.some((wanted) =>
    (outcomes as readonly string[]).includes(wanted)
      ? tried.outcome === wanted
      : isMarked(tried, wanted as (typeof marks)[number]),
  )
}
