/**
 * SAML single logout as a service provider: takes a message of either kind and binding and what was expected of it, and
 * gives a verdict (SAML core §3.7, bindings §3.4 and §3.5, profiles §4.4). Values in, values out, like verifyResponse;
 * replay is remembered by whoever keeps a store, under `id` until `expiresAt`.
 */
import type { Check } from '#lib/base/check.ts'
import { secondsAfter } from '#lib/base/clock.ts'
import type { SamlCause } from './causes.ts'
import { SamlRefusal, shorten } from './causes.ts'
import {
  checkLogoutAge,
  checkLogoutDestination,
  checkLogoutEnd,
  checkLogoutIssuer,
  checkLogoutMessage,
  checkLogoutNameId,
  checkLogoutRequestId,
  checkLogoutSignature,
  checkLogoutStatus,
  checkLogoutText,
  checkLogoutXml,
  checkParameters,
  checkSessionIndexes,
} from './logout-checks.ts'
import type { LogoutDelivery } from './logout-delivery.ts'
import { decodeDelivered, readDelivery } from './logout-delivery.ts'
import type { LogoutStatus } from './logout-message.ts'
import type { LogoutCheck, LogoutExpectation, LogoutMessageName, LogoutReading } from './logout-reading.ts'
import type { NameId } from './name-id.ts'
import { refuse, skewSeconds } from './response-reading.ts'
import { checkCertificateDates, checkKnownCertificates } from './signature-checks.ts'
import { parseXml } from './xml.ts'
import { childrenOf, isElement, protocolNamespace, samlNamespace, textOf, trimXml } from './xml-tree.ts'

export type { LogoutDelivery } from './logout-delivery.ts'
export type { LogoutExpectation } from './logout-reading.ts'

/** A request of the identity provider to end a person's sessions. Bad input gives a verdict, it never throws. */
export function verifyLogoutRequest(
  delivery: LogoutDelivery,
  expect: Omit<LogoutExpectation, 'requestId'>,
): LogoutVerdict<VerifiedLogoutRequest> {
  return judge(
    delivery,
    'LogoutRequest',
    { ...expect, requestId: null },
    ({ id, nameId, sessionIndexes, ends }) => ({
      id,
      nameId,
      sessionIndexes,
      expiresAt: secondsAfter(new Date(Math.min(...ends.map((end) => end.getTime()))), skewSeconds),
    }),
  )
}

/** Its answer to a request of ours, which is `expect.requestId`. Bad input gives a verdict, it never throws. */
export function verifyLogoutResponse(
  delivery: LogoutDelivery,
  expect: LogoutExpectation & { requestId: string },
): LogoutVerdict<VerifiedLogoutResponse> {
  return judge(delivery, 'LogoutResponse', expect, ({ status }) => ({ status }))
}

const messageChecks: readonly LogoutCheck[] = [
  { name: 'Parameters', run: checkParameters },
  { name: 'Message', run: checkLogoutText },
  { name: 'XML', run: checkLogoutXml },
  { name: 'Logout message', run: checkLogoutMessage },
  { name: 'Issuer', run: checkLogoutIssuer },
  { name: 'Known certificates', run: checkKnownCertificates },
  { name: 'Signature', run: checkLogoutSignature },
  { name: 'Certificate dates', run: checkCertificateDates },
  { name: 'Destination', run: checkLogoutDestination },
  { name: 'Age of the message', run: checkLogoutAge },
]

/** The checks in the order they run: the message, who signed it, to whom and when it was sent, and what it says. */
export const logoutChecks: Record<LogoutMessageName, readonly LogoutCheck[]> = {
  LogoutRequest: [
    ...messageChecks,
    { name: 'End of the request', run: checkLogoutEnd },
    { name: 'Name identifier', run: checkLogoutNameId },
    { name: 'Sessions', run: checkSessionIndexes },
  ],
  LogoutResponse: [
    ...messageChecks,
    { name: 'Our request', run: checkLogoutRequestId },
    { name: 'Status', run: checkLogoutStatus },
  ],
}

export type VerifiedLogoutRequest = {
  id: string
  nameId: NameId
  /** Empty: all sessions of that person. */
  sessionIndexes: string[]
  /** From this instant on verifyLogoutRequest refuses the message itself, so its id may be forgotten. */
  expiresAt: Date
}

export type VerifiedLogoutResponse = { status: LogoutStatus }

/** The last of `checks` is the one that failed; its `expected` and `received` are what explainLogoutCause asks for. */
export type LogoutVerdict<Verified> =
  | { ok: true; verified: Verified; checks: Check[] }
  | { ok: false; cause: SamlCause; checks: Check[] }

export type ReadLogoutMessage =
  | { ok: true; name: LogoutMessageName; issuer: string; relayState: string }
  | { ok: false; cause: SamlCause; checks: Check[] }

/**
 * What a message says it is and who it says it is from. Nothing of it is verified: use it only to find the connections
 * it could belong to.
 */
export function readLogoutMessage(delivery: LogoutDelivery): ReadLogoutMessage {
  try {
    const delivered = readDelivery(delivery)
    const message = parseXml(decodeDelivered(delivered))
    const name = delivered.field === 'SAMLRequest' ? 'LogoutRequest' : 'LogoutResponse'
    if (!isElement(message, protocolNamespace, name))
      refuse('saml_not_a_logout_message', { expected: name, received: message.localName })
    const [issuer] = childrenOf(message, samlNamespace, 'Issuer')
    if (!issuer) return refuse('saml_issuer_missing')
    return { ok: true, name, issuer: trimXml(textOf(issuer) ?? ''), relayState: delivered.relayState }
  } catch (thrown) {
    if (!(thrown instanceof SamlRefusal)) throw thrown
    const { samlCause, expected, received } = thrown
    return {
      ok: false,
      cause: samlCause,
      checks: [{ name: 'Logout message', ok: false, expected, received }],
    }
  }
}

/** The message as text for the admin who looks at the trace; null when it cannot be decoded. */
export function decodeForTrace(delivery: LogoutDelivery): string | null {
  try {
    return decodeDelivered(readDelivery(delivery))
  } catch (thrown) {
    if (thrown instanceof SamlRefusal) return null
    throw thrown
  }
}

function judge<Verified>(
  delivery: LogoutDelivery,
  name: LogoutMessageName,
  expect: LogoutExpectation,
  conclude: (reading: LogoutReading) => Verified,
): LogoutVerdict<Verified> {
  const reading = { delivery, name, expect } as LogoutReading
  const checks: Check[] = []
  for (const check of logoutChecks[name]) {
    try {
      const { received, ...seen } = check.run(reading)
      const shown = received === undefined ? {} : { received: shorten(received) }
      checks.push({ name: check.name, ok: true, ...seen, ...shown })
    } catch (thrown) {
      if (!(thrown instanceof SamlRefusal)) throw thrown
      const { samlCause, expected, received } = thrown
      checks.push({ name: check.name, ok: false, expected, received })
      return { ok: false, cause: samlCause, checks }
    }
  }
  return { ok: true, verified: conclude(reading), checks }
}
