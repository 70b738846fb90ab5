import { readForm } from '#lib/http/body.ts'
import type { FinishLoginInput } from '#lib/login/take-login.ts'
import { type Call, samlBody } from './endpoints.ts'

/** The form an identity provider had the browser post, with what the browser says about it. */
export async function readPostedAnswer({ incoming, origin, request, site }: Call): Promise<FinishLoginInput> {
  return {
    parameters: await readForm(request, samlBody),
    clientId: incoming.params.clientID ?? null,
    url: `${site.issuer}${incoming.url.pathname}`,
    crossSite: incoming.headers.get('sec-fetch-site') === 'cross-site',
    cookies: incoming.cookies,
    origin,
  }
}
