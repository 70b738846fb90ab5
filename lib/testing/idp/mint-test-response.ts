import type { Random } from '#lib/base/ids.ts'
import { readRecipient } from './encrypt-assertion.ts'
import { type Fault, faults } from './faults.ts'
import type { Person } from './people.ts'
import { type AnsweredRequest, type PlanInput, planResponse, type Signing } from './response-plan.ts'
import type { TestIdp } from './test-idp-identity.ts'
import { writeResponse } from './write-response.ts'

export type MintInput = {
  idp: TestIdp
  request: AnsweredRequest
  person: Person
  /** Replace the person's own by name; an empty list leaves the attribute out. */
  attributes?: Readonly<Record<string, string[]>>
  fault?: Fault
  /** Certificate of the service provider (base64 DER): encrypts the assertion, AES-256-GCM under RSA-OAEP. */
  encryptFor?: string
  /** `assertion` unless told. */
  signing?: Signing
  now: Date
  /** When the person signed in there; `now` unless told. */
  authenticatedAt?: Date
  random: Random
}

/**
 * The form field SAMLResponse (base64) that answers the request in the name of the person
 * (SAML profiles §4.1.4.2), good for five minutes, spoiled in the one way `fault` names.
 * Throws `validation_failed` for values XML cannot carry and for an unreadable certificate.
 */
export function mintTestResponse(input: MintInput): string {
  const planInput: PlanInput = {
    idp: input.idp,
    request: input.request,
    person: input.person,
    attributes: input.attributes ?? {},
    signing: input.signing ?? 'assertion',
    encryption: input.encryptFor
      ? { recipient: readRecipient(input.encryptFor), cipher: 'aes256-gcm' }
      : null,
    now: input.now,
    authenticatedAt: input.authenticatedAt ?? null,
    random: input.random,
  }
  const good = planResponse(planInput)
  const plan = input.fault ? faults[input.fault].spoil(good, planInput) : good
  return Buffer.from(writeResponse(plan, input.random), 'utf8').toString('base64')
}
