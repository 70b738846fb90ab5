/** Headers that every answer carries (security: transport, framing, sniffing, referrers, scripts). */

/** Content Security Policy of an API answer: it is never a document. */
export const apiPolicy = "default-src 'none'; frame-ancestors 'none'"

/**
 * Content Security Policy of an end user's page: our stylesheet and scripts from files, nothing inline.
 * `formTargets` are the sources its form may be sent to, besides our own.
 */
export function endUserPolicy(formTargets: string[] = []): string {
  return [
    "default-src 'none'",
    "style-src 'self'",
    "script-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    `form-action ${["'self'", ...formTargets].join(' ')}`,
  ].join('; ')
}

/**
 * Form targets of a page that carries a form on to another address. Browsers hold form-action against every redirect
 * that follows too, and only the other side knows where those lead; so any web address is let through, and the scheme
 * of `action` where it is an app's private one. The page has this one form, and its action is checked by whoever wrote it.
 */
export function onwardFormTargets(action: string): string[] {
  const { protocol } = new URL(action)
  return [...new Set(['https:', 'http:', protocol])]
}

/** Content Security Policy of a portal page; scripts and styles carry the nonce of this answer. */
export function portalPolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
  ].join('; ')
}

/** Name and value of every header but the policy. `secure`: browsers reach us by https. */
export function securityHeaders(secure: boolean): [string, string][] {
  return [
    ...(secure
      ? ([['strict-transport-security', 'max-age=63072000; includeSubDomains']] as [string, string][])
      : []),
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ['referrer-policy', 'no-referrer'],
    ['cross-origin-opener-policy', 'same-origin'],
    ['permissions-policy', 'camera=(), geolocation=(), microphone=()'],
  ]
}
