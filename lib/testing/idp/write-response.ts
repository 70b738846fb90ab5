import { secondsAfter } from '#lib/base/clock.ts'
import type { Random } from '#lib/base/ids.ts'
import { element, escapeText } from './canonical-xml.ts'
import { encryptAssertion } from './encrypt-assertion.ts'
import { saml, samlp } from './namespaces.ts'
import type { AssertionPlan, Attribute, ResponsePlan } from './response-plan.ts'
import { type SignableElement, writeSigned, writeUnsigned } from './sign-element.ts'

/** How long after its issue an assertion may be used, and how long the session it speaks of lasts. */
const assertionSeconds = 300
const sessionSeconds = 8 * 3600

/** The response as XML text: assertions signed and encrypted first, then the response (SAML core §6.2). */
export function writeResponse(plan: ResponsePlan, random: Random): string {
  const body =
    writeStatus(plan.status) + plan.assertions.map((one) => sealAssertion(plan, one, random)).join('')
  const target = splitElement(
    'samlp:Response',
    {
      'xmlns:samlp': samlp,
      Destination: plan.destination,
      ID: plan.responseId,
      InResponseTo: plan.inResponseTo ?? undefined,
      IssueInstant: plan.issuedAt.toISOString(),
      Version: '2.0',
    },
    element('saml:Issuer', { 'xmlns:saml': saml }, escapeText(plan.issuer)),
    body,
    plan.responseId,
  )
  const isSigned = plan.signing === 'response' || plan.signing === 'both'
  const written = isSigned ? writeSigned(target, plan.signer, plan.hash) : writeUnsigned(target)
  const tampered = plan.tamper && !plan.encryption ? plan.tamper(written) : written
  return plan.prolog + tampered
}

function sealAssertion(plan: ResponsePlan, assertion: AssertionPlan, random: Random): string {
  const target = splitAssertion(plan, assertion)
  const isSigned = plan.signing === 'assertion' || plan.signing === 'both'
  const written = isSigned ? writeSigned(target, plan.signer, plan.hash) : writeUnsigned(target)
  if (!plan.encryption) return written
  // Once encrypted there is no NameID left to tamper with.
  const tampered = plan.tamper ? plan.tamper(written) : written
  return encryptAssertion(tampered, plan.encryption.recipient, plan.encryption.cipher, random)
}

function splitAssertion(plan: ResponsePlan, assertion: AssertionPlan): SignableElement {
  return splitElement(
    'saml:Assertion',
    { 'xmlns:saml': saml, ID: assertion.id, IssueInstant: plan.issuedAt.toISOString(), Version: '2.0' },
    element('saml:Issuer', {}, escapeText(plan.issuer)),
    writeSubject(plan, assertion) +
      writeConditions(plan, assertion) +
      writeAuthnStatement(plan, assertion) +
      writeAttributes(assertion.attributes),
    assertion.id,
  )
}

/** SAML profiles §4.1.4.2: bearer, addressed, limited in time, and tied to the request. */
function writeSubject(plan: ResponsePlan, assertion: AssertionPlan): string {
  const { nameId } = assertion
  const data = element('saml:SubjectConfirmationData', {
    InResponseTo: plan.inResponseTo ?? undefined,
    NotOnOrAfter: secondsAfter(plan.issuedAt, assertionSeconds).toISOString(),
    Recipient: assertion.recipient,
  })
  return element(
    'saml:Subject',
    {},
    (nameId ? element('saml:NameID', { Format: nameId.format }, escapeText(nameId.value)) : '') +
      element('saml:SubjectConfirmation', { Method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer' }, data),
  )
}

function writeConditions(plan: ResponsePlan, assertion: AssertionPlan): string {
  const { audience } = assertion
  return element(
    'saml:Conditions',
    {
      NotBefore: plan.issuedAt.toISOString(),
      NotOnOrAfter: secondsAfter(plan.issuedAt, assertionSeconds).toISOString(),
    },
    audience === null
      ? ''
      : element('saml:AudienceRestriction', {}, element('saml:Audience', {}, escapeText(audience))),
  )
}

function writeAuthnStatement(plan: ResponsePlan, assertion: AssertionPlan): string {
  if (!assertion.hasAuthnStatement) return ''
  const context = element(
    'saml:AuthnContextClassRef',
    {},
    'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  )
  return element(
    'saml:AuthnStatement',
    {
      AuthnInstant: (plan.authenticatedAt ?? plan.issuedAt).toISOString(),
      SessionIndex: assertion.sessionIndex,
      SessionNotOnOrAfter: secondsAfter(plan.issuedAt, sessionSeconds).toISOString(),
    },
    element('saml:AuthnContext', {}, context),
  )
}

function writeAttributes(attributes: Attribute[]): string {
  if (attributes.length === 0) return ''
  const written = attributes.map(({ name, values }) =>
    element(
      'saml:Attribute',
      { Name: name, NameFormat: 'urn:oasis:names:tc:SAML:2.0:attrname-format:basic' },
      values.map((value) => element('saml:AttributeValue', {}, escapeText(value))).join(''),
    ),
  )
  return element('saml:AttributeStatement', {}, written.join(''))
}

function writeStatus(status: ResponsePlan['status']): string {
  const second = status.second ? element('samlp:StatusCode', { Value: status.second }) : ''
  return element(
    'samlp:Status',
    {},
    element('samlp:StatusCode', { Value: status.code }, second) +
      (status.message ? element('samlp:StatusMessage', {}, escapeText(status.message)) : ''),
  )
}

function splitElement(
  name: string,
  attributes: Record<string, string | undefined>,
  issuer: string,
  rest: string,
  id: string,
): SignableElement {
  const empty = element(name, attributes)
  const close = `</${name}>`
  return { id, open: empty.slice(0, -close.length), issuer, rest, close }
}
