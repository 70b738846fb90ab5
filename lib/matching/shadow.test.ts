import { expect, test } from 'vitest'
import type { Candidate, Decision } from './decide.ts'
import { shadowVerdict } from './shadow.ts'

const ada = { id: 'usr_ada', email: 'ada@acme.example' } as Candidate
const bob = { id: 'usr_bob', email: 'bob@acme.example' } as Candidate
const signIn = (user: Candidate, by: 'Username' | 'Email', fields: string[] = []): Decision => ({
  kind: 'sign-in',
  by,
  user,
  changes: fields.map((field) => ({ field, from: null, to: 'x' })) as never,
  skipped: [],
  address: null,
  activates: false,
})
const refused: Decision = { kind: 'refuse', cause: 'match_none', user: null, field: null }

test.each<[string, Decision, Decision, boolean]>([
  ['the same', signIn(ada, 'Email'), signIn(ada, 'Email'), false],
  [
    'the same user by another field: nobody would notice',
    signIn(ada, 'Email'),
    signIn(ada, 'Username'),
    false,
  ],
  ['another user', signIn(bob, 'Email'), signIn(ada, 'Email'), true],
  ['other fields written', signIn(ada, 'Email', ['FirstName']), signIn(ada, 'Email'), true],
  ['refused instead', refused, signIn(ada, 'Email'), true],
])('%s', (_name, tried, today, differs) => {
  expect(shadowVerdict(tried, today).differs).toBe(differs)
})
