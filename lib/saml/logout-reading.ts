import type { KeyObject } from 'node:crypto'
import type { TrustedCertificate } from './certificate.ts'
import type { DeliveredMessage, LogoutDelivery } from './logout-delivery.ts'
import type { LogoutStatus } from './logout-message.ts'
import type { NameId } from './name-id.ts'
import type { Seen } from './response-reading.ts'
import type { XmlElement } from './xml-tree.ts'

export type LogoutMessageName = 'LogoutRequest' | 'LogoutResponse'

/** What a logout message of one connection is held against. */
export type LogoutExpectation = {
  idpEntityId: string
  /** Base64 DER, as parseIdpMetadata gives them. Each may sign. */
  certificates: string[]
  /** Addresses this message may have been sent to. */
  logoutUrls: string[]
  /** ID of our request this must answer; null for a request of the identity provider. */
  requestId: string | null
  now: Date
  /** RSA private keys, for an encrypted name identifier. */
  decryptionKeys: KeyObject[]
  /** Accept AES-CBC, which does not protect against altering. */
  allowLegacyEncryption: boolean
}

/**
 * What the checks find out, each for those after it. A field is set by the check named beside it and read only by later
 * ones; the order of the checks is tested.
 */
export type LogoutReading = {
  readonly delivery: LogoutDelivery
  readonly name: LogoutMessageName
  readonly expect: LogoutExpectation
  /** Parameters */
  delivered: DeliveredMessage
  /** Message */
  text: string
  /** XML */
  message: XmlElement
  /** Logout message */
  id: string
  enveloped: XmlElement | null
  /** Known certificates */
  trusted: TrustedCertificate[]
  /** Signature */
  signers: TrustedCertificate[]
  /** Age of the message, End of the request: when each of them stops accepting, skew not included. */
  ends: Date[]
  /** Name identifier, Sessions */
  nameId: NameId
  sessionIndexes: string[]
  /** Status */
  status: LogoutStatus
}

/** One named step: returns what it saw, throws SamlRefusal. */
export type LogoutCheck = { readonly name: string; readonly run: (reading: LogoutReading) => Seen }
