import { describeCertificate, type IdpMetadata } from '../../saml/metadata.ts'
import { friendlyProviderName, providerHost } from '../provider-name.ts'

/** What an identity provider's metadata said, as the dialect answers it. */
export type IdpMetadataView = {
  /** Empty while it is not known. */
  entityID: string
  sso: { postUrl?: string; redirectUrl?: string }
  slo: { postUrl?: string; redirectUrl?: string }
  publicKey: string
  publicKeys: string[]
  thumbprint?: string
  loginType: 'idp'
  provider: string
  friendlyProviderName: string | null
}

export function viewIdpMetadata(metadata: IdpMetadata): IdpMetadataView {
  const [first] = metadata.certificates
  return {
    entityID: metadata.entityIdOpen ? '' : metadata.entityId,
    sso: { postUrl: metadata.ssoPostUrl, redirectUrl: metadata.ssoRedirectUrl },
    slo: { postUrl: metadata.sloPostUrl, redirectUrl: metadata.sloRedirectUrl },
    publicKey: first ?? '',
    publicKeys: metadata.certificates,
    thumbprint: first && describeCertificate(first).sha1Thumbprint,
    loginType: 'idp',
    provider: providerHost(metadata.entityId),
    friendlyProviderName: friendlyProviderName(metadata.entityId),
  }
}
