import { expect, test } from 'vitest'
import { answerChecks } from './verify-answer.ts'

test('the checks run in the order of OpenID Connect Core §3.1.3.7, between what comes before and after it', () => {
  expect(answerChecks.map(({ name }) => name)).toEqual([
    'Answer of the provider', // §3.1.2.6
    'Issuer of the answer', // RFC 9207
    'Token request', // §3.1.3.1–4
    'ID token', // 1
    'Issuer', // 2
    'Audience', // 3
    'Authorized party', // 4, 5
    'Algorithm', // 7, 8: what it is must be settled before a key is looked for
    'Key', // 6
    'Signature', // 6
    'Expiry', // 9
    'Time of issue', // 10
    'Nonce', // 11
    'Time of sign-in', // 13; 12 is about acr, which is not asked for
    'Subject', // §2
    'Access token', // §3.1.3.8
    'Token answer as a whole',
    'Userinfo', // §5.3
    'Subject of userinfo', // §5.3.2
  ])
})
