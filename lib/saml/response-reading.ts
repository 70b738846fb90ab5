import type { Check } from '#lib/base/check.ts'
import type { SamlCause } from './causes.ts'
import { SamlRefusal } from './causes.ts'
import type { TrustedCertificate } from './certificate.ts'
import type { Expectation, VerifiedAssertion } from './verify-response.ts'
import type { XmlElement } from './xml-tree.ts'
import { attributeOf, childrenOf, textOf, trimXml } from './xml-tree.ts'

/**
 * What the checks find out, each for those after it. A field is set by the check named beside it and read only by later
 * ones; the order of the checks is tested.
 */
export type Reading = {
  readonly field: string
  readonly expect: Expectation
  /** Message */
  text: string
  /** XML */
  response: XmlElement
  /** One assertion: null when it is encrypted, until Decryption has set it. */
  assertion: XmlElement
  encrypted: XmlElement | null
  responseSignature: XmlElement | null
  /** Known certificates */
  trusted: TrustedCertificate[]
  /** The signature checks */
  signers: TrustedCertificate[]
  /** Age of the assertion, Subject confirmation, Conditions: when each of them stops accepting, skew not included. */
  ends: Date[]
  /** Name identifier, Authentication, Attributes */
  found: Partial<VerifiedAssertion>
}

/** What a check saw, for the trace. */
export type Seen = Pick<Check, 'expected' | 'received'>

/** One named step: returns what it saw, throws SamlRefusal. */
export type ResponseCheck = { readonly name: string; readonly run: (reading: Reading) => Seen }

/** How far two clocks may be apart. */
export const skewSeconds = 120

/** How old a response and its assertion may be when they arrive. */
export const maxAgeSeconds = 300

export function refuse(cause: SamlCause, seen: Seen = {}): never {
  throw new SamlRefusal(cause, seen)
}

/** The one child of that name, or undefined; refuses several. */
export function optionalChild(
  element: XmlElement,
  namespace: string,
  localName: string,
  cause: SamlCause,
): XmlElement | undefined {
  const [only, ...others] = childrenOf(element, namespace, localName)
  if (others.length > 0) refuse(cause, { received: `${localName} more than once` })
  return only
}

/** The text of an element that must hold nothing else. */
export function plainText(element: XmlElement, cause: SamlCause): string {
  return textOf(element) ?? refuse(cause, { received: `elements inside ${element.localName}` })
}

/** Text of an identifier or URI, where white space at the ends has no meaning. */
export function identifierText(element: XmlElement, cause: SamlCause): string {
  return trimXml(plainText(element, cause))
}

/** A non-empty attribute that the schema requires. */
export function requiredAttribute(element: XmlElement, name: string, cause: SamlCause): string {
  return attributeOf(element, name) || refuse(cause, { received: `${element.localName} without ${name}` })
}

const instantForm = /^(\d{4}-\d{2}-\d{2})T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]00:00)$/

/** An xs:dateTime in UTC (SAML core §1.3.3). */
export function parseInstant(text: string, cause: SamlCause): Date {
  const day = instantForm.exec(trimXml(text))?.[1]
  const instant = new Date(trimXml(text))
  // A day that does not exist, such as 30 February, would silently become another one.
  if (!day || Number.isNaN(instant.getTime()) || !instant.toISOString().startsWith(day))
    refuse(cause, { received: `time ${text}` })
  return instant
}

/** The instant in an attribute, if it is there. */
export function instantOf(element: XmlElement, name: string, cause: SamlCause): Date | undefined {
  const text = attributeOf(element, name)
  return text === undefined ? undefined : parseInstant(text, cause)
}

/** Whether `end` has passed, skew granted. */
export function hasPassed(end: Date, now: Date): boolean {
  return now.getTime() >= end.getTime() + skewSeconds * 1000
}

/** Whether `start` is still to come, skew granted. */
export function isAhead(start: Date, now: Date): boolean {
  return now.getTime() < start.getTime() - skewSeconds * 1000
}

export const anyOf = (values: readonly string[]) => values.join(' or ')
