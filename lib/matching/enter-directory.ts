import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { type Actor, systemActor } from '../base/actor.ts'
import { emailKey } from '../base/email.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { isUniqueViolation, type Json } from '../store/db.ts'
import {
  insertExternalUser,
  type SignedInUser,
  signInUser,
  type UpdateOfUser,
} from '../store/provisioning.ts'
import { type Decision, type DirectoryMode, decide, type MatchFacts } from './decide.ts'
import type { ExternalPerson } from './external-person.ts'
import { loadFacts } from './load-facts.ts'
import type { FieldChange } from './plan-sync.ts'
import { effectivePolicies } from './user-policies.ts'

/** The connection somebody comes through. */
export type Entrance = {
  id: string
  organizationId: string
  tenantId: string
  /** Slug. */
  tenant: string
  trustEmail: boolean
  provisioning: string
  userPolicies: unknown
  name: string
}

export type Entered = {
  decision: Decision
  facts: MatchFacts
  /** Null where the decision lets nobody in. */
  user: SignedInUser | null
  /** The request that was filed just now. */
  requestId: string | null
}

type Means = Pick<House, 'db' | 'clock' | 'random'>

/** Whether people of a connection are users of the directory. */
export function isDirectoryMode(provisioning: string): provisioning is DirectoryMode {
  return provisioning !== 'passthrough'
}

/** So often two that come at the same moment are decided anew; each time one of them got in. */
const attempts = 5

/**
 * Decides on a person and does what was decided: writes what the sign-in changes, makes the user, or files the request.
 * Nothing is written in between: where something has changed since it was decided, it is decided again. `origin` is where
 * the person's request came from, for the audit log.
 */
export async function enterDirectory(
  house: Means,
  entrance: Entrance,
  person: ExternalPerson,
  origin: { address: string; requestId: string },
): Promise<Entered> {
  const mode = entrance.provisioning as DirectoryMode
  const policies = effectivePolicies(entrance.userPolicies)
  for (let left = attempts; ; left--) {
    const [facts] = (await loadFacts(house, entrance, [person])) as [MatchFacts]
    const decision = decide(person, { mode, policies }, facts)
    const entered = { decision, facts, user: null, requestId: null }
    if (decision.kind === 'refuse' || decision.kind === 'wait') return entered
    try {
      const user =
        decision.kind === 'sign-in'
          ? await signIn(house, entrance, person, decision)
          : await create(house, entrance, person, decision)
      if (user && 'requestId' in user) {
        await recordRequest(house, entrance, { decision, ...user }, origin)
        return { ...entered, ...user }
      }
      if (user) {
        await tellOfSignIn(house, entrance, { person, decision, user }, origin)
        return { ...entered, user }
      }
    } catch (thrown) {
      if (!isUniqueViolation(thrown) || left === 1) throw thrown
    }
    if (left === 1) throw new Error('a sign-in was overtaken every time it was decided')
  }
}

type Admitted = Extract<Decision, { kind: 'sign-in' }>
type Created = Extract<Decision, { kind: 'create' }>

async function signIn(
  house: Means,
  entrance: Entrance,
  person: ExternalPerson,
  { user, by, changes, address }: Admitted,
): Promise<SignedInUser | null> {
  const at = house.clock.now()
  return signInUser(house.db, user.id, toUpdate(changes, address), {
    organizationId: entrance.organizationId,
    connectionId: entrance.id,
    subject: person.subject,
    identityId: by === 'identity' ? null : mintId('idn', at, house.random),
    namespaces: person.namespaces,
    at,
  })
}

/** The columns that changes of fields are written to. */
function toUpdate(changes: FieldChange[], address: Admitted['address']): UpdateOfUser {
  const update: UpdateOfUser = { address }
  for (const { field, to } of changes) {
    const text = to as string
    if (field === 'Username') Object.assign(update, { username: text, usernameKey: emailKey(text) })
    else if (field === 'Email') Object.assign(update, { email: text, emailKey: emailKey(text) })
    else if (field === 'SsoUsername')
      Object.assign(update, { ssoUsername: text, ssoUsernameKey: emailKey(text) })
    else if (field === 'FirstName') update.firstName = text
    else if (field === 'LastName') update.lastName = text
    else {
      const [kind, name] = splitMember(field)
      update[kind] = { ...update[kind], [name]: to }
    }
  }
  return update
}

function splitMember(field: string): ['tags' | 'attributes', string] {
  const dot = field.indexOf('.')
  return [field.slice(0, dot) as 'tags' | 'attributes', field.slice(dot + 1)]
}

/** Null: the person was rejected at the same moment. */
async function create(
  house: Means,
  entrance: Entrance,
  person: ExternalPerson,
  { status, person: said }: Created,
): Promise<SignedInUser | { requestId: string } | null> {
  const at = house.clock.now()
  const id = mintId('usr', at, house.random)
  const row = {
    ...said,
    id,
    tenantId: entrance.tenantId,
    status,
    emailKey: emailKey(said.email),
    usernameKey: said.username && emailKey(said.username),
    ssoUsernameKey: said.ssoUsername && emailKey(said.ssoUsername),
  }
  const made = await insertExternalUser(house.db, row, {
    organizationId: entrance.organizationId,
    connectionId: entrance.id,
    subject: person.subject,
    identityId: mintId('idn', at, house.random),
    requestId: mintId('jrq', at, house.random),
    namespaces: person.namespaces,
    at,
  })
  if (!made) return null
  if (made.requestId !== null) return { requestId: made.requestId }
  const { email, username, firstName, lastName, tags, attributes, emailVerified } = said
  const told = { email, username, firstName, lastName, tags, attributes, emailVerified }
  return { id, ...told, updatedAt: at, linked: person.subject !== null, activated: false }
}

/** What a sign-in changed of the directory for good stands in the audit log; what it wrote each time does not. */
async function tellOfSignIn(
  house: Means,
  entrance: Entrance,
  { person, decision, user }: { person: ExternalPerson; decision: Admitted | Created; user: SignedInUser },
  origin: { address: string; requestId: string },
): Promise<void> {
  const actor: Actor = { ...systemActor(entrance.organizationId), ...origin }
  const target = { type: 'user', id: user.id, name: user.email }
  const record = (action: string, after: Json, before?: Json) =>
    recordAuditEvent(house, actor, { action, target, tenant: entrance.tenant, before, after })
  const through = { connection: entrance.name, subject: person.subject }
  if (decision.kind === 'create')
    return record('user.created', { email: user.email, status: 'active', ...through })
  if (user.activated) await record('user.activated', { status: 'active', ...through }, { status: 'invited' })
  if (user.linked) await record('identity.linked', { by: decision.by, ...through })
  // Attributes and tags hold what is personal, and the log keeps everything for ever: of those the names alone.
  const fields = decision.changes.map(({ field }) => field)
  if (fields.length > 0) await record('user.synced', { fields, connection: entrance.name })
}

async function recordRequest(
  house: Means,
  entrance: Entrance,
  { decision, requestId }: { decision: Decision; requestId: string },
  origin: { address: string; requestId: string },
): Promise<void> {
  const { email } = (decision as Created).person
  const actor: Actor = { ...systemActor(entrance.organizationId), ...origin }
  await recordAuditEvent(house, actor, {
    action: 'join-request.filed',
    target: { type: 'join-request', id: requestId, name: email },
    tenant: entrance.tenant,
    after: { email, connection: entrance.name },
  })
}
