import type { AnsweringSession, PendingAnswer } from './answer-with-session.ts'
import type { Refusal } from './attempt.ts'

type Demand = { essential?: boolean; value?: unknown; values?: unknown[] } | null | undefined

/**
 * What an application demands of the sign-in and did not get: somebody of the tenant it named, the person it named
 * (OpenID Connect Core §3.1.2.2, §5.5.1), a class of authentication it calls essential (§5.5.1.1).
 */
export function unmetDemand(
  { expectedSubject, request }: PendingAnswer,
  session: AnsweringSession,
): Refusal | null {
  const { client } = request
  const tenant = client?.kind === 'application' ? client.tenant : null
  if (tenant !== null && tenant !== session.tenant && tenant !== session.tenantId)
    return {
      name: 'Tenant',
      cause: 'tenant_other',
      code: 'access_denied',
      expected: tenant,
      received: session.tenant,
    }
  const demands = request.claims === 'invalid' ? null : request.claims?.id_token
  const subject: unknown = demands?.sub?.value
  const wanted = [expectedSubject, subject].filter((one) => one !== null && one !== undefined)
  const other = wanted.find((one) => one !== session.subject)
  if (other !== undefined)
    return {
      name: 'Person',
      cause: 'subject_other',
      code: 'login_required',
      expected: String(other),
      received: session.subject,
    }
  const classes = essentialClasses(demands?.acr)
  if (classes.length === 0 || classes.includes(session.acr)) return null
  return {
    name: 'Authentication class',
    cause: 'acr_unmet',
    code: 'unmet_authentication_requirements',
    expected: classes.join(', '),
    received: session.acr ?? 'none',
  }
}

function essentialClasses(demand: Demand): unknown[] {
  if (!demand?.essential) return []
  return [...(demand.values ?? []), ...(demand.value === undefined ? [] : [demand.value])]
}
