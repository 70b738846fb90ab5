import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { mintLogoutRequest, mintLogoutResponse } from './logout-message.ts'
import { sendByPost, sendByRedirect } from './send-message.ts'
import {
  buildLogoutRequest,
  defaultLogoutExpectation,
  logoutRequestId,
  logoutUrl,
  signQuery,
  signRequest,
} from './testdata/build-logout.ts'
import { certificateOf, clock, idpEntityId, privateKeyOf, secondsLater } from './testdata/build-response.ts'
import {
  type LogoutDelivery,
  logoutChecks,
  verifyLogoutRequest,
  verifyLogoutResponse,
} from './verify-logout.ts'
import { parseXml } from './xml.ts'
import { attributeOf, childrenOf, protocolNamespace, samlNamespace, textOf } from './xml-tree.ts'

const byQuery = (query: string): LogoutDelivery => ({ binding: 'redirect', query })
const byForm = (fields: Record<string, string>): LogoutDelivery => ({
  binding: 'post',
  form: new URLSearchParams(fields),
})
const signing = { signingKey: privateKeyOf('idp'), certificate: certificateOf('idp') }
const envelope = { id: '_0123456789abcdef', issuer: idpEntityId, destination: logoutUrl, issuedAt: clock }

describe('what we mint we would accept, were we the other side', () => {
  const nameId = { value: 'engineer@acme.example', format: 'urn:x', nameQualifier: 'q', spNameQualifier: 's' }
  const request = mintLogoutRequest({ ...envelope, nameId, sessionIndexes: ['_a', '_b'] })
  const answer = (status: 'Success' | 'PartialLogout') =>
    mintLogoutResponse({ ...envelope, inResponseTo: logoutRequestId, status })
  const address = (xml: string, field: 'SAMLRequest' | 'SAMLResponse') =>
    sendByRedirect({ xml, field, destination: logoutUrl, relayState: 'r /&=+é', ...signing }).split('?')[1]!
  const form = (xml: string, field: 'SAMLRequest' | 'SAMLResponse') =>
    sendByPost({ xml, field, destination: logoutUrl, relayState: 'r', ...signing }).fields

  test.each([
    ['by redirect', byQuery(address(request, 'SAMLRequest'))],
    ['by POST', byForm(form(request, 'SAMLRequest'))],
  ])('a request %s', (_how, delivery) => {
    const verdict = verifyLogoutRequest(delivery, defaultLogoutExpectation())
    expect(verdict).toMatchObject({ ok: true, verified: { nameId, sessionIndexes: ['_a', '_b'] } })
  })

  test.each(['Success', 'PartialLogout'] as const)('an answer, %s', (status) => {
    for (const delivery of [
      byQuery(address(answer(status), 'SAMLResponse')),
      byForm(form(answer(status), 'SAMLResponse')),
    ])
      expect(verifyLogoutResponse(delivery, defaultLogoutExpectation())).toMatchObject({
        ok: true,
        verified: { status },
      })
  })

  test('any name and index travel unchanged', () => {
    const text = fc.string({ unit: fc.constantFrom(...'<>&"\'\t\n\r aé𝄞/@'), minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(text, text, (value, index) => {
        const root = parseXml(
          mintLogoutRequest({ ...envelope, nameId: { value, format: value }, sessionIndexes: [index] }),
        )
        const [name] = childrenOf(root, samlNamespace, 'NameID')
        expect([textOf(name!), attributeOf(name!, 'Format')]).toEqual([value, value])
        expect(childrenOf(root, protocolNamespace, 'SessionIndex').map(textOf)).toEqual([index])
      }),
    )
  })

  test('an id that is no NCName is refused', () => {
    expect(() => mintLogoutRequest({ ...envelope, id: '1', nameId, sessionIndexes: [] })).toThrow(TypeError)
  })
})

test('the checks run in the order of the profile', () => {
  expect(logoutChecks.LogoutRequest.map(({ name }) => name)).toEqual([
    'Parameters',
    'Message',
    'XML',
    'Logout message',
    'Issuer',
    'Known certificates',
    'Signature',
    'Certificate dates',
    'Destination',
    'Age of the message',
    'End of the request',
    'Name identifier',
    'Sessions',
  ])
  expect(logoutChecks.LogoutResponse.map(({ name }) => name).slice(-3)).toEqual([
    'Age of the message',
    'Our request',
    'Status',
  ])
})

test('an id is remembered until the message would be refused for its age, or its own end if that comes first', () => {
  const endOf = (changes: Parameters<typeof buildLogoutRequest>[0]) => {
    const verdict = verifyLogoutRequest(
      byQuery(signQuery(buildLogoutRequest(changes))),
      defaultLogoutExpectation(),
    )
    return verdict.ok && verdict.verified.expiresAt.toISOString()
  }
  expect(endOf({})).toBe(secondsLater(-2 + 300 + 120))
  expect(endOf({ notOnOrAfter: secondsLater(60) })).toBe(secondsLater(60 + 120))
})

describe('no single changed byte makes another message of a signed one', () => {
  const expectation = defaultLogoutExpectation()

  test('by redirect', () => {
    const query = signQuery(buildLogoutRequest())
    fc.assert(
      fc.property(fc.nat(query.length - 1), fc.integer({ min: 0x21, max: 0x7e }), (at, code) => {
        const changed = `${query.slice(0, at)}${String.fromCharCode(code)}${query.slice(at + 1)}`
        const verdict = verifyLogoutRequest(byQuery(changed), expectation)
        // Only the signature itself can be written in other ways that mean the same.
        if (verdict.ok) expect(changed.split('&Signature=')[0]).toBe(query.split('&Signature=')[0])
      }),
      { numRuns: 400 },
    )
  })

  test('by POST', () => {
    const xml = signRequest(buildLogoutRequest())
    fc.assert(
      fc.property(fc.nat(xml.length - 1), fc.integer({ min: 0x20, max: 0x7e }), (at, code) => {
        const changed = `${xml.slice(0, at)}${String.fromCharCode(code)}${xml.slice(at + 1)}`
        const form = { SAMLRequest: Buffer.from(changed).toString('base64') }
        const verdict = verifyLogoutRequest(byForm(form), expectation)
        if (!verdict.ok) return
        expect(verdict.verified.nameId.value).toBe('engineer@acme.example')
        expect(verdict.verified.sessionIndexes).toEqual(['_session-1'])
      }),
      { numRuns: 400 },
    )
  })
})
