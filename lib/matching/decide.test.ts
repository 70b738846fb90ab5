import { describe, expect, test } from 'vitest'
import type { AttributeMap } from './attribute-map.ts'
import { type Candidate, type Decision, type DirectoryMode, decide, type MatchFacts } from './decide.ts'
import { toExternalPerson } from './external-person.ts'
import { defaultUserPolicies, type UserPolicies } from './user-policies.ts'

const ada: Candidate = {
  id: 'usr_ada',
  status: 'active',
  email: 'ada@acme.example',
  username: 'ada',
  ssoUsername: null,
  firstName: 'Ada',
  lastName: 'Byron',
  tags: {},
  attributes: {},
  emailUnproven: false,
  emailVerified: true,
  hasPassword: false,
  byIdentity: false,
  linkedToAnother: false,
  isMember: false,
  invitationOpen: false,
}
const bob: Candidate = { ...ada, id: 'usr_bob', email: 'bob@acme.example', username: 'bob', firstName: 'Bob' }

type Claims = Record<string, string | string[]>

function person(raw: Claims, attributeMap: AttributeMap | null = null, kind = 'saml') {
  const first = (name: string) => [raw[name] ?? []].flat()[0] ?? null
  return toExternalPerson(
    {
      kind,
      subject: 'subject-1',
      email: first('Email'),
      firstName: first('GivenName'),
      lastName: first('Surname'),
      raw,
    },
    attributeMap,
  )
}

const trusted = { ownsEmailDomain: true, trustEmail: false, request: null }

function decideOn(
  raw: Claims,
  candidates: Candidate[],
  options: { mode?: DirectoryMode; policies?: Partial<UserPolicies>; facts?: Partial<MatchFacts> } = {},
): Decision {
  const { mode = 'existing', policies, facts } = options
  return decide(
    person(raw),
    { mode, policies: { ...defaultUserPolicies, ...policies } },
    { ...trusted, candidates, ...facts },
  )
}

/** What came of it in a word: who, by what; or the cause. */
function told(decision: Decision): string {
  if (decision.kind === 'sign-in') return `${decision.user.id} by ${decision.by}`
  return decision.kind === 'refuse' ? decision.cause : decision.kind
}

const byIdentity = { ...ada, byIdentity: true }
const untrusted = { ownsEmailDomain: false }
const sso = { ...ada, username: null, ssoUsername: 'ada@sso.example' }

