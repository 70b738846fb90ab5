/**
 * SAML 2.0 as a service provider: takes a posted response and what was expected of it, and gives a verdict
 * (SAML core, bindings §3.5, profiles §4.1). Values in, values out: no store, no network, no clock of its own.
 * Owns XML, signatures, encryption and the order of the checks. Must not know connections, users or sessions;
 * replay is remembered by whoever keeps a store, under `VerifiedAssertion.id` until `expiresAt`.
 */
import type { KeyObject } from 'node:crypto'
import type { Check } from '#lib/base/check.ts'
import { secondsAfter } from '#lib/base/clock.ts'
import {
  checkAssertionAge,
  checkAudience,
  checkAuthentication,
  checkConditions,
  checkNameId,
  checkSubjectConfirmation,
} from './assertion-checks.ts'
import type { SamlCause } from './causes.ts'
import { SamlRefusal, shorten } from './causes.ts'
import {
  checkDestination,
  checkMessage,
  checkOneAssertion,
  checkRequest,
  checkResponse,
  checkResponseAge,
  checkResponseIssuer,
  checkStatus,
  checkXml,
} from './envelope-checks.ts'
import type { NameId } from './name-id.ts'
import { readAttributes } from './read-attributes.ts'
import type { Reading, ResponseCheck } from './response-reading.ts'
import { skewSeconds } from './response-reading.ts'
import {
  checkAssertionIssuer,
  checkAssertionSignature,
  checkCertificateDates,
  checkDecryption,
  checkKnownCertificates,
  checkResponseSignature,
} from './signature-checks.ts'
import { decodeSamlMessage, parseXml } from './xml.ts'
import {
  attributeOf,
  childrenOf,
  isElement,
  protocolNamespace,
  samlNamespace,
  textOf,
  trimXml,
} from './xml-tree.ts'

/** Verifies the base64 text of the form field SAMLResponse. Bad input gives a verdict, it never throws. */
export function verifyResponse(samlResponse: string, expect: Expectation): Verdict {
  const reading = {
    field: samlResponse,
    expect,
    encrypted: null,
    responseSignature: null,
    signers: [] as Reading['signers'],
    ends: [] as Date[],
    found: {},
  } as Reading
  const checks: Check[] = []
  for (const { name, run } of responseChecks) {
    try {
      const { received, ...seen } = run(reading)
      checks.push({
        name,
        ok: true,
        ...seen,
        ...(received === undefined ? {} : { received: shorten(received) }),
      })
    } catch (thrown) {
      if (!(thrown instanceof SamlRefusal)) throw thrown
      const { samlCause, expected, received } = thrown
      checks.push({ name, ok: false, expected, received })
      return { ok: false, cause: samlCause, checks }
    }
  }
  return { ok: true, assertion: conclude(reading), checks }
}

/** The checks in the order they run: the message, who signed it, to whom and when it was sent, and what it says. */
export const responseChecks: readonly ResponseCheck[] = [
  { name: 'Message', run: checkMessage },
  { name: 'XML', run: checkXml },
  { name: 'Response', run: checkResponse },
  { name: 'Status', run: checkStatus },
  { name: 'Issuer of the response', run: checkResponseIssuer },
  { name: 'One assertion', run: checkOneAssertion },
  { name: 'Known certificates', run: checkKnownCertificates },
  { name: 'Signature of the response', run: checkResponseSignature },
  { name: 'Decryption', run: checkDecryption },
  { name: 'Issuer of the assertion', run: checkAssertionIssuer },
  { name: 'Signature of the assertion', run: checkAssertionSignature },
  { name: 'Certificate dates', run: checkCertificateDates },
  { name: 'Destination', run: checkDestination },
  { name: 'Login request', run: checkRequest },
  { name: 'Age of the response', run: checkResponseAge },
  { name: 'Age of the assertion', run: checkAssertionAge },
  { name: 'Subject confirmation', run: checkSubjectConfirmation },
  { name: 'Conditions', run: checkConditions },
  { name: 'Audience', run: checkAudience },
  { name: 'Authentication', run: checkAuthentication },
  { name: 'Name identifier', run: checkNameId },
  { name: 'Attributes', run: readAttributes },
]

export type Expectation = {
  /** Null: not known yet. Whoever signs with one of the certificates is believed to be who the answer says. */
  idpEntityId: string | null
  /** Base64 DER, as parseIdpMetadata gives them. Each may sign. */
  certificates: string[]
  /** Entity IDs of ours; each audience restriction must hold one. */
  audiences: string[]
  /** Addresses this response may have been sent to. */
  acsUrls: string[]
  /** ID of the request that waits for this answer; null where the login may start at the identity provider. */
  requestId: string | null
  now: Date
  /** RSA private keys. */
  decryptionKeys: KeyObject[]
  /** Accept AES-CBC, which does not protect against altering. */
  allowLegacyEncryption: boolean
}

export type VerifiedAssertion = {
  id: string
  issuer: string
  nameId: NameId | null
  sessionIndex?: string
  sessionNotOnOrAfter?: Date
  authnInstant?: Date
  authnContextClassRef?: string
  /** By the Name of the attribute; empty where it has no values. */
  attributes: Map<string, string[]>
  /** FriendlyName by Name, where there is one. */
  friendlyNames: Map<string, string>
  /** From this instant on verifyResponse refuses the assertion itself, so its id may be forgotten. */
  expiresAt: Date
}

/** The last of `checks` is the one that failed; its `expected` and `received` are what explainSamlCause asks for. */
export type Verdict =
  | { ok: true; assertion: VerifiedAssertion; checks: Check[] }
  | { ok: false; cause: SamlCause; checks: Check[] }

/**
 * Who a response says it is from, and which request it says it answers. Nothing of it is verified: use it only to find
 * the connections an unsolicited response could belong to. Null when it cannot be read.
 */
export function readIssuer(samlResponse: string): { issuer?: string; inResponseTo?: string } | null {
  try {
    const response = parseXml(decodeSamlMessage(samlResponse))
    if (!isElement(response, protocolNamespace, 'Response')) return null
    const [assertion] = childrenOf(response, samlNamespace, 'Assertion')
    const [issuer] = [response, ...(assertion ? [assertion] : [])].flatMap((one) =>
      childrenOf(one, samlNamespace, 'Issuer'),
    )
    return {
      issuer: (issuer && trimXml(textOf(issuer) ?? '')) || undefined,
      inResponseTo: attributeOf(response, 'InResponseTo'),
    }
  } catch (thrown) {
    if (thrown instanceof SamlRefusal) return null
    throw thrown
  }
}

function conclude({ found, ends }: Reading): VerifiedAssertion {
  const end = new Date(Math.min(...ends.map((one) => one.getTime())))
  return {
    ...(found as VerifiedAssertion),
    expiresAt: secondsAfter(end, skewSeconds),
  }
}
