import { VestibuleError } from '../base/errors.ts'
import type { FinishOutcome } from '../connections/contract.ts'
import type { SsoIntent } from '../members/sso-code.ts'
import { answerAuthorization } from '../oauth/authorization-answer.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { recordTrace, type TraceEntry } from '../traces/record-trace.ts'
import { describeForClient, type LoginOutcome } from './attempt.ts'
import { explainLoginCause, type LoginCause } from './login-causes.ts'
import { describeLogin } from './login-trace.ts'
import { refuseOnTheWayToTarget } from './refuse-target.ts'
import type { TakenLogin } from './take-login.ts'

export type Refusal = Extract<FinishOutcome, { ok: false }>

/**
 * Nobody was let in: the application, or the admin who tests, is told; the trace says why. Where nobody asked, nobody is told
 * but the person: throws `access_denied`, for a page.
 */
export async function concludeRefused(
  taken: TakenLogin,
  refusal: Refusal,
  told: Told = notAccepted,
): Promise<LoginOutcome> {
  const { cause, sentence, checks, received } = refusal
  await recordTrace(taken.house, {
    ...describeLogin(taken),
    ...told.trace,
    checks,
    outcome: 'failure',
    cause,
    sentence,
    received,
  })
  const { pending, traceId } = taken
  if (taken.upstreamRequestId === null)
    throw new VestibuleError('access_denied', told.person ?? unasked, { traceId })
  if (pending.purpose === 'test') return toTestResult(taken)
  if (pending.purpose === 'portal') return toPortalRefusal(pending.intent, traceId)
  if (pending.application?.kind === 'jwt-sso-target')
    return refuseOnTheWayToTarget(taken, pending.application.id, { sentence, shown: told.person })
  return answerClient(taken, pending.authorize, {
    error: 'access_denied',
    error_description: describeForClient(told.client, traceId),
  })
}

/** What a refusal is called towards the client (ASCII), and towards the person where that is who reads it. */
type Told = { client: string; person?: string; trace?: Partial<TraceEntry> }

const notAccepted: Told = { client: 'The identity provider sent an answer that was not accepted' }

const unasked =
  'Your company’s sign-in sent you here in a way that was not accepted. Start at the application instead.'

/** A refusal for a reason of the flow itself. */
export function refusalOf(cause: LoginCause, connection: ConnectionRecord): Refusal {
  const { name, sentence } = explainLoginCause(cause, connection.name ?? connection.upstreamId)
  return { ok: false, cause, sentence, checks: [{ name, ok: false }], received: null }
}

/** Back to the application, as it asked to be answered. */
export function answerClient(
  { site }: TakenLogin,
  { redirectUri, responseMode, state }: AuthorizeRequest,
  parameters: Parameters<typeof answerAuthorization>[1],
): LoginOutcome {
  const to = { redirectUri, responseMode, state, issuer: site.issuer }
  return { ...answerAuthorization(to, parameters), cookies: [] }
}

/** The page of the portal that shows how a test went. */
export function toTestResult({ connection, traceId }: TakenLogin): LoginOutcome {
  return {
    kind: 'redirect',
    url: `/connections/${connection.clientId}/test/result?trace=${traceId}`,
    cookies: [],
  }
}

/** The page of the portal that says it did not work, with what an admin finds the trace by. */
function toPortalRefusal(intent: SsoIntent, traceId: string): LoginOutcome {
  const page = intent.kind === 'link' ? '/settings/account' : '/sign-in'
  const told = new URLSearchParams({ company: 'refused', trace: traceId })
  return { kind: 'redirect', url: `${page}?${told}`, cookies: [] }
}
