import { SignJWT } from 'jose'
import { epochSeconds } from '../base/clock.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'

/** How long an application may take a logout token for good. */
const logoutTokenSeconds = 120

/**
 * Tells an application that a session is over (OpenID Connect Back-Channel Logout 1.0 §2.4). Signed with the key of ID
 * tokens; its type, its event and the missing nonce keep one from being taken for the other.
 */
export async function mintLogoutToken(
  house: Pick<House, 'keys' | 'clock' | 'random'>,
  notice: { organizationId: string; issuer: string; clientId: string; subject: string; sessionId: string },
): Promise<string> {
  const [key] = await house.keys.load(notice.organizationId, 'id-token')
  const issuedAt = epochSeconds(house.clock.now())
  return new SignJWT({
    sid: notice.sessionId,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
    .setProtectedHeader({ alg: 'RS256', kid: key!.id, typ: 'logout+jwt' })
    .setIssuer(notice.issuer)
    .setSubject(notice.subject)
    .setAudience(notice.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + logoutTokenSeconds)
    .setJti(mintToken(house.random, 16))
    .sign(key!.privateKey)
}
