import { loadJoinRequestRecord } from '../accounts/join-request.ts'
import { tellAdminsOfRequest } from '../accounts/join-request-mail.ts'
import type { Check } from '../base/check.ts'
import { sha256 } from '../base/encoding.ts'
import type { FinishOutcome } from '../connections/contract.ts'
import type { AttributeMap } from '../matching/attribute-map.ts'
import { type Decision, type DirectoryMode, decide, type MatchFacts } from '../matching/decide.ts'
import { type Entrance, enterDirectory, isDirectoryMode } from '../matching/enter-directory.ts'
import { explainDecision, refusalForPerson } from '../matching/explain-decision.ts'
import { type ExternalPerson, toExternalPerson } from '../matching/external-person.ts'
import { loadFacts } from '../matching/load-facts.ts'
import { shadowVerdict } from '../matching/shadow.ts'
import { effectivePolicies } from '../matching/user-policies.ts'
import type { Profile } from '../oauth/profile.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { rememberAssertion } from '../store/grants.ts'
import type { SignedInUser } from '../store/provisioning.ts'
import type { TraceEntry } from '../traces/record-trace.ts'
import type { TakenLogin } from './take-login.ts'
import { isFleeting } from './upstream-session.ts'

type Accepted = Extract<FinishOutcome, { ok: true }>

/** What the trace keeps of a person and of what was decided. */
export type TraceOfPerson = Pick<TraceEntry, 'checks' | 'external' | 'shadow'>

export type Admission =
  | {
      kind: 'admitted'
      userId: string | null
      /** `sub` towards applications, and what a connection that is its own client gets as `id`. */
      subject: string
      id: string
      /** Without `emailVerified` where the directory has no say. */
      profile: Profile
      /** What must not come twice; null: it has been used up already. */
      once: Accepted['once'] | null
      trace: TraceOfPerson
    }
  | { kind: 'waiting'; trace: TraceOfPerson }
  | { kind: 'refused'; cause: string; sentence: string; forPerson: string; trace: TraceOfPerson }

/**
 * Whether somebody whom the upstream vouches for goes on, and as whom. Through a connection that has nothing to do with
 * the directory anybody does, as the upstream describes them; else the directory decides. Null when the assertion was
 * used before: it counts once, whatever is decided on it.
 */
export async function admitPerson(taken: TakenLogin, accepted: Accepted): Promise<Admission | null> {
  const { house, connection, origin } = taken
  const person = describePerson(connection, accepted)
  const external = person as unknown as NonNullable<TraceEntry['external']>
  if (!isDirectoryMode(connection.provisioning)) return passThrough(connection, accepted, external)
  if (!(await rememberAssertion(house.db, connection.id, accepted.once))) return null
  const entered = await enterDirectory(house, toEntrance(connection), person, origin)
  const { decision, facts, user, requestId } = entered
  if (requestId !== null)
    await tellAdminsOfRequest(house, await loadJoinRequestRecord(house, connection.organizationId, requestId))
  const { checks, cause, sentence } = explain(connection, person, decision)
  const trace = { checks, external, shadow: tryShadow(connection, person, facts, decision) }
  if (decision.kind === 'refuse')
    return { kind: 'refused', cause: cause!, sentence, forPerson: refusalForPerson[decision.cause], trace }
  if (user === null) return { kind: 'waiting', trace }
  const profile = toProfile(accepted, user)
  return { kind: 'admitted', userId: user.id, subject: user.id, id: user.id, profile, once: null, trace }
}

/** What would come of a sign-in, for an admin who tests the connection: nothing is written. Null: the directory has no say. */
export async function rehearse(
  { house, connection }: TakenLogin,
  accepted: Accepted,
): Promise<{ decision: Decision; checks: Check[]; cause: string | null; sentence: string } | null> {
  if (!isDirectoryMode(connection.provisioning)) return null
  const person = describePerson(connection, accepted)
  const [facts] = (await loadFacts(house, connection, [person])) as [MatchFacts]
  const plan = { mode: connection.provisioning, policies: effectivePolicies(connection.userPolicies) }
  const decision = decide(person, plan, facts)
  return { decision, ...explain(connection, person, decision) }
}

function passThrough(
  connection: ConnectionRecord,
  { profile, once, upstreamSession }: Accepted,
  external: TraceOfPerson['external'],
): Admission {
  return {
    kind: 'admitted',
    userId: null,
    subject: subjectOf(connection, upstreamSession.subject),
    id: profile.id,
    profile,
    once,
    trace: { checks: [], external },
  }
}

/**
 * `sub` of somebody who is in no directory: unique among all connections of the organization, and the same each time
 * (OpenID Connect Core §8). The identity provider's own names are not: two of them may both call somebody "ada".
 */
function subjectOf(connection: ConnectionRecord, upstreamSubject: string): string {
  return sha256(`${connection.id}\n${upstreamSubject}`)
}

function describePerson(
  connection: ConnectionRecord,
  { profile, upstreamSession }: Accepted,
): ExternalPerson {
  const { email, firstName, lastName, raw, tags } = profile
  const subject = isFleeting(upstreamSession) ? null : upstreamSession.subject
  const described = { kind: connection.kind, subject, email, firstName, lastName, raw, ...(tags && { tags }) }
  return toExternalPerson(described, connection.attributeMap as AttributeMap | null)
}

function toEntrance(connection: ConnectionRecord): Entrance {
  const { id, organizationId, tenantId, tenant, trustEmail, provisioning, userPolicies } = connection
  const name = nameOf(connection)
  return { id, organizationId, tenantId, tenant, trustEmail, provisioning, userPolicies, name }
}

function nameOf(connection: ConnectionRecord): string {
  return connection.name ?? connection.upstreamId
}

function explain(connection: ConnectionRecord, person: ExternalPerson, decision: Decision) {
  const policies = effectivePolicies(connection.userPolicies)
  return explainDecision(decision, person, { policies, connection: nameOf(connection) })
}

/** What a policy that is only tried would have done; on the same facts. */
function tryShadow(
  connection: ConnectionRecord,
  person: ExternalPerson,
  facts: MatchFacts,
  today: Decision,
): TraceEntry['shadow'] {
  if (!connection.shadowPolicies) return null
  const mode = connection.provisioning as DirectoryMode
  const tried = decide(person, { mode, policies: effectivePolicies(connection.shadowPolicies) }, facts)
  return shadowVerdict(tried, today)
}

/** The directory's word on who they are; what else the upstream said comes along. */
function toProfile({ profile }: Accepted, user: SignedInUser): Profile {
  const { id, email, username, firstName, lastName, emailVerified, attributes, tags, updatedAt } = user
  return {
    id,
    email,
    firstName,
    lastName,
    roles: profile.roles,
    groups: profile.groups,
    raw: profile.raw,
    username,
    emailVerified,
    attributes,
    ...(Object.keys(tags).length > 0 && { tags }),
    updatedAt: Math.floor(updatedAt.getTime() / 1000),
  }
}
