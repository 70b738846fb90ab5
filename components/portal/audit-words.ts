/** One entry of the audit log as it is stored. */
export type AuditEntryView = {
  id: string
  at: Date | string
  actorType: string
  actorName: string
  action: string
  targetType: string
  targetName: string
  tenant: string | null
  result: string
  reason: string | null
  before: unknown
  after: unknown
  address: string
}

/** What was done, in words: `tenant.created` on tenant Globex becomes `created the tenant Globex`. */
export function describeAction(entry: {
  action: string
  targetType: string
  targetName: string
  result: string
  after?: unknown
}): string {
  const verb = entry.action.slice(entry.action.indexOf('.') + 1).replaceAll('-', ' ')
  if (entry.action === 'member.signed-in' && entry.result !== 'success')
    return 'tried to sign in to the portal'
  if (entry.action === 'member.signed-in-by-break-glass' && entry.result !== 'success')
    return 'tried to sign in to the portal in the emergency way'
  if (entry.action === 'user.signed-in')
    return entry.result === 'success'
      ? `signed in with a ${wayOf(entry.after)}`
      : 'tried to sign in with a password'
  const sentence = aboutDomains[entry.action]?.[entry.result === 'success' ? 0 : 1]
  if (sentence) return `${sentence} ${entry.targetName}`
  const inWords = wordings[entry.action]
  if (inWords) return inWords(entry.targetName, entry.targetType)
  if (entry.targetType === 'member') return aboutMembers[verb] ?? `${verb}: ${entry.targetName}`
  return `${verb} the ${entry.targetType.replaceAll('-', ' ')} ${entry.targetName}`
}

/** How a user signed in without an identity provider, from its `amr` (RFC 8176). */
function wayOf(after: unknown): string {
  const amr = isObject(after) && Array.isArray(after.amr) ? (after.amr as unknown[]) : ['pwd']
  if (!amr.includes('pwd')) return 'passkey'
  return amr.includes('mfa') ? 'password and a second step' : 'password'
}

