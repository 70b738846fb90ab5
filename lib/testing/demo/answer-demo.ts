/**
 * The demo application: a product that signs people in through Vestibule, for whoever has just started it.
 * Owns an OAuth client as a stranger would write one (RFC 6749, RFC 7636, RFC 9207, OpenID Connect Core): it learns
 * of a sign-in from our public endpoints over HTTP alone. Only the trace it shows beside comes from the store.
 * Must not know how people are authenticated.
 */
import { isVestibuleError, VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { Incoming } from '../../http/incoming.ts'
import { respondHtml, respondRedirect } from '../../http/respond.ts'
import type { DemoSite } from './demo-application.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { renderRefusalPage } from './refusal-page.ts'
import { explainUnreachable } from './refusals.ts'
import { renderResultPage } from './result-page.ts'
import { startSignIn } from './start-sign-in.ts'
import { renderWelcomePage } from './welcome-page.ts'

/** The first page, with the button. Throws `not_found` where there is no demo. */
export async function answerDemo(house: House, site: DemoSite): Promise<Response> {
  checkOpen(house, site)
  return respondHtml(200, renderWelcomePage())
}

/** Sends the browser to the authorization endpoint. Throws `not_found` where there is no demo. */
export async function answerDemoSignIn(house: House, site: DemoSite, incoming: Incoming): Promise<Response> {
  checkOpen(house, site)
  const forceAuthn = incoming.url.searchParams.get('forceAuthn') === 'true'
  try {
    const { url, cookie } = await startSignIn(house, site, { forceAuthn })
    return respondRedirect(url, [cookie])
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    const refusal = explainUnreachable(site, thrown)
    return respondHtml(refusal.status, renderRefusalPage(refusal))
  }
}

/** Takes the answer of the authorization endpoint and shows what came of it. Throws `not_found` where there is no demo. */
export async function answerDemoCallback(
  house: House,
  site: DemoSite,
  incoming: Incoming,
): Promise<Response> {
  checkOpen(house, site)
  const { outcome, cookies } = await finishSignIn(house, site, incoming)
  return outcome.kind === 'signed-in'
    ? respondHtml(200, renderResultPage(outcome), { cookies })
    : respondHtml(outcome.status, renderRefusalPage(outcome), { cookies })
}

/** The demo belongs to the default organization: only there its tenant, product and connection are made. */
function checkOpen(house: House, site: DemoSite): void {
  if (house.config.demo && site.issuer === house.config.publicUrl) return
  throw new VestibuleError('not_found', 'There is no demo here. DEMO=1 opens it.')
}
