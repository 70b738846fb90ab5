import { mintId } from '../base/ids.ts'
import type { FinishOutcome, UpstreamSession } from '../connections/contract.ts'
import { hasSingleLogout } from '../connections/saml/saml-logout.ts'
import type { Profile } from '../oauth/profile.ts'
import type { NewSession } from '../store/sessions.ts'
import type { TakenLogin } from './take-login.ts'

/**
 * The session of somebody who came through a connection that is its own client. No browser holds it: it stands for what
 * can be ended at the identity provider, and from there. Null where the identity provider takes no part in single logout.
 */
export function describeUpstreamSession(
  { house, site, connection, origin }: TakenLogin,
  accepted: Extract<FinishOutcome, { ok: true }>,
  { userId, subject, profile }: Pick<NewSession, 'userId' | 'subject'> & { profile: Profile },
): NewSession | null {
  if (!hasSingleLogout(connection)) return null
  const { amr, acr, authenticatedAt, upstreamSession, sessionNotOnOrAfterAt } = accepted
  const now = house.clock.now()
  return {
    id: mintId('sid', now, house.random),
    organizationId: site.id,
    tenantId: connection.tenantId,
    connectionId: connection.id,
    userId,
    cookieHash: null,
    subject,
    profile,
    amr,
    acr,
    authenticatedAt,
    upstreamSubject: upstreamSession.subject,
    upstream: upstreamSession.details,
    address: origin.address,
    userAgent: origin.userAgent,
    at: now,
    notAfter: sessionNotOnOrAfterAt,
  }
}

/** Whether the identity provider calls the person by another name each time (SAML core §8.3.8, transient). */
export function isFleeting({ details }: UpstreamSession): boolean {
  return details.format?.endsWith(':nameid-format:transient') === true
}
