import type { KeyObject } from 'node:crypto'
import type { Random } from '#lib/base/ids.ts'
import type { ContentCipher } from './encrypt-assertion.ts'
import { nameIdFormat, status } from './namespaces.ts'
import type { Person } from './people.ts'
import type { SignatureHash, Signer } from './sign-element.ts'
import type { TestIdp } from './test-idp-identity.ts'

/** Which of the two elements carry a signature. */
export type Signing = 'assertion' | 'response' | 'both'

/** What a response answers: `id` is null when nobody asked (IdP-initiated). */
export type AnsweredRequest = {
  id: string | null
  acsUrl: string
  /** Entity ID of the service provider: the audience. */
  issuer: string
  /** What NameIDPolicy asked for; null or absent: no wish. */
  nameIdFormat?: string | null
}

/** Everything a response will say, before it is written. A fault is a change of this. */
export type ResponsePlan = {
  responseId: string
  inResponseTo: string | null
  destination: string
  issuer: string
  issuedAt: Date
  /** When the person signed in at the identity provider; null: just now. */
  authenticatedAt: Date | null
  status: { code: string; second?: string; message?: string }
  /** Several only as a fault, none when the status says no. */
  assertions: AssertionPlan[]
  signing: Signing | 'none'
  signer: Signer
  hash: SignatureHash
  encryption: { recipient: KeyObject; cipher: ContentCipher } | null
  /** Written before the root element. */
  prolog: string
  /** Changes signed text that carries the NameID. */
  tamper: ((xml: string) => string) | null
}

export type AssertionPlan = {
  id: string
  nameId: { format: string; value: string } | null
  recipient: string
  /** null: no AudienceRestriction. */
  audience: string | null
  hasAuthnStatement: boolean
  sessionIndex: string
  /** In order; a name may come twice, as a fault. */
  attributes: Attribute[]
}

export type Attribute = { name: string; values: string[] }

export type PlanInput = {
  idp: TestIdp
  request: AnsweredRequest
  person: Person
  /** Replace the person's own by name; an empty list leaves the attribute out. */
  attributes: Readonly<Record<string, string[]>>
  signing: Signing
  encryption: ResponsePlan['encryption']
  now: Date
  authenticatedAt: Date | null
  random: Random
}

/** The plan of a response nobody could object to. */
export function planResponse(input: PlanInput): ResponsePlan {
  const { idp, request, random } = input
  return {
    responseId: mintXmlId(random),
    inResponseTo: request.id,
    destination: request.acsUrl,
    issuer: idp.entityId,
    issuedAt: input.now,
    authenticatedAt: input.authenticatedAt,
    status: { code: status.success },
    assertions: [planAssertion(input)],
    signing: input.signing,
    signer: { key: idp.key, certificate: idp.certificate },
    hash: 'sha256',
    encryption: input.encryption,
    prolog: '',
    tamper: null,
  }
}

/** The plan of one assertion about the person. */
export function planAssertion(input: Pick<PlanInput, 'request' | 'person' | 'attributes' | 'random'>) {
  const attributes = mergeAttributes(input.person, input.attributes)
  const assertion: AssertionPlan = {
    id: mintXmlId(input.random),
    nameId: chooseNameId(input.person, attributes, input.request.nameIdFormat ?? null),
    recipient: input.request.acsUrl,
    audience: input.request.issuer,
    hasAuthnStatement: true,
    sessionIndex: mintXmlId(input.random),
    attributes,
  }
  return assertion
}

/** An xs:ID: 128 random bits behind an underscore, since an ID must not begin with a digit. */
export function mintXmlId(random: Random): string {
  return `_${random.bytes(16).toString('hex')}`
}

/** The NameID of a person that does not depend on the email address. */
export function persistentNameId(person: Person): NonNullable<AssertionPlan['nameId']> {
  return { format: nameIdFormat.persistent, value: person.id }
}

function chooseNameId(
  person: Person,
  attributes: Attribute[],
  wanted: string | null,
): AssertionPlan['nameId'] {
  const email = attributes.find(({ name }) => name === 'email')?.values[0]
  if (wanted === nameIdFormat.persistent || email === undefined) return persistentNameId(person)
  return { format: nameIdFormat.email, value: email }
}

function mergeAttributes(person: Person, edited: PlanInput['attributes']): Attribute[] {
  const merged = new Map<string, string[]>([
    ['id', [person.id]],
    ['email', [person.email]],
    ['firstName', [person.firstName]],
    ['lastName', [person.lastName]],
    ['groups', person.groups],
    ['roles', person.roles],
    ...Object.entries(edited),
  ])
  return [...merged].filter(([, values]) => values.length > 0).map(([name, values]) => ({ name, values }))
}