describe('who somebody is', () => {
  test.each<[string, string, Claims, Candidate[], Parameters<typeof decideOn>[2]?]>([
    // Each field
    ['user name', 'usr_ada by Username', { username: 'ada' }, [ada, bob]],
    ['e-mail address', 'usr_ada by Email', { Email: 'ada@acme.example' }, [ada, bob]],
    [
      'SSO user name, from the claim Email',
      'usr_ada by SsoUsername',
      { Email: 'ada@sso.example' },
      [sso],
      { policies: { matchingFields: ['SsoUsername'] } },
    ],
    ['not by a field that is not asked for', 'match_none', { Email: 'ada@sso.example' }, [sso]],
    ['nothing that says who', 'match_none', {}, []],
    ['empty claims', 'match_none', { username: ' ', Email: '' }, []],

    // Their order
    [
      'the first field decides: user name before address',
      'usr_bob by Username',
      { username: 'bob', Email: 'ada@acme.example' },
      [ada, bob],
    ],
    [
      'the first field decides: address before user name',
      'usr_ada by Email',
      { username: 'bob', Email: 'ada@acme.example' },
      [ada, bob],
      { policies: { matchingFields: ['Email', 'Username'] } },
    ],
    [
      'a field that finds nobody leaves it to the next',
      'usr_ada by Email',
      { username: 'nobody', Email: 'ada@acme.example' },
      [ada, bob],
    ],

    // The lasting identity comes first
    ['identity before fields', 'usr_ada by identity', { username: 'bob' }, [byIdentity, bob]],
    ['identity without any claim', 'usr_ada by identity', {}, [byIdentity]],
    [
      'identity of a member: it was linked by hand',
      'usr_ada by identity',
      {},
      [{ ...byIdentity, isMember: true }],
    ],

    // Case and forms
    ['case of a user name', 'usr_ada by Username', { username: 'ADA' }, [ada]],
    ['case of an address', 'usr_ada by Email', { Email: 'Ada@ACME.example' }, [ada]],
    ['wide letters', 'usr_ada by Email', { Email: 'ａｄａ@acme.example' }, [ada]],
    [
      'a composed letter and its parts',
      'usr_zoe by Username',
      { username: 'zoe\u0308' },
      [{ ...ada, id: 'usr_zoe', username: 'zo\u00eb' }],
    ],
    ['a letter of another script that looks the same', 'match_none', { username: '\u0430da' }, [ada]],
    [
      'name of the claim in another case, or in a URI',
      'usr_ada by Username',
      { 'urn:x/UserName': 'ada' },
      [ada],
    ],

    // Ambiguous
    ['one field, two users', 'match_ambiguous', { username: ['ada', 'bob'] }, [ada, bob]],
    ['two values, one user', 'usr_ada by Username', { username: ['nobody', 'ada'] }, [ada, bob]],
    [
      'two addresses, two users',
      'match_ambiguous',
      { Email: ['ada@acme.example', 'bob@acme.example'] },
      [ada, bob],
    ],
    [
      'ambiguous in the first field is not saved by the second',
      'match_ambiguous',
      { username: ['ada', 'bob'], Email: 'ada@acme.example' },
      [ada, bob],
    ],

    // Addresses count where they are trusted
    [
      'an untrusted address',
      'match_email_untrusted',
      { Email: 'ada@acme.example' },
      [ada],
      { facts: untrusted },
    ],
    [
      'a connection that is trusted',
      'usr_ada by Email',
      { Email: 'ada@acme.example' },
      [ada],
      { facts: { ...untrusted, trustEmail: true } },
    ],
    [
      'an untrusted address is passed over',
      'usr_ada by Username',
      { username: 'ada', Email: 'bob@acme.example' },
      [ada, bob],
      { facts: untrusted },
    ],
    [
      'a user whose address nobody has proven',
      'match_email_unproven',
      { Email: 'ada@acme.example' },
      [{ ...ada, emailUnproven: true }],
    ],
    [
      'who is still known by user name',
      'usr_ada by Username',
      { username: 'ada' },
      [{ ...ada, emailUnproven: true }],
    ],

    // Members, and states
    [
      'a member of the portal',
      'match_protected',
      { Email: 'ada@acme.example' },
      [{ ...ada, isMember: true }],
    ],
    [
      'a member of the portal, by user name',
      'match_protected',
      { username: 'ada' },
      [{ ...ada, isMember: true }],
    ],
    ['disabled', 'match_user_disabled', { username: 'ada' }, [{ ...ada, status: 'disabled' }]],
    ['disabled, by identity', 'match_user_disabled', {}, [{ ...byIdentity, status: 'disabled' }]],
    ['pending', 'wait', { username: 'ada' }, [{ ...ada, status: 'pending' }]],
    ['pending, by identity', 'wait', {}, [{ ...byIdentity, status: 'pending' }]],
    [
      'invited',
      'usr_ada by Username',
      { username: 'ada' },
      [{ ...ada, status: 'invited', invitationOpen: true }],
    ],
    ['invited too long ago', 'match_invitation_over', { username: 'ada' }, [{ ...ada, status: 'invited' }]],

    // Provisioning
    ['auto: a new person', 'create', { Email: 'new@acme.example' }, [], { mode: 'auto' }],
    ['auto: a known one', 'usr_ada by Email', { Email: 'ada@acme.example' }, [ada], { mode: 'auto' }],
    ['auto: without an address', 'provision_email_missing', { username: 'new' }, [], { mode: 'auto' }],
    [
      'auto: an address that is somebody’s, from where it is not trusted',
      'provision_email_taken',
      { Email: 'ada@acme.example' },
      [ada],
      { mode: 'auto', facts: untrusted },
    ],
    [
      'auto: an address that is somebody’s and unproven',
      'provision_email_taken',
      { Email: 'ada@acme.example' },
      [{ ...ada, emailUnproven: true }],
      { mode: 'auto' },
    ],
    ['approval: a new person', 'create', { Email: 'new@acme.example' }, [], { mode: 'approval' }],
    ['approval: a known one', 'usr_ada by Username', { username: 'ada' }, [ada], { mode: 'approval' }],
    [
      'approval: turned down',
      'provision_rejected',
      { Email: 'new@acme.example' },
      [],
      { mode: 'approval', facts: { request: 'rejected' } },
    ],
    [
      'approval: turned down before, and made a user since',
      'usr_ada by Username',
      { username: 'ada' },
      [ada],
      { mode: 'approval', facts: { request: 'rejected' } },
    ],
  ])('%s: %s', (_name, expected, raw, candidates, options) => {
    expect(told(decideOn(raw, candidates, options))).toBe(expected)
  })

  test('an OpenID provider that denies the address is not believed, trusted or not', () => {
    const denying = person({ Email: 'ada@acme.example', email_verified: 'false' }, null, 'oidc')
    const facts = { ...trusted, trustEmail: true, candidates: [ada] }
    const plan = { mode: 'existing', policies: defaultUserPolicies } as const
    expect(told(decide(denying, plan, facts))).toBe('match_email_untrusted')
  })
})

