/** The names of well-known identity providers, by what their entityID or address looks like. */
const providers: [RegExp, string][] = [
  [/\bokta(preview|-emea)?\.com\b/i, 'Okta'],
  [/\bsts\.windows\.net\b|\blogin\.microsoftonline\.com\b/i, 'Entra ID'],
  [/\bmocksaml\.com\b|^https:\/\/saml\.example\.com/i, 'MockSAML'],
  [/\bonelogin\.com\b/i, 'OneLogin'],
  [/\/realms\//i, 'Keycloak'],
  [/\bjumpcloud\b/i, 'JumpCloud'],
  [/\baccounts\.google\.com\b/i, 'Google'],
  [/\bauth0\.com\b/i, 'Auth0'],
  [/\bpingone\.(com|eu|asia|ca)\b|\bpingidentity\.com\b/i, 'PingOne'],
  [/\/adfs(\/|#|$)|\/FederationMetadata\/2007-06\//i, 'AD FS'],
]

/** The provider's usual name, or null when the entityID tells none. */
export function friendlyProviderName(upstreamId: string): string | null {
  return providers.find(([pattern]) => pattern.test(upstreamId))?.[1] ?? null
}

/** Host of the entityID, or the entityID itself when it is not a URL: the dialect's `provider`. */
export function providerHost(upstreamId: string): string {
  return URL.canParse(upstreamId) ? new URL(upstreamId).hostname || upstreamId : upstreamId
}

/** What people call the provider: its usual name, else its host. */
export function providerName(upstreamId: string): string {
  if (/\/test-idp\/[^/]+\/(metadata$|oidc#|jwt$)/.test(upstreamId)) return 'Test identity provider'
  return friendlyProviderName(upstreamId) ?? providerHost(upstreamId)
}
