import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishTenant } from '#lib/testing/signed-in.ts'
import { type Actor, systemActor } from '../../base/actor.ts'
import { systemClock } from '../../base/clock.ts'
import { emailKey } from '../../base/email.ts'
import { mintId, systemRandom } from '../../base/ids.ts'
import type { DirectoryMode } from '../../matching/decide.ts'
import { type Entrance, enterDirectory } from '../../matching/enter-directory.ts'
import { toExternalPerson } from '../../matching/external-person.ts'
import { matchingFields, syncFields, type UserPolicies } from '../../matching/user-policies.ts'
import type { Db } from '../../store/db.ts'
import { insertOrganization } from '../../store/organizations.ts'
import { insertTrace } from '../../store/traces.ts'
import { insertUser, type NewUser } from '../../store/users.ts'
import { typeOf } from '../registry.ts'
import { type DryRunInput, dryRunSchema, dryRunUserPolicies } from './dry-run.ts'
import type { Claims } from './read-assertions.ts'

const organizationId = 'org_1'
const actor: Actor = systemActor(organizationId)
const origin = { address: '127.0.0.1', requestId: 'r' }

describeOnEachDatabase('a dry run', (open) => {
  let db: Db
  let tenantId: string
  let connectionId: string
  const house = () => ({ db, clock: systemClock, random: systemRandom, sealer: undefined as never })

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: organizationId, name: 'One', host: 'one.example' })
    const furnished = await furnishTenant(house(), organizationId, 'acme')
    tenantId = furnished.tenantId
    connectionId = furnished.connectionId
  })

  beforeEach(async () => {
    await db.user.deleteMany()
    await db.trace.deleteMany()
    await db.domain.deleteMany()
    await setConnection({ provisioning: 'existing', trustEmail: true, userPolicies: {} })
  })

  const setConnection = (data: object) => db.connection.update({ where: { id: connectionId }, data })

  async function addUser(email: string, more: Partial<NewUser> = {}): Promise<string> {
    const id = mintId('usr', systemClock.now(), systemRandom)
    const { username = null, ssoUsername = null } = more
    await insertUser(db, {
      id,
      organizationId,
      tenantId,
      email,
      emailKey: emailKey(email),
      firstName: null,
      lastName: null,
      status: 'active',
      passwordHash: null,
      tags: {},
      attributes: {},
      emailVerifiedAt: null,
      ...more,
      username,
      usernameKey: username && emailKey(username),
      ssoUsername,
      ssoUsernameKey: ssoUsername && emailKey(ssoUsername),
    })
    return id
  }

  const link = (userId: string, subject: string) =>
    db.identity.create({
      data: {
        id: mintId('idn', systemClock.now(), systemRandom),
        organizationId,
        connectionId,
        userId,
        subject,
      },
    })

  const dryRun = (input: Partial<DryRunInput> = {}) =>
    dryRunUserPolicies(house(), actor, { ...dryRunSchema.parse(input), clientID: connectionId })
  const ofClaims = (assertions: Claims[], input: Partial<DryRunInput> = {}) =>
    dryRun({ source: 'assertions', assertions, ...input })

  describe('of assertions', () => {
    test('says who would be matched, by what, and which fields would change', async () => {
      const ada = await addUser('ada@acme.example', { username: 'ada', firstName: 'Augusta' })
      const run = await ofClaims([
        { id: '1', username: 'ADA', email: 'other@acme.example', givenName: 'Ada', surname: 'King' },
        { id: '2', email: 'nobody@acme.example' },
      ])
      expect(run.counts).toMatchObject({ people: 2, matched: 1, none: 1, changed: 1, differsFromToday: 0 })
      expect(run.data).toMatchObject([
        {
          person: { position: 0, subject: '1', username: 'ADA', email: 'other@acme.example' },
          outcome: 'matched',
          by: 'Username',
          userId: ada,
          userEmail: 'ada@acme.example',
          changes: [
            { field: 'FirstName', from: 'Augusta', to: 'Ada' },
            { field: 'LastName', from: null, to: 'King' },
          ],
        },
        {
          person: { position: 1 },
          outcome: 'none',
          cause: 'match_none',
          by: null,
          userId: null,
          changes: [],
        },
      ])
      expect(run.nextCursor).toBeNull()
    })

    test('CSV reads like a list, and claims are read by the map that is tried', async () => {
      const ada = await addUser('ada@acme.example')
      const rows = 'id;mail;Work mail\n1;ada@acme.example;bob@acme.example\n'
      const withMap = (email: string) =>
        dryRun({ source: 'assertions', assertions: rows, attributeMap: { email } as never })
      expect((await withMap('mail')).data[0]).toMatchObject({ outcome: 'matched', userId: ada })
      expect((await withMap('Work mail')).data[0]).toMatchObject({ outcome: 'none' })
    })

    test('several values that lead to several users are ambiguous', async () => {
      await addUser('ada@acme.example')
      await addUser('bob@acme.example')
      const { data, counts } = await ofClaims([{ id: '1', email: ['ada@acme.example', 'bob@acme.example'] }])
      expect(data[0]).toMatchObject({
        outcome: 'ambiguous',
        cause: 'match_ambiguous',
        by: 'Email',
        userId: null,
      })
      expect(counts).toMatchObject({ ambiguous: 1 })
    })

    test.each<[string, Partial<DryRunInput>, string]>([
      ['existing', { provisioning: 'existing' }, 'none'],
      ['auto', { provisioning: 'auto' }, 'created'],
      ['approval', { provisioning: 'approval' }, 'requested'],
    ])('somebody unknown under %s', async (_name, input, outcome) => {
      const run = await ofClaims([{ id: '1', email: 'new@acme.example' }], input)
      expect(run.data[0]).toMatchObject({ outcome, differsFromToday: outcome !== 'none' })
      expect(await db.user.count()).toBe(0)
    })

    test('says what differs from today: a user, an outcome, or what is written', async () => {
      await addUser('ada@acme.example', { username: 'bob' })
      const bob = await addUser('bob@acme.example', { username: 'ada', lastName: 'B' })
      const claims = [{ id: '1', username: 'ada', email: 'ada@acme.example', surname: 'King' }]
      const policies = (userPolicies: object) => ofClaims(claims, { userPolicies } as never)
      expect((await policies({})).data[0]).toMatchObject({ userId: bob, differsFromToday: false })
      expect((await policies({ matchingFields: ['Username'] })).data[0]).toMatchObject({
        differsFromToday: false,
      })
      expect((await policies({ matchingFields: ['Email'] })).data[0]).toMatchObject({
        differsFromToday: true,
        today: { outcome: 'matched', by: 'Username', userId: bob },
      })
      expect((await policies({ fieldsToUpdateWhenDifferent: ['FirstName'] })).data[0]).toMatchObject({
        userId: bob,
        differsFromToday: true,
      })
    })

    test('a connection that asks no directory today is tried as if it did', async () => {
      await setConnection({ provisioning: 'passthrough' })
      const { data } = await ofClaims([{ id: '1', email: 'new@acme.example' }])
      expect(data[0]).toMatchObject({ outcome: 'none', today: null, differsFromToday: true })
    })
  })

  describe('takeover risk', () => {
    const claim = { id: 'new subject', username: 'ada', email: 'ada@acme.example' }
    const risk = async (input: Partial<DryRunInput> = {}) => {
      const run = await ofClaims([claim], input)
      expect(run.counts?.takeoverRisk).toBe(Number(run.data[0]!.takeoverRisk))
      return run.data[0]!.takeoverRisk
    }

    test('an account nobody has used waits for its person', async () => {
      await addUser('ada@acme.example', { username: 'ada' })
      expect(await risk()).toBe(false)
    })

    test.each<[string, Partial<NewUser>]>([
      ['with a password', { passwordHash: 'hash' }],
      ['that was signed in to', { lastSignInAt: new Date() } as never],
    ])('an account %s, found by what the identity provider says', async (_name, more) => {
      await addUser('ada@acme.example', { username: 'ada', ...more })
      expect(await risk()).toBe(true)
    })

    test('not by an address in a domain the tenant has proven; by a trusted one, it is', async () => {
      await addUser('ada@acme.example', { passwordHash: 'hash' })
      expect(await risk()).toBe(true)
      await db.domain.create({
        data: {
          ...{ id: 'dom_1', organizationId, tenantId, domain: 'acme.example', ownedDomain: 'acme.example' },
          ...{ status: 'verified', token: 't' },
        },
      })
      expect(await risk()).toBe(false)
    })

    test('an account this connection has linked to another subject, whatever the field', async () => {
      const ada = await addUser('ada@acme.example', { username: 'ada' })
      await link(ada, 'old subject')
      expect(await risk({ userPolicies: { matchingFields: ['Email'] } as never })).toBe(true)
    })

    test('not somebody who is known by an earlier sign-in', async () => {
      const ada = await addUser('ada@acme.example', { username: 'ada', passwordHash: 'hash' })
      await link(ada, claim.id)
      expect(await risk()).toBe(false)
    })

    test('in the directory: another user’s account', async () => {
      const bob = await addUser('bob@acme.example', { username: 'bob' })
      const eve = await addUser('eve@acme.example', { username: 'eve', ssoUsername: 'bob@acme.example' })
      const run = await dryRun({ userPolicies: { matchingFields: ['SsoUsername'] } as never })
      const of = (id: string) => run.data.find(({ person }) => person.userId === id)
      expect(of(bob)).toMatchObject({ userId: eve, takeoverRisk: true })
      expect(of(eve)).toMatchObject({ userId: eve, takeoverRisk: false })
    })
  })

  describe('of the directory', () => {
    test('people come with their own fields, and the address for the SSO user name they have none of', async () => {
      const ada = await addUser('ada@acme.example', { username: 'ada' })
      const userPolicies = { fieldsToUpdateWhenNull: ['SsoUsername'] } as never
      const { data } = await dryRun({ userPolicies })
      expect(data).toMatchObject([
        {
          person: { userId: ada, subject: null, username: 'ada', ssoUsername: 'ada@acme.example' },
          outcome: 'matched',
          by: 'Username',
          userId: ada,
          changes: [{ field: 'SsoUsername', from: null, to: 'ada@acme.example' }],
        },
      ])
    })

    test('those who have signed in through the connection come as who they are there', async () => {
      const ada = await addUser('ada@acme.example')
      await link(ada, 'subject of ada')
      expect((await dryRun()).data[0]).toMatchObject({
        by: 'identity',
        person: { subject: 'subject of ada' },
      })
    })

    test('no user of another tenant is looked at', async () => {
      const { tenantId: other } = await furnishTenant(house(), organizationId, `other-${Math.random()}`)
      await addUser('eve@other.example', { tenantId: other, username: 'ada' })
      expect(await dryRun()).toMatchObject({ counts: { people: 0 }, data: [] })
      expect((await ofClaims([{ id: '1', username: 'ada' }])).data[0]).toMatchObject({ outcome: 'none' })
    })

    test('thousands are counted on the first page, and come page by page, each once', async () => {
      await db.$executeRaw`
        INSERT INTO users (id, organization_id, tenant_id, email, email_key, username, username_key, status, tags, attributes, updated_at)
        SELECT 'usr_' || lpad(n::text, 8, '0'), ${organizationId}, ${tenantId}, n || '@acme.example', n || '@acme.example',
          CASE WHEN n % 10 = 0 THEN NULL ELSE 'user' || n END, CASE WHEN n % 10 = 0 THEN NULL ELSE 'user' || n END,
          CASE WHEN n % 100 = 7 THEN 'disabled' ELSE 'active' END, '{}', '{}', now()
        FROM generate_series(1, 5000) n`
      // As a database does by itself some time after so many rows were added.
      await db.$executeRaw`ANALYZE users`
      const userPolicies = { matchingFields: ['Username'] } as never
      const first = await dryRun({ userPolicies, limit: 200 })
      expect(first.counts).toMatchObject({
        people: 5000,
        matched: 4450,
        none: 500,
        refused: 50,
        ambiguous: 0,
      })
      const seen = first.data.map(({ person }) => person.userId)
      for (let cursor = first.nextCursor; cursor; ) {
        const next = await dryRun({ userPolicies, limit: 200, cursor })
        expect(next.counts).toBeNull()
        seen.push(...next.data.map(({ person }) => person.userId))
        cursor = next.nextCursor
      }
      expect(seen).toHaveLength(5000)
      expect(new Set(seen).size).toBe(5000)
      const refused = await dryRun({ userPolicies, only: ['refused'], limit: 30 })
      expect(refused.data).toHaveLength(30)
      expect(refused.data.every(({ cause }) => cause === 'match_user_disabled')).toBe(true)
      const rest = await dryRun({ userPolicies, only: ['refused'], limit: 30, cursor: refused.nextCursor! })
      expect([rest.data.length, rest.nextCursor]).toEqual([20, null])
    })
  })

  describe('of sign-ins', () => {
    const trace = (id: string, daysAgo: number, external: unknown, more: object = {}) =>
      insertTrace(db, {
        id,
        organizationId,
        connectionId,
        tenant: 'acme',
        product: 'crm',
        connectionName: 'Okta',
        kind: 'saml',
        purpose: 'sign-in',
        outcome: 'success',
        cause: null,
        sentence: '',
        checks: [],
        subject: null,
        email: null,
        received: null,
        external: external as never,
        shadow: null,
        address: '',
        userAgent: '',
        requestId: '',
        at: new Date(Date.parse('2026-11-26') - daysAgo * 86_400_000),
        ...more,
      })
    const described = (subject: string, email: string) =>
      toExternalPerson(
        { kind: 'saml', subject, email, firstName: 'New', lastName: null, raw: { email } },
        null,
      )
    const clock = { now: () => new Date('2026-11-26') }
    const run = (input: Partial<DryRunInput> = {}) =>
      dryRunUserPolicies({ db, clock }, actor, {
        ...dryRunSchema.parse({ source: 'traces', ...input }),
        clientID: connectionId,
      })

    test('each person once, as described last, of the last 30 days, refused ones too', async () => {
      const ada = await addUser('ada@acme.example')
      await trace('trc_1', 29, described('1', 'earlier@acme.example'))
      await trace('trc_2', 2, described('1', 'ada@acme.example'))
      await trace('trc_3', 1, described('2', 'nobody@acme.example'), {
        outcome: 'failure',
        cause: 'match_none',
      })
      await trace('trc_0', 31, described('3', 'long-ago@acme.example'))
      await trace('trc_4', 1, null)
      await trace('trc_5', 1, described('4', 'test@acme.example'), { purpose: 'test' })
      await trace('trc_6', 1, described('5', 'other@acme.example'), { connectionId: 'con_other' })
      const answer = await run()
      expect(answer.counts).toMatchObject({ people: 2, matched: 1, none: 1 })
      expect(answer.data).toMatchObject([
        { person: { traceId: 'trc_3' }, outcome: 'none' },
        { person: { traceId: 'trc_2', email: 'ada@acme.example' }, userId: ada },
      ])
    })

    test('page by page', async () => {
      for (let n = 10; n < 20; n++) await trace(`trc_${n}`, 1, described(`s${n % 7}`, `p${n}@acme.example`))
      const first = await run({ limit: 4 })
      const second = await run({ limit: 4, cursor: first.nextCursor! })
      expect(first.counts).toMatchObject({ people: 7 })
      expect([...first.data, ...second.data].map(({ person }) => person.subject)).toEqual([
        's5',
        's4',
        's3',
        's2',
        's1',
        's0',
        's6',
      ])
      expect(second.nextCursor).toBeNull()
    })
  })

  test('it says exactly what the sign-in does', { timeout: 120_000 }, async () => {
    await db.domain.create({
      data: {
        ...{ id: 'dom_p', organizationId, tenantId, domain: 'acme.example', ownedDomain: 'acme.example' },
        ...{ status: 'verified', token: 't' },
      },
    })
    const name = fc.constantFrom('ada', 'bob', 'Ada', 'eve')
    const email = fc.constantFrom(
      'ada@acme.example',
      'BOB@acme.example',
      'ada@evil.example',
      'eve@acme.example',
    )
    const optional = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined })
    const user = fc.record({
      email,
      username: optional(name),
      ssoUsername: optional(fc.oneof(name, email)),
      firstName: optional(name),
      status: fc.constantFrom('active', 'active', 'invited', 'disabled', 'pending'),
      emailUnproven: fc.boolean(),
      subject: optional(fc.constantFrom('s1', 's2')),
    })
    const claims = fc.record(
      {
        NameID: fc.constantFrom('s1', 's2', 's3'),
        email: fc.oneof(email, fc.array(email, { minLength: 1, maxLength: 2 })),
        username: fc.oneof(name, fc.array(name, { minLength: 1, maxLength: 2 })),
        givenName: name,
        surname: name,
        department: name,
      },
      { requiredKeys: ['NameID'] },
    )
    const subset = <Field extends string>(fields: readonly Field[]) => fc.shuffledSubarray([...fields])
    const terms = fc.record({
      provisioning: fc.constantFrom<DirectoryMode>('existing', 'auto', 'approval'),
      trustEmail: fc.boolean(),
      userPolicies: fc.record({
        matchingFields: subset(matchingFields),
        fieldsToUpdateWhenNull: subset(syncFields),
        fieldsToUpdateWhenDifferent: subset(syncFields),
      }),
    })
    const attributeMap = { tags: { department: 'department' }, ssoUsername: 'username' }
    // What chance alone would seldom come upon.
    const plain = { status: 'active', emailUnproven: false }
    const ambiguousExample = [
      [
        { ...plain, email: 'ada@acme.example', username: 'ada' },
        { ...plain, email: 'BOB@acme.example', username: 'bob' },
      ],
      { NameID: 's3', username: ['ada', 'bob'] },
      {
        provisioning: 'existing',
        trustEmail: true,
        userPolicies: {
          matchingFields: ['Username'],
          fieldsToUpdateWhenNull: [],
          fieldsToUpdateWhenDifferent: [],
        },
      },
    ] as never
    const seen = new Set<string>()

    await fc.assert(
      fc.asyncProperty(
        fc.array(user, { maxLength: 4 }),
        claims,
        terms,
        async (users, said, { provisioning, trustEmail, userPolicies }) => {
          await db.user.deleteMany()
          await db.joinRequest.deleteMany()
          for (const { subject, emailUnproven, ...one } of users) {
            const row = { ...one, emailUnproven } as unknown as Partial<NewUser>
            const id = await addUser(one.email, row).catch(() => null)
            if (id && subject) await link(id, subject).catch(() => null)
          }
          await setConnection({ attributeMap })
          const { data } = await ofClaims([said as Claims], { provisioning, trustEmail, userPolicies })
          const foretold = data[0]!

          const { profile, subject } = typeOf({ kind: 'saml' }).readClaims(said as Claims, attributeMap)!
          const person = toExternalPerson({ kind: 'saml', ...profile, subject }, attributeMap)
          const entrance: Entrance = {
            ...{
              id: connectionId,
              organizationId,
              tenantId,
              tenant: 'acme',
              name: 'Okta',
            },
            ...{ trustEmail, provisioning, userPolicies: userPolicies satisfies UserPolicies },
          }
          const before = await db.user.findMany({ orderBy: { id: 'asc' } })
          const { decision, user: entered } = await enterDirectory(house(), entrance, person, origin)
          const after = await db.user.findMany({ orderBy: { id: 'asc' } })

          seen.add(foretold.outcome)
          switch (foretold.outcome) {
            case 'matched': {
              expect(entered?.id).toBe(foretold.userId)
              const stored = (rows: typeof after) => rows.find(({ id }) => id === foretold.userId)!
              const fieldsOf = (row: (typeof after)[number]) => ({
                ...{ Username: row.username, Email: row.email, SsoUsername: row.ssoUsername },
                ...{ FirstName: row.firstName, LastName: row.lastName },
                'tags.department': (row.tags as Record<string, unknown>).department ?? null,
              })
              const changed = Object.fromEntries(foretold.changes.map(({ field, to }) => [field, to]))
              expect(fieldsOf(stored(after))).toEqual({ ...fieldsOf(stored(before)), ...changed })
              break
            }
            case 'created':
              expect(entered).not.toBeNull()
              expect(after.length).toBe(before.length + 1)
              break
            case 'requested':
              expect(entered).toBeNull()
              expect(after.filter(({ status }) => status === 'pending').length).toBeGreaterThan(0)
              break
            default:
              expect([decision.kind, 'cause' in decision && decision.cause]).toEqual([
                'refuse',
                foretold.cause,
              ])
              expect(after).toEqual(before)
          }
        },
      ),
      { numRuns: 150, examples: [ambiguousExample] },
    )
    expect([...seen].sort()).toEqual(['ambiguous', 'created', 'matched', 'none', 'refused', 'requested'])
  })
})
