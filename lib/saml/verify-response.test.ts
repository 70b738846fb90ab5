import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  acsUrl,
  attribute,
  attributeStatement,
  buildResponse,
  clock,
  defaultExpectation,
  encryptAssertion,
  idpEntityId,
  privateKeyOf,
  requestId,
  secondsLater,
  signXml,
  spEntityId,
  statusOf,
} from './testdata/build-response.ts'
import type { Expectation, VerifiedAssertion } from './verify-response.ts'
import { readIssuer, responseChecks, verifyResponse } from './verify-response.ts'

const fieldOf = (xml: string | Buffer) => Buffer.from(xml as string).toString('base64')
const verify = (xml: string | Buffer, changes: Partial<Expectation> = {}) =>
  verifyResponse(fieldOf(xml), { ...defaultExpectation(), ...changes })
const outcome = (xml: string | Buffer, changes: Partial<Expectation> = {}) => {
  const verdict = verify(xml, changes)
  return verdict.ok ? 'accepted' : verdict.cause
}
const signed = (
  changes: Parameters<typeof buildResponse>[0] = {},
  element: 'Response' | 'Assertion' = 'Assertion',
) => signXml(buildResponse(changes), element)

test('the checks run in the order of the profile: message, sender, signature, address, time, content', () => {
  expect(responseChecks.map(({ name }) => name)).toEqual([
    'Message',
    'XML',
    'Response',
    'Status',
    'Issuer of the response',
    'One assertion',
    'Known certificates',
    'Signature of the response',
    'Decryption',
    'Issuer of the assertion',
    'Signature of the assertion',
    'Certificate dates',
    'Destination',
    'Login request',
    'Age of the response',
    'Age of the assertion',
    'Subject confirmation',
    'Conditions',
    'Audience',
    'Authentication',
    'Name identifier',
    'Attributes',
  ])
})

test('gives everything the assertion says, by name', () => {
  const groups = `<saml:Attribute Name="urn:groups" FriendlyName="groups"><saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue>b</saml:AttributeValue></saml:Attribute>`
  const nameId =
    '<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" NameQualifier="idp" SPNameQualifier="sp">opaque</saml:NameID>'
  const verdict = verify(
    signed({ nameId, attributeStatement: attributeStatement(groups, attribute('empty')) }),
  )
  expect(verdict.ok && verdict.assertion).toEqual({
    id: '_assertion-0001',
    issuer: idpEntityId,
    nameId: {
      value: 'opaque',
      format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
      nameQualifier: 'idp',
      spNameQualifier: 'sp',
    },
    sessionIndex: '_session-0001',
    sessionNotOnOrAfter: new Date(secondsLater(8 * 3600)),
    authnInstant: new Date(secondsLater(-60)),
    authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
    attributes: new Map([
      ['urn:groups', ['a', 'b']],
      ['empty', []],
    ]),
    friendlyNames: new Map([['urn:groups', 'groups']]),
    expiresAt: new Date(secondsLater(-2 + 300 + 120)),
  } satisfies VerifiedAssertion)
})

describe('while it is not known who the identity provider is', () => {
  const open = { idpEntityId: null }
  const [one, other] = ['https://one.example/entity', 'https://other.example/entity']
  const issuers = (issuer: string | null, assertionIssuer: string | null) => ({ issuer, assertionIssuer })

  test.each(['Response', 'Assertion'] as const)('whoever signed the %s is who they say', (element) => {
    const verdict = verify(signed(issuers(one, one), element), open)
    expect(verdict.ok && verdict.assertion.issuer).toBe(one)
  })

  test('a response that names nobody leaves it to the assertion', () => {
    const verdict = verify(signed(issuers(null, one)), open)
    expect(verdict.ok && verdict.assertion.issuer).toBe(one)
  })

  test.each(['Response', 'Assertion'] as const)('a signed %s may not name two', (element) => {
    const verdict = verify(signed(issuers(one, other), element), open)
    expect(verdict).toMatchObject({ ok: false, cause: 'saml_wrong_assertion_issuer' })
    expect(verdict.checks.at(-1)).toMatchObject({ expected: one, received: other })
  })

  test('an assertion that names nobody is refused, and so is one that another key has signed', () => {
    expect(outcome(signed(issuers(one, null), 'Response'), open)).toBe('saml_issuer_missing')
    const forged = signXml(buildResponse(issuers(one, one)), 'Assertion', { key: 'attacker' })
    expect(outcome(forged, open)).toBe('saml_unknown_certificate')
  })
})