describe('an address stands for itself alone', () => {
  const eve = { ...bob, id: 'usr_eve', email: 'eve@partner.example', ssoUsername: 'eve@partner.example' }
  const plan = (field: 'Email' | 'SsoUsername') => ({
    mode: 'existing' as const,
    policies: { ...defaultUserPolicies, matchingFields: [field] },
  })

  test.each(['Email', 'SsoUsername'] as const)(
    '%s: a second one in a domain nobody has proven finds nobody',
    (field) => {
      const came = person({ Email: ['me@acme.example', 'eve@partner.example'] })
      expect(decide(came, plan(field), { ...trusted, candidates: [eve] }).kind).toBe('refuse')
      const inDomain = { ...eve, email: 'x@acme.example', ssoUsername: 'x@acme.example' }
      const both = person({ Email: ['me@acme.example', 'x@acme.example'] })
      expect(told(decide(both, plan(field), { ...trusted, candidates: [inDomain] }))).toBe(
        `usr_eve by ${field}`,
      )
    },
  )

  test('an OpenID provider vouches for one, whatever list it stands in', () => {
    const came = person({ Email: ['me@acme.example', 'bob@acme.example'] }, null, 'oidc')
    expect(came.keys.Email).toEqual(['me@acme.example'])
  })

  test('an SSO user name read from an address that is not trusted finds nobody', () => {
    const came = person({ Email: 'ada@sso.example' })
    const facts = { ...trusted, ownsEmailDomain: false, candidates: [sso] }
    expect(decide(came, plan('SsoUsername'), facts).kind).toBe('refuse')
    const mapped = person({ Email: 'ada@acme.example', login: 'ada@sso.example' }, { ssoUsername: 'login' })
    expect(told(decide(mapped, plan('SsoUsername'), facts))).toBe('usr_ada by SsoUsername')
  })
})

