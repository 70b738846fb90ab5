import { isAllowedRedirectUrl } from '../base/redirect-url.ts'
import { type AuthorizeRequest, parseAuthorizeRequest } from '../oauth/authorize-request.ts'
import type { ConnectionRecord } from '../store/connections.ts'

/**
 * The authorization request of a sign-in that no client asked for: the identity provider's portal began it. The
 * connection is the client, and the answer goes to its default redirect URL; `deepLink` (RelayState, target_link_uri) is
 * another place only if that is registered with the connection, and says nothing otherwise.
 */
export function requestOfNobody(
  connection: Pick<ConnectionRecord, 'clientId' | 'defaultRedirectUrl' | 'redirectUrls'>,
  deepLink: string,
  loginHint = '',
): AuthorizeRequest {
  const { clientId, defaultRedirectUrl, redirectUrls } = connection
  const isRegistered = isAllowedRedirectUrl(deepLink, [defaultRedirectUrl, ...redirectUrls])
  return parseAuthorizeRequest(
    new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      redirect_uri: isRegistered ? deepLink : defaultRedirectUrl,
      login_hint: loginHint,
    }),
  )
}
