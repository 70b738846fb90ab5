import { sha256 } from '../../base/encoding.ts'
import { mintToken } from '../../base/ids.ts'
import type { House } from '../../house.ts'
import { type DemoSite, demoClientId, demoRedirectUri } from './demo-application.ts'
import { keepPendingSignIn } from './pending-sign-in.ts'
import { discoverProvider } from './provider-client.ts'

/**
 * The authorization request of the demo application (RFC 6749 §4.1.1) with PKCE, state and nonce, and the cookie
 * that remembers them. Throws `temporarily_unavailable` when the issuer cannot be reached from here.
 */
export async function startSignIn(
  house: House,
  site: DemoSite,
  options: { forceAuthn: boolean },
): Promise<{ url: string; cookie: string }> {
  const provider = await discoverProvider(house, site.issuer)
  const state = mintToken(house.random)
  const nonce = mintToken(house.random)
  const verifier = mintToken(house.random)
  const parameters = new URLSearchParams({
    response_type: 'code',
    client_id: demoClientId,
    redirect_uri: demoRedirectUri(site),
    scope: 'openid',
    state,
    nonce,
    code_challenge: sha256(verifier),
    code_challenge_method: 'S256',
    ...(options.forceAuthn && { forceAuthn: 'true' }),
  })
  const startedAt = house.clock.now().getTime()
  const cookie = keepPendingSignIn(house, site, { over: false, state, nonce, verifier, startedAt })
  return { url: `${provider.authorizationEndpoint}?${parameters}`, cookie }
}