describe('a new person', () => {
  const create = (raw: Claims, candidates: Candidate[] = [], options = {}) =>
    decideOn(raw, candidates, { mode: 'auto', ...options }) as Extract<Decision, { kind: 'create' }>

  test('is what the claims say', () => {
    expect(
      create({ username: 'new', Email: 'new@acme.example', GivenName: 'N', Surname: 'W' }).person,
    ).toMatchObject({
      username: 'new',
      email: 'new@acme.example',
      ssoUsername: 'new@acme.example',
      firstName: 'N',
      lastName: 'W',
      emailUnproven: false,
      emailVerified: true,
    })
  })

  test('has an unproven address where it is not trusted', () => {
    expect(create({ Email: 'new@acme.example' }, [], { facts: untrusted }).person).toMatchObject({
      emailUnproven: true,
      emailVerified: false,
    })
  })

  test('waits where somebody must approve', () => {
    expect(create({ Email: 'new@acme.example' }, [], { mode: 'approval' }).status).toBe('pending')
  })

  test('does without a user name that is somebody else’s, and that is told', () => {
    const byEmailAlone = { policies: { matchingFields: ['Email'] } }
    const { person: made, skipped } = create(
      { username: 'Ada', Email: 'new@acme.example' },
      [ada],
      byEmailAlone,
    )
    expect(made.username).toBeNull()
    expect(skipped).toEqual([{ field: 'Username', to: 'Ada' }])
  })
})

describe('what a sign-in writes', () => {
  const changesOf = (
    raw: Claims,
    user: Partial<Candidate>,
    policies: Partial<UserPolicies>,
    others: Candidate[] = [],
  ) => {
    const known = { ...ada, byIdentity: true, ...user }
    const decision = decideOn(raw, [known, ...others], { policies })
    if (decision.kind !== 'sign-in') throw new Error(told(decision))
    return decision
  }
  const whenNull = (field: string) =>
    ({ fieldsToUpdateWhenNull: [field], fieldsToUpdateWhenDifferent: [] }) as never
  const whenDifferent = (field: string) =>
    ({ fieldsToUpdateWhenNull: [], fieldsToUpdateWhenDifferent: [field] }) as never
  const claim: Record<string, string> = {
    Username: 'username',
    Email: 'Email',
    FirstName: 'GivenName',
    LastName: 'Surname',
    SsoUsername: 'Email',
  }
  const member: Record<string, keyof Candidate> = {
    Username: 'username',
    Email: 'email',
    FirstName: 'firstName',
    LastName: 'lastName',
    SsoUsername: 'ssoUsername',
  }
  const fields = ['Username', 'FirstName', 'LastName', 'SsoUsername']

  describe.each([...fields, 'Email'])('%s', (field) => {
    const [oldValue, newValue] = ['old@acme.example', 'new@acme.example']
    const stored = (value: string | null) => ({ [member[field]!]: value })

    if (field !== 'Email')
      test('missing: written in either way', () => {
        for (const policies of [whenNull(field), whenDifferent(field)])
          expect(changesOf({ [claim[field]!]: newValue }, stored(null), policies).changes).toEqual([
            { field, from: null, to: newValue },
          ])
      })

    test('different: written only when that is asked for', () => {
      const came = { [claim[field]!]: newValue }
      expect(changesOf(came, stored(oldValue), whenNull(field)).changes).toEqual([])
      expect(changesOf(came, stored(oldValue), whenDifferent(field)).changes).toEqual([
        { field, from: oldValue, to: newValue },
      ])
    })

    test('equal: not written', () => {
      expect(
        changesOf({ [claim[field]!]: oldValue }, stored(oldValue), whenDifferent(field)).changes,
      ).toEqual([])
    })

    test('a claim that is missing or empty writes nothing', () => {
      for (const came of [{}, { [claim[field]!]: '' }, { [claim[field]!]: ' ' }])
        expect(changesOf(came, stored(oldValue), whenDifferent(field)).changes).toEqual([])
    })

    test('not asked for: not written', () => {
      const none = { fieldsToUpdateWhenNull: [], fieldsToUpdateWhenDifferent: [] }
      expect(changesOf({ [claim[field]!]: newValue }, stored(oldValue), none).changes).toEqual([])
    })
  })

  test.each(['Username', 'Email', 'SsoUsername'])(
    '%s that is another user’s is not written, and told',
    (field) => {
      const value = 'taken@acme.example'
      const other = { ...bob, [member[field]!]: value }
      const { changes, skipped } = changesOf(
        { [claim[field]!]: value.toUpperCase() },
        {},
        whenDifferent(field),
        [other],
      )
      expect(changes).toEqual([])
      expect(skipped).toEqual([{ field, to: value.toUpperCase() }])
    },
  )

  test('names of which only the case differs are the same; of first names it is written', () => {
    expect(changesOf({ username: 'ADA' }, {}, whenDifferent('Username')).changes).toEqual([])
    expect(changesOf({ GivenName: 'ADA' }, {}, whenDifferent('FirstName')).changes).toHaveLength(1)
  })

  test('by default first and last name, when they differ', () => {
    const came = { username: 'lovelace', Email: 'new@acme.example', GivenName: 'Augusta', Surname: 'King' }
    expect(changesOf(came, {}, {}).changes).toEqual([
      { field: 'FirstName', from: 'Ada', to: 'Augusta' },
      { field: 'LastName', from: 'Byron', to: 'King' },
    ])
  })

  test.each<[string, Claims, Partial<Candidate>, Partial<MatchFacts>, string | null]>([
    ['trusted, the same address', { Email: 'ada@acme.example' }, {}, {}, 'verified'],
    ['untrusted, the same address', { Email: 'ada@acme.example' }, {}, untrusted, null],
    ['trusted, a new address', { Email: 'new@acme.example' }, {}, {}, 'verified'],
    ['untrusted, a new address', { Email: 'new@acme.example' }, {}, untrusted, 'unproven'],
    ['no address', {}, {}, {}, null],
  ])('what is known of the address afterwards: %s', (_name, raw, user, facts, expected) => {
    const policies = { fieldsToUpdateWhenDifferent: ['Email'] } as const
    const known = { ...ada, byIdentity: true, ...user }
    const decision = decideOn(raw, [known], { policies: policies as never, facts })
    expect((decision as { address: unknown }).address).toBe(expected)
  })

  test('values no column holds are left out, and told', () => {
    const odd = person({ username: 'x'.repeat(129), Email: 'no address', GivenName: 'A\u0000da' })
    expect(odd).toMatchObject({ username: null, email: null, firstName: null })
    expect(odd.unusable.map(({ claim: name }) => name)).toEqual(['email', 'username', 'firstName'])
  })
})