/** What would not read well as a verb and its object. */
const wordings: Record<string, (name: string, type: string) => string> = {
  'user.identity-unlinked': (name) => `unlinked an identity of the user ${name}`,
  'user.password-changed': () => 'changed their password',
  'user.password-reset-requested': () => 'asked for a link to choose a new password',
  'user.password-reset': () => 'chose a new password by a link in a mail',
  'user.second-factor-added': () => 'added a second step to their account',
  'user.second-factor-removed': () => 'removed a second step from their account',
  'user.second-factors-removed': (name) => `removed all second steps of ${name}`,
  'user.recovery-codes-made': () => 'made new recovery codes',
  'user.recovery-code-used': () => 'used a recovery code',
  'user.signed-out-everywhere': () => 'signed out everywhere',
  'session.ended': (name) => `ended a session of ${name}`,
  'sessions.ended': (name, type) => `ended all sessions of the ${type} ${name}`,
  'application.logout-not-heard': (name) => `gave up telling the application ${name} of a logout`,
  'connection.user-policies-changed': (name) => `changed how people of the connection ${name} are matched`,
  'connection.shadow-started': (name) => `began to try other rules on the connection ${name}`,
  'connection.shadow-ended': (name) => `stopped trying other rules on the connection ${name}`,
  'connection.shadow-adopted': (name) => `adopted the rules that were tried on the connection ${name}`,
  'connection.entity-id-learnt': (name) => `learnt who the identity provider of the connection ${name} is`,
  'connection.metadata-taken-over': (name) => `took over new metadata of the connection ${name}`,
  'connection.metadata-refused': (name) => `did not take over the metadata of the connection ${name}`,
  'connection.metadata-readable': (name) => `could read the metadata of the connection ${name} again`,
  'namespace.user-added': (name) => `put a user into the namespace ${name}`,
  'namespace.user-removed': (name) => `took a user out of the namespace ${name}`,
  'users.imported': (name) => `imported users of the tenant ${name}`,
  'users.exported': (name) => `exported users of ${name}`,
  'signing-key.made': (name) => `made the next key ${name}`,
  'signing-key.switched': (name) => `switched to the next key ${name}`,
  'signing-key.removed': (name) => `removed the retired key ${name}`,
  'mail.given-up': (name) => `gave up sending the mail “${name}”`,
  'mail.resent': (name) => `sent the mail “${name}” again`,
  'mail.tested': (name) => `sent a test mail to ${name}`,
  'jwt-sso-target.created': (name) => `created the JWT SSO target ${name}`,
  'jwt-sso-target.updated': (name) => `updated the JWT SSO target ${name}`,
  'jwt-sso-target.deleted': (name) => `deleted the JWT SSO target ${name}`,
  'jwt-sso-target.rotated': (name) => `exchanged the secret of the JWT SSO target ${name}`,
  'invitation.sent': (name) => `invited ${name}`,
  'invitation.sent-again': (name) => `sent the invitation of ${name} again`,
  'invitation.accepted': () => 'accepted an invitation',
  'invitation.revoked': (name) => `took back the invitation of ${name}`,
  'join-request.filed': (name) => `filed the request to join of ${name}`,
  'join-request.approved': (name) => `approved the request to join of ${name}`,
  'join-request.rejected': (name) => `rejected the request to join of ${name}`,
  'join-request.deleted': (name) => `deleted the request to join of ${name}`,
  'identity.linked': (name) => `linked a sign-in to ${name}`,
  'user.activated': (name) => `made ${name} active, who was invited and signed in`,
  'user.synced': (name) => `wrote what the identity provider says of ${name}`,
  'user.registered': () => 'made an account',
  'organization.updated': (name) => `renamed the organization to ${name}`,
  'organization.logo-changed': () => 'changed the logo',
  'organization.logo-removed': () => 'removed the logo',
  'organization.portal-sign-in-changed': () => 'changed how members sign in to the portal',
  'member.invited': (name) => `invited ${name} as a member`,
  'member.invitation-sent-again': (name) => `sent the invitation of ${name} again`,
  'member.invitation-revoked': (name) => `took back the invitation of ${name}`,
  'member.role-changed': (name) => `changed the role of ${name}`,
  'member.removed': (name) => `removed the member ${name}`,
  'member.second-factors-removed': (name) => `removed the second factors of ${name}`,
  'organization.session-limits-changed': () => 'changed how long people stay signed in',
}

/** What members do to themselves needs no object. */
const aboutMembers: Record<string, string> = {
  'signed in': 'signed in to the portal',
  'session ended': 'ended a session',
  'password changed': 'changed the password',
  'password reset': 'chose a new password by a link in a mail',
  joined: 'accepted the invitation to the portal',
  'signed in by break glass': 'signed in to the portal in the emergency way',
  'second factor added': 'added a second factor',
  'second factor removed': 'removed a second factor',
  'recovery codes made': 'made new recovery codes',
  'sso linked': 'linked the company’s sign-in',
  'sso unlinked': 'unlinked the company’s sign-in',
  denied: 'tried what their role does not allow',
}

/** What happens to a domain, done and refused. */
const aboutDomains: Record<string, [string, string?]> = {
  'domain.verified': ['verified the domain', 'tried to verify the domain'],
  'domain.vouched': ['vouched for the domain'],
  'domain.record-missing': ['did not find the TXT record of the verified domain'],
  'domain.record-found': ['found the TXT record again of the domain'],
  'domain.returned-to-pending': ['no longer counts as verified the domain'],
}

export type Change = { field: string; before: string; after: string }

/** The fields in which two states of an object differ; a creation has no `before`, a deletion no `after`. */
export function listChanges(before: unknown, after: unknown): Change[] {
  const old = isObject(before) ? before : {}
  const now = isObject(after) ? after : {}
  const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])]
  return fields
    .map((field) => ({ field, before: show(old[field]), after: show(now[field]) }))
    .filter((change) => change.before !== change.after)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value as one line; what is absent or empty is a dash. */
function show(value: unknown): string {
  if (value === undefined || value === null || value === '') return '–'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(show).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
