import { SamlRefusal } from './causes.ts'
import { checkAge, checkInResponseTo } from './envelope-checks.ts'
import { readNameId } from './name-id.ts'
import type { Reading, Seen } from './response-reading.ts'
import {
  anyOf,
  hasPassed,
  identifierText,
  instantOf,
  isAhead,
  optionalChild,
  parseInstant,
  refuse,
  requiredAttribute,
} from './response-reading.ts'
import type { XmlElement } from './xml-tree.ts'
import { attributeOf, childrenOf, elementsOf, isElement, samlNamespace } from './xml-tree.ts'

// The checks of what the assertion says about itself (SAML core §2.3–2.7, profiles §4.1.4.3). Its signature holds by now.

const malformed = 'saml_malformed_assertion'
const bearer = 'urn:oasis:names:tc:SAML:2.0:cm:bearer'

export function checkAssertionAge(reading: Reading): Seen {
  const { assertion, expect, found } = reading
  found.id = requiredAttribute(assertion, 'ID', malformed)
  const issuedAt = parseInstant(requiredAttribute(assertion, 'IssueInstant', malformed), malformed)
  reading.ends.push(checkAge(issuedAt, expect.now, 'saml_stale_assertion'))
  return { received: issuedAt.toISOString() }
}

/** One bearer confirmation that fits is enough; when none does, the first says why. */
export function checkSubjectConfirmation(reading: Reading): Seen {
  const all = childrenOf(subjectOf(reading), samlNamespace, 'SubjectConfirmation')
  const bearers = all.filter((one) => attributeOf(one, 'Method') === bearer)
  if (bearers.length === 0)
    refuse('saml_bearer_missing', {
      received: all.map((one) => attributeOf(one, 'Method') ?? '').join(', '),
    })
  const refusals: SamlRefusal[] = []
  const recipients: string[] = []
  for (const one of bearers) {
    try {
      recipients.push(confirm(one, reading))
    } catch (thrown) {
      if (!(thrown instanceof SamlRefusal)) throw thrown
      refusals.push(thrown)
    }
  }
  if (recipients.length === 0) throw refusals[0]
  // The last end of all, also of those that do not fit now: another might fit another request later.
  const ends = bearers.map((one) => endOf(one)?.getTime() ?? 0)
  reading.ends.push(new Date(Math.max(...ends)))
  return { received: recipients[0] }
}

function endOf(confirmation: XmlElement): Date | undefined {
  const data = optionalChild(confirmation, samlNamespace, 'SubjectConfirmationData', malformed)
  return data && instantOf(data, 'NotOnOrAfter', malformed)
}

/** Returns the recipient. */
function confirm(confirmation: XmlElement, { expect }: Reading): string {
  const data = optionalChild(confirmation, samlNamespace, 'SubjectConfirmationData', malformed)
  const expected = anyOf(expect.acsUrls)
  const recipient = data && attributeOf(data, 'Recipient')
  if (!data || !recipient) return refuse('saml_recipient_missing', { expected })
  if (!expect.acsUrls.includes(recipient)) refuse('saml_wrong_recipient', { expected, received: recipient })
  const end = instantOf(data, 'NotOnOrAfter', malformed)
  if (!end) return refuse('saml_confirmation_without_end')
  const now = expect.now.toISOString()
  if (hasPassed(end, expect.now))
    refuse('saml_confirmation_expired', { expected: now, received: end.toISOString() })
  const start = instantOf(data, 'NotBefore', malformed)
  if (start && isAhead(start, expect.now))
    refuse('saml_not_yet_valid', { expected: now, received: start.toISOString() })
  checkInResponseTo(attributeOf(data, 'InResponseTo'), expect.requestId)
  return recipient
}

function subjectOf({ assertion }: Reading): XmlElement {
  return (
    optionalChild(assertion, samlNamespace, 'Subject', malformed) ??
    refuse(malformed, { received: 'no Subject' })
  )
}