describe('claims under other names', () => {
  const raw = {
    uid: 'ada',
    mail2: 'sso@acme.example',
    Email: 'ada@acme.example',
    groups: ['Sales', 'Ops'],
    tag: ['region=eu', 'region=uk', 'tier=gold', 'nonsense'],
    dept: 'R&D',
  }

  test('user name and SSO user name', () => {
    expect(person(raw, { username: 'uid', ssoUsername: 'mail2' })).toMatchObject({
      username: 'ada',
      ssoUsername: 'sso@acme.example',
    })
  })

  test('a mapped name is exact, and no other is looked at', () => {
    expect(person({ username: 'ada' }, { username: 'UID' }).username).toBeNull()
  })

  test('namespaces by name, or by a table', () => {
    expect(person(raw, { namespaces: 'groups' }).namespaces).toEqual({ add: ['Sales', 'Ops'], remove: [] })
    const values = { Sales: 'sales', Legal: 'legal' }
    expect(person(raw, { namespaces: { claim: 'groups', values } }).namespaces).toEqual({
      add: ['sales'],
      remove: ['legal'],
    })
    expect(person({}, { namespaces: { claim: 'groups', values } }).namespaces).toBeNull()
  })

  test('tags of one claim, or a claim for each category', () => {
    expect(person(raw, { tags: 'tag' }).tags).toEqual({ region: ['eu', 'uk'], tier: 'gold' })
    expect(person(raw, { tags: { unit: 'dept' } }).tags).toEqual({ unit: 'R&D' })
    expect(person({ tag: '{"unit":"R&D"}' }, { tags: 'tag' }).tags).toEqual({ unit: 'R&D' })
  })

  test('attributes', () => {
    expect(person(raw, { attributes: { department: 'dept', missing: 'none' } }).attributes).toEqual({
      department: 'R&D',
    })
  })
})
