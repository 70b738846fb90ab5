import { element, escapeText } from './canonical-xml.ts'
import { binding, ds, md, nameIdFormat, samlp } from './namespaces.ts'
import type { TestIdp } from './test-idp-identity.ts'

/**
 * SAML metadata of a test identity provider (SAML metadata §2.4.3): single sign-on by redirect and by POST.
 * It names the current certificate, or the expired one, to try how a service provider takes that.
 */
export function renderTestIdpMetadata(idp: TestIdp, named: 'current' | 'expired' = 'current'): string {
  const certificate = named === 'current' ? idp.certificate : idp.expiredCertificate
  const signOnUrl = `${idp.baseUrl}/sso`
  const keyInfo = element(
    'ds:KeyInfo',
    { 'xmlns:ds': ds },
    element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate)),
  )
  const role = element(
    'md:IDPSSODescriptor',
    { WantAuthnRequestsSigned: 'false', protocolSupportEnumeration: samlp },
    element('md:KeyDescriptor', { use: 'signing' }, keyInfo) +
      Object.values(nameIdFormat)
        .map((format) => element('md:NameIDFormat', {}, escapeText(format)))
        .join('') +
      element('md:SingleSignOnService', { Binding: binding.redirect, Location: signOnUrl }) +
      element('md:SingleSignOnService', { Binding: binding.post, Location: signOnUrl }),
  )
  const descriptor = element('md:EntityDescriptor', { 'xmlns:md': md, entityID: idp.entityId }, role)
  return `<?xml version="1.0" encoding="UTF-8"?>\n${descriptor}\n`
}