test('after a failed check nothing else runs, and the failed one says what was expected and what came', () => {
  const verdict = verify(signed({ recipient: 'https://evil.example/acs' }))
  expect(verdict).toMatchObject({ ok: false, cause: 'saml_wrong_recipient' })
  expect(verdict.checks.map(({ name }) => name)).toEqual(
    responseChecks.slice(0, verdict.checks.length).map(({ name }) => name),
  )
  expect(verdict.checks.slice(0, -1).every(({ ok }) => ok)).toBe(true)
  expect(verdict.checks.at(-1)).toEqual({
    name: 'Subject confirmation',
    ok: false,
    expected: acsUrl,
    received: 'https://evil.example/acs',
  })
})

test('a refused login shows the message of the identity provider, shortened and without control characters', () => {
  const message = `Not assigned.\n${'x'.repeat(400)}`
  const verdict = verify(signed({ status: statusOf('Responder', 'RequestDenied', message) }, 'Response'))
  expect(verdict.ok === false && verdict.cause).toBe('saml_status_request_denied')
  const received = verdict.checks.at(-1)!.received!
  expect(received).toHaveLength(300)
  expect(received.startsWith('Not assigned. xxx')).toBe(true)
})

test('an expired certificate is accepted, and the trace says that it expired', () => {
  const tenYears = new Date('2047-06-01T00:00:00Z')
  const dates = verify(signed()).checks.find(({ name }) => name === 'Certificate dates')
  expect(dates?.received).toContain('valid until 2046')
  const shift = (seconds: number) => new Date(tenYears.getTime() + seconds * 1000).toISOString()
  const late = signed({
    issueInstant: shift(0),
    assertionIssueInstant: shift(0),
    notBefore: shift(0),
    notOnOrAfter: shift(300),
    confirmationNotOnOrAfter: shift(300),
    sessionNotOnOrAfter: shift(300),
  })
  const verdict = verify(late, { now: tenYears })
  expect(verdict.ok).toBe(true)
  expect(verdict.checks.find(({ name }) => name === 'Certificate dates')).toMatchObject({
    ok: true,
    received: expect.stringContaining('expired on 2046'),
  })
})

describe('the memory of used assertions', () => {
  const forms: [string, Parameters<typeof buildResponse>[0]][] = [
    ['age decides', {}],
    ['the confirmation decides', { confirmationNotOnOrAfter: secondsLater(60) }],
    ['the conditions decide', { notOnOrAfter: secondsLater(60) }],
    [
      'a lifetime of ten years is cut to the accepted age',
      { notOnOrAfter: '2037-01-01T00:00:00Z', confirmationNotOnOrAfter: '2037-01-01T00:00:00Z' },
    ],
  ]
  test.each(forms)('may forget an assertion exactly when it is refused anyway: %s', (_what, changes) => {
    const xml = signed(changes)
    const verdict = verify(xml)
    if (!verdict.ok) throw new Error(verdict.cause)
    const { expiresAt } = verdict.assertion
    // The response around it is not signed, so whoever replays it may put any time there.
    const freshAt = (at: Date) =>
      xml.replace(/(<samlp:Response [^>]*IssueInstant=")[^"]*/, `$1${at.toISOString()}`)
    const before = new Date(expiresAt.getTime() - 1)
    expect(outcome(freshAt(before), { now: before })).toBe('accepted')
    expect(outcome(freshAt(expiresAt), { now: expiresAt })).toMatch(
      /saml_(stale_assertion|confirmation_expired|expired)/,
    )
  })

  test('counts a confirmation for another request as well', () => {
    const data = (request: string, seconds: number) =>
      `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="${request}" NotOnOrAfter="${secondsLater(seconds)}" Recipient="${acsUrl}"/></saml:SubjectConfirmation>`
    const verdict = verify(signed({ confirmation: data(requestId, 10) + data('_other', 200) }))
    expect(verdict.ok && verdict.assertion.expiresAt).toEqual(new Date(secondsLater(320)))
  })
})

describe('two connections of one identity provider', () => {
  test('an assertion for another audience is refused although the certificate is the same', () => {
    expect(outcome(signed(), { audiences: ['https://sso.vestibule.example/other'] })).toBe(
      'saml_wrong_audience',
    )
  })
  test('an assertion in answer to the request of another login is refused', () => {
    expect(outcome(signed(), { requestId: '_request-of-tenant-b' })).toBe('saml_wrong_in_response_to')
  })
  test('an assertion for the address of another connection is refused', () => {
    expect(outcome(signed(), { acsUrls: [`${acsUrl}/con_b`] })).toBe('saml_wrong_destination')
  })
  test('several addresses and audiences of ours are all good', () => {
    expect(
      outcome(signed(), { acsUrls: [`${acsUrl}/con_a`, acsUrl], audiences: ['urn:x', spEntityId] }),
    ).toBe('accepted')
  })
})

