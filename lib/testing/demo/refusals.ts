import type { Check } from '../../base/check.ts'
import type { VestibuleError } from '../../base/errors.ts'
import type { TraceRecord } from '../../store/traces.ts'
import type { DemoSite } from './demo-application.ts'

/** A sign-in the demo application did not accept, as its page tells it. */
export type Refusal = {
  kind: 'refused'
  status: number
  title: string
  /** What went wrong. */
  sentence: string
  /** What that means, or what to do. */
  advice: string
  /** Whether something went wrong at all, or only needs to be said. */
  isError: boolean
  /** `error` and `error_description` as they came to the redirect URL. */
  answer?: { error: string; description: string | null }
  /** What the application itself had checked, the failed one last. */
  checks?: Check[]
  trace?: TraceRecord | null
}

export const noSignInWaiting: Refusal = {
  kind: 'refused',
  status: 400,
  title: 'No sign-in is waiting in this browser',
  sentence: 'This browser brought no cookie of a sign-in that it had begun.',
  advice:
    'It was begun in another browser or more than 15 minutes ago, or cookies are blocked. Begin anew; the answer in the address was not used.',
  isError: true,
}

export const wrongState: Refusal = {
  kind: 'refused',
  status: 400,
  title: 'This answer belongs to another sign-in',
  sentence: 'The state in the address is not the one this browser was given when it began.',
  advice:
    'Perhaps a later sign-in was begun in another tab. It is also what an attacker would cause by planting a sign-in of their own, so an application must stop here; the code was not used.',
  isError: true,
}

export const reloaded: Refusal = {
  kind: 'refused',
  status: 200,
  title: 'You have loaded this answer before',
  sentence: 'This sign-in is finished, and a code works only once.',
  advice:
    'Had the demo sent the same code again, Vestibule would have revoked the tokens that were issued for it, because the code might have been stolen. So the demo did not send it.',
  isError: false,
}

export const noCode: Refusal = {
  kind: 'refused',
  status: 400,
  title: 'The answer is incomplete',
  sentence: 'Neither a code nor an error came to the redirect URL.',
  advice: 'Begin anew. If it stays like this, something between browser and server removes the query.',
  isError: true,
}

/** RFC 9207 §2.4: an answer of another issuer is not used. */
export function wrongIssuer(expected: string, received: string | null): Refusal {
  return {
    kind: 'refused',
    status: 400,
    title: 'This answer comes from another issuer',
    sentence: 'The iss in the address does not name the issuer that was asked.',
    advice: 'An application must not send the code on, because it might reach the wrong server.',
    isError: true,
    checks: [{ name: 'Issuer of the answer', ok: false, expected, received: received ?? 'nothing' }],
  }
}

/** Vestibule answered with an error (RFC 6749 §4.1.2.1); its trace says why. */
export function refusedByProvider(
  answer: { error: string; description: string | null },
  trace: TraceRecord | null,
): Refusal {
  return {
    kind: 'refused',
    status: answer.error === 'access_denied' ? 403 : 400,
    title: 'The sign-in was refused',
    sentence: trace?.sentence ?? 'Vestibule answered the demo application with an error.',
    advice: trace
      ? 'The application learns only a short error and the trace; this sentence is for the admin who looks it up.'
      : 'What the application was told stands below.',
    isError: true,
    answer,
    trace,
  }
}

/** An endpoint refused what the demo sent it. */
export function refusedByEndpoint(error: VestibuleError): Refusal {
  return {
    kind: 'refused',
    status: 400,
    title: 'The sign-in could not be finished',
    sentence: error.message,
    advice: 'Begin anew; each sign-in gets a code of its own.',
    isError: true,
  }
}

/** Something that came does not belong together; the sign-in must not count. */
export function failedCheck(checks: Check[], trace: TraceRecord | null): Refusal {
  return {
    kind: 'refused',
    status: 400,
    title: 'The demo did not accept this sign-in',
    sentence: `A check of the application failed: ${checks.at(-1)!.name}.`,
    advice: 'An application must not sign anybody in on such an answer.',
    isError: true,
    checks,
    trace,
  }
}

/** The demo speaks to our own public address, which may not be reachable from inside. */
export function explainUnreachable(site: DemoSite, error: VestibuleError): Refusal {
  return {
    kind: 'refused',
    status: 503,
    title: 'The demo cannot reach Vestibule',
    sentence: error.message,
    advice: `Like a product of yours, the demo calls ${site.issuer} (PUBLIC_URL) over the network, but from the server Vestibule runs on. Make that address reachable from there; a private one must be allowed with OUTBOUND_ALLOW. Sign-in of other applications does not depend on it.`,
    isError: true,
  }
}
