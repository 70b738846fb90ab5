import { readForm } from '#lib/http/body.ts'
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

function describe({ incoming, origin, site }: Call) {
  return {
    clientId: incoming.params.clientID ?? null,
    url: `${site.issuer}${incoming.url.pathname}`,
    cookies: incoming.cookies,
    origin,
  }
}
