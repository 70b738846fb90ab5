import { mayOpenPortal } from '../members/portal-sign-in.ts'
import { mintSsoCode, type SsoIntent } from '../members/sso-code.ts'
import { rememberAssertion } from '../store/grants.ts'
import { findMemberBySso } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { recordTrace } from '../traces/record-trace.ts'
import type { LoginOutcome } from './attempt.ts'
import { browserHashOf } from './browser-binding.ts'
import { concludeRefused, refusalOf } from './conclude-refused.ts'
import type { LoginCause } from './login-causes.ts'
import { type Accepted, describeSuccess } from './login-trace.ts'
import type { TakenLogin } from './take-login.ts'
import { isFleeting } from './upstream-session.ts'

/**
 * A member has come back from the company's sign-in: this browser gets a code with which the portal goes on. There is
 * no session yet. Null when the assertion was used before.
 */
export async function concludePortalLogin(
  taken: TakenLogin,
  intent: SsoIntent,
  accepted: Accepted,
): Promise<LoginOutcome | null> {
  const { house, site, connection, cookies } = taken
  if (!(await rememberAssertion(house.db, connection.id, accepted.once))) return null
  const { subject } = accepted.upstreamSession
  const cause = await whyRefused(taken, intent, accepted)
  const browserHash = browserHashOf(house.config.secure, cookies)
  if (cause || browserHash === null) {
    const refusal = refusalOf(cause ?? 'login_cookie_missing', connection)
    return concludeRefused(taken, { ...refusal, checks: [...accepted.checks, ...refusal.checks] })
  }
  const shownAs = accepted.profile.email ?? subject
  const identity = { connectionId: connection.id, subject, shownAs }
  const code = await mintSsoCode(house, site.id, { intent, identity, browserHash })
  await recordTrace(house, describeSuccess(taken, accepted, `${shownAs} ${sentences[intent.kind]}`))
  const page = intent.kind === 'sign-in' ? '/sign-in/complete' : '/sign-in/link'
  return { kind: 'redirect', url: `${page}?${new URLSearchParams({ code })}`, cookies: [] }
}

const sentences: Record<SsoIntent['kind'], string> = {
  'sign-in': 'was recognised and went on to the portal.',
  link: 'was recognised, to be linked to a member of the portal.',
  invitation: 'was recognised, to accept an invitation to the portal.',
}

async function whyRefused(
  { house, site, connection }: TakenLogin,
  intent: SsoIntent,
  { upstreamSession }: Accepted,
): Promise<LoginCause | null> {
  const { portalConnectionId } = await loadOrganization(house.db, site.id)
  if (portalConnectionId !== connection.id || !mayOpenPortal(house.config, site, connection))
    return 'portal_not_this_connection'
  if (isFleeting(upstreamSession)) return 'portal_subject_transient'
  if (intent.kind !== 'sign-in') return null
  const person = { connectionId: connection.id, subject: upstreamSession.subject }
  return (await findMemberBySso(house.db, site.id, person)) ? null : 'portal_member_unknown'
}