/** Known and without effect on signing in: used once anyway, and we do not issue assertions from assertions. */
const toleratedConditions = ['AudienceRestriction', 'OneTimeUse', 'ProxyRestriction']

export function checkConditions(reading: Reading): Seen {
  const { expect } = reading
  const conditions = conditionsOf(reading)
  if (!conditions) return { received: 'none' }
  const expected = expect.now.toISOString()
  const start = instantOf(conditions, 'NotBefore', malformed)
  if (start && isAhead(start, expect.now))
    refuse('saml_not_yet_valid', { expected, received: start.toISOString() })
  const end = instantOf(conditions, 'NotOnOrAfter', malformed)
  if (end && hasPassed(end, expect.now)) refuse('saml_expired', { expected, received: end.toISOString() })
  if (end) reading.ends.push(end)
  for (const one of elementsOf(conditions))
    if (one.namespace !== samlNamespace || !toleratedConditions.includes(one.localName))
      refuse('saml_unknown_condition', { received: one.name })
  return { received: `${start?.toISOString() ?? 'open'} to ${end?.toISOString() ?? 'open'}` }
}

const conditionsOf = ({ assertion }: Reading) =>
  optionalChild(assertion, samlNamespace, 'Conditions', malformed)

/** Every restriction must name us, and there must be one (core §2.5.1.4, profiles §4.1.4.2). */
export function checkAudience(reading: Reading): Seen {
  const { audiences } = reading.expect
  const conditions = conditionsOf(reading)
  const restrictions = conditions ? childrenOf(conditions, samlNamespace, 'AudienceRestriction') : []
  if (restrictions.length === 0) refuse('saml_audience_missing', { expected: anyOf(audiences) })
  const named = restrictions.map((one) =>
    childrenOf(one, samlNamespace, 'Audience').map((audience) => identifierText(audience, malformed)),
  )
  for (const list of named)
    if (!list.some((audience) => audiences.includes(audience)))
      refuse('saml_wrong_audience', { expected: anyOf(audiences), received: anyOf(list) })
  return { received: named.map(anyOf).join(', and ') }
}

/** The person signed in, and the session at the identity provider has not ended. */
export function checkAuthentication({ assertion, expect, found }: Reading): Seen {
  const statements = childrenOf(assertion, samlNamespace, 'AuthnStatement')
  const [first] = statements
  if (!first) return refuse('saml_no_authn')
  const ends = statements
    .map((one) => instantOf(one, 'SessionNotOnOrAfter', malformed))
    .filter((end) => end !== undefined)
  const end = ends.sort((a, b) => a.getTime() - b.getTime())[0]
  if (end && hasPassed(end, expect.now))
    refuse('saml_session_expired', { expected: expect.now.toISOString(), received: end.toISOString() })
  found.sessionNotOnOrAfter = end
  found.sessionIndex = attributeOf(first, 'SessionIndex')
  found.authnInstant = parseInstant(requiredAttribute(first, 'AuthnInstant', malformed), malformed)
  const context = optionalChild(first, samlNamespace, 'AuthnContext', malformed)
  const classRef = context && optionalChild(context, samlNamespace, 'AuthnContextClassRef', malformed)
  if (classRef) found.authnContextClassRef = identifierText(classRef, malformed)
  return { received: found.authnContextClassRef ?? found.authnInstant.toISOString() }
}

/** The name identifier exactly as signed: no trimming, no joining of parts. */
export function checkNameId(reading: Reading): Seen {
  const subject = subjectOf(reading)
  if (elementsOf(subject).some((one) => isElement(one, samlNamespace, 'EncryptedID')))
    refuse('saml_encrypted_identifier')
  const element = optionalChild(subject, samlNamespace, 'NameID', malformed)
  const nameId = element ? readNameId(element, malformed) : null
  reading.found.nameId = nameId
  return { received: nameId?.value ?? 'none' }
}
