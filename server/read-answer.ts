import { readForm } from '#lib/http/body.ts'
import { isRelayState } from '#lib/login/start-login.ts'
import type { FinishLoginInput } from '#lib/login/take-login.ts'
import { type Call, samlBody } from './endpoints.ts'

/** The form an identity provider had the browser post, with what the browser says about it. */
export async function readPostedAnswer(call: Call): Promise<FinishLoginInput> {
  const crossSite = call.incoming.headers.get('sec-fetch-site') === 'cross-site'
  return { ...describe(call), parameters: await readForm(call.request, samlBody), crossSite }
}

/** The query with which an OpenID provider redirected the browser. Cookies come along with a redirect. */
export function readRedirectedAnswer(call: Call): FinishLoginInput {
  return { ...describe(call), parameters: call.incoming.url.searchParams, crossSite: false }
}

/**
 * The token with which a customer's page redirected the browser, and the place it was sent to: that of a sign-in of ours,
 * or of a connection. What else the address carries is the page's, not ours.
 */
export function readTokenAnswer(call: Call): FinishLoginInput {
  const place = call.incoming.params.place!
  const tokens = call.incoming.url.searchParams.getAll('sso_jwt')
  const parameters = new URLSearchParams(tokens.map((token) => ['sso_jwt', token]))
  const isOurs = isRelayState(place)
  if (isOurs) parameters.set('RelayState', place)
  return { ...describe(call), clientId: isOurs ? null : toClientId(place), parameters, crossSite: false }
}

/** What cannot be a clientID is that of nobody. */
function toClientId(place: string): string {
  return /^[\w-]{1,200}$/.test(place) ? place : ''
}

function describe({ incoming, origin, site }: Call) {
  return {
    clientId: incoming.params.clientID ?? null,
    url: `${site.issuer}${incoming.url.pathname}`,
    cookies: incoming.cookies,
    origin,
  }
}