test('the signature of the response covers an encrypted assertion; a changed one is not even decrypted', async () => {
  const xml = signXml(await encryptAssertion(buildResponse()), 'Response')
  expect(outcome(xml)).toBe('accepted')
  const other = await encryptAssertion(
    buildResponse({ nameId: '<saml:NameID>owner@acme.example</saml:NameID>' }),
  )
  const replaced = xml.replace(
    /<saml:EncryptedAssertion>[\s\S]*<\/saml:EncryptedAssertion>/,
    () => /<saml:EncryptedAssertion>[\s\S]*<\/saml:EncryptedAssertion>/.exec(other)![0],
  )
  const verdict = verify(replaced)
  expect(verdict.ok === false && verdict.cause).toBe('saml_content_altered')
  expect(verdict.checks.map(({ name }) => name)).not.toContain('Decryption')
})

test('an encrypted assertion is opened by any of our keys, so that keys can be replaced', async () => {
  const xml = await encryptAssertion(signed())
  const { decryptionKeys } = defaultExpectation()
  expect(outcome(xml, { decryptionKeys: [privateKeyOf('other-sp'), ...decryptionKeys] })).toBe('accepted')
  expect(outcome(xml, { decryptionKeys: [] })).toBe('saml_decryption_failed')
})

describe('whatever is changed', () => {
  const identityOf = ({ nameId, attributes, sessionIndex, authnInstant, id }: VerifiedAssertion) =>
    JSON.stringify([nameId, [...attributes], sessionIndex, authnInstant, id])
  const genuine = (['Response', 'Assertion'] as const).map((element) => {
    const xml = Buffer.from(signed({}, element))
    const verdict = verify(xml)
    if (!verdict.ok) throw new Error(verdict.cause)
    return { element, xml, identity: identityOf(verdict.assertion) }
  })

  test.each(genuine)(
    'one byte of a document with a signed $element never gives another identity',
    ({ xml, identity }) => {
      let refused = 0
      fc.assert(
        fc.property(fc.nat(xml.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
          const changed = Buffer.from(xml)
          changed[at] = changed[at]! ^ mask
          const verdict = verify(changed)
          if (verdict.ok) expect(identityOf(verdict.assertion)).toBe(identity)
          else refused++
        }),
        { numRuns: 3000 },
      )
      expect(refused).toBeGreaterThan(2000)
    },
  )

  test.each(genuine)(
    'pieces moved, doubled, deleted around a signed $element never give another identity',
    ({ xml, identity }) => {
      const text = xml.toString()
      const tags = [...text.matchAll(/<[^>]*>/g)].map(({ index }) => index!)
      const cut = fc.nat(tags.length - 1).map((n) => tags[n]!)
      fc.assert(
        fc.property(cut, cut, cut, fc.boolean(), (from, to, at, remove) => {
          const [start, end] = from < to ? [from, to] : [to, from]
          const piece = text.slice(start, end)
          const rest = remove ? text.slice(0, start) + text.slice(end) : text
          const verdict = verify(rest.slice(0, at) + piece + rest.slice(at))
          if (verdict.ok) expect(identityOf(verdict.assertion)).toBe(identity)
        }),
        { numRuns: 3000 },
      )
    },
  )

  test('a verdict comes back for any text at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(verifyResponse(text, defaultExpectation()).ok).toBe(false)
        expect(verify(text).ok).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

describe('readIssuer', () => {
  test('names issuer and request of a response, from the assertion where the response is silent', () => {
    expect(readIssuer(fieldOf(signed()))).toEqual({ issuer: idpEntityId, inResponseTo: requestId })
    expect(readIssuer(fieldOf(buildResponse({ issuer: null, inResponseTo: null })))).toEqual({
      issuer: idpEntityId,
    })
    expect(readIssuer(fieldOf(buildResponse({ issuer: null, assertionIssuer: null })))).toEqual({
      inResponseTo: requestId,
    })
  })
  test('is null for what is no response', () => {
    for (const text of ['', 'x', '<a/>', '<!DOCTYPE a><a/>']) expect(readIssuer(fieldOf(text))).toBeNull()
    expect(readIssuer('not base64')).toBeNull()
  })
})

test('a response with one signature is verified in less than a millisecond', () => {
  const field = fieldOf(signed({}, 'Response'))
  const expectation = { ...defaultExpectation(), now: clock }
  const run = (times: number) => {
    const start = performance.now()
    for (let i = 0; i < times; i++) verifyResponse(field, expectation)
    return (performance.now() - start) / times
  }
  run(300)
  expect(Math.min(run(200), run(200), run(200))).toBeLessThan(1)
})
