import { createHash } from 'node:crypto'
import * as client from 'openid-client'
import { epochSeconds } from '../base/clock.ts'
import { mintToken, type Random } from '../base/ids.ts'
import type { ProviderMetadata } from './provider-metadata.ts'

/** What the answer must fit, kept where only we can read it until the browser is back. */
export type SentRequest = {
  nonce: string
  verifier: string
  /** When it was sent, in seconds since the epoch. */
  sentAt: number
  /** Whether the person had to sign in anew. */
  fresh: boolean
}

export type AuthorizationRequest = {
  provider: ProviderMetadata
  clientId: string
  redirectUri: string
  state: string
  /** Wants a new sign-in, whatever session the provider has: `prompt=login`, `max_age=0`. */
  fresh: boolean
  loginHint: string | null
}

/** What is asked for: who it is, their address and their names. */
const scope = 'openid email profile'

/**
 * The address that sends a browser to the provider (OpenID Connect Core §3.1.2.1): code flow, with PKCE S256 (RFC 7636)
 * and a nonce, whether or not the provider announces that it knows them.
 */
export function mintAuthorizationRequest(
  { provider, clientId, redirectUri, state, fresh, loginHint }: AuthorizationRequest,
  { now, random }: { now: Date; random: Random },
): { url: string; sent: SentRequest } {
  const sent = { nonce: mintToken(random), verifier: mintToken(random), sentAt: epochSeconds(now), fresh }
  const config = new client.Configuration(provider, clientId)
  client.allowInsecureRequests(config)
  const url = client.buildAuthorizationUrl(config, {
    response_type: 'code',
    scope,
    redirect_uri: redirectUri,
    state,
    nonce: sent.nonce,
    code_challenge: createHash('sha256').update(sent.verifier, 'ascii').digest('base64url'),
    code_challenge_method: 'S256',
    ...(fresh && { prompt: 'login', max_age: '0' }),
    ...(loginHint && { login_hint: loginHint }),
  })
  return { url: url.href, sent }
}
