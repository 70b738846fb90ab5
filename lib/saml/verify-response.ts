import type { KeyObject } from 'node:crypto'
import type { Check } from '#lib/base/check.ts'
import type { SamlCause } from './causes.ts'

export type Expectation = {
  idpEntityId: string
  certificates: string[]
  audiences: string[]
  acsUrls: string[]
  requestId: string | null
  now: Date
  decryptionKeys: KeyObject[]
  allowLegacyEncryption: boolean
}

export type VerifiedAssertion = {
  id: string
  issuer: string
  nameId: { value: string; format?: string; nameQualifier?: string; spNameQualifier?: string } | null
  sessionIndex?: string
  sessionNotOnOrAfter?: Date
  authnInstant?: Date
  authnContextClassRef?: string
  attributes: Map<string, string[]>
  friendlyNames: Map<string, string>
  expiresAt: Date
}

export type Verdict =
  | { ok: true; assertion: VerifiedAssertion; checks: Check[] }
  | { ok: false; cause: SamlCause; checks: Check[] }
