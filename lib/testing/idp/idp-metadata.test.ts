import { IdentityProvider } from 'samlify'
import { describe, expect, it } from 'vitest'
import { renderTestIdpMetadata } from './idp-metadata.ts'
import { binding, nameIdFormat } from './namespaces.ts'
import { idp, issuer } from './response-fixture.ts'
import { composeTestIdp } from './test-idp-identity.ts'

describe('the metadata of a test identity provider, as samlify reads it', () => {
  const { entityMeta } = IdentityProvider({ metadata: renderTestIdpMetadata(idp) })

  it('names the provider, its two addresses and its NameID formats', () => {
    expect(entityMeta.getEntityID()).toBe(`${issuer}/test-idp/acme/metadata`)
    expect(entityMeta.getSingleSignOnService('redirect')).toBe(`${issuer}/test-idp/acme/sso`)
    expect(entityMeta.getSingleSignOnService('post')).toBe(`${issuer}/test-idp/acme/sso`)
    expect(entityMeta.getNameIDFormat()).toEqual(Object.values(nameIdFormat))
    expect(entityMeta.isWantAuthnRequestsSigned()).toBe(false)
  })

  it('names the current certificate and no other', () => {
    expect(entityMeta.getX509Certificate('signing')).toBe(idp.certificate)
  })

  it('names the expired certificate instead when asked to', () => {
    const metadata = renderTestIdpMetadata(idp, 'expired')
    const expired = IdentityProvider({ metadata }).entityMeta
    expect(expired.getX509Certificate('signing')).toBe(idp.expiredCertificate)
    expect(expired.getEntityID()).toBe(idp.entityId)
  })

  it('is well-formed for any slug, which stands URL-encoded in the addresses', () => {
    const odd = composeTestIdp(`${issuer}/`, `"A&B"/../<x> ü`, idp)
    expect(odd.baseUrl).toBe(`${issuer}/test-idp/%22A%26B%22%2F..%2F%3Cx%3E%20%C3%BC`)
    const metadata = renderTestIdpMetadata(odd)
    expect(IdentityProvider({ metadata }).entityMeta.getEntityID()).toBe(odd.entityId)
    expect(metadata).toContain(`Binding="${binding.post}"`)
  })
})
