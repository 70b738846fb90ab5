import { expect, test } from 'vitest'
import { clientChecks, requestChecks } from './authorize-checks.ts'
import { codeChecks } from './exchange-code.ts'

test('authorize: until the redirect URL is verified nothing else is looked at (RFC 6749 §4.1.2.1)', () => {
  expect(clientChecks.map(({ name }) => name)).toEqual([
    'Parameters come once',
    'Parameters are text',
    'Client',
    'Redirect URL',
  ])
})

test('authorize: then the request, in the order of RFC 6749, OpenID Connect Core and RFC 7636, 9449, 8707', () => {
  expect(requestChecks.map(({ name }) => name)).toEqual([
    'Response type',
    'No request object',
    'Sent ahead',
    'Response mode',
    'PKCE',
    'Key thumbprint',
    'Prompt',
    'Max age',
    'Claims',
    'Resources',
    'Identity provider hint',
    'Connection is active',
  ])
})

test('token: who asks comes before what is said about the code (RFC 6749 §4.1.3)', () => {
  expect(codeChecks.map(({ name }) => name)).toEqual([
    'Client',
    'Code is not burnt',
    'Code is used once',
    'Code has not expired',
    'Redirect URL',
    'PKCE',
    'Key',
    'Connection is active',
    'Sign-in still stands',
  ])
})
