import { describe, expect, it } from 'vitest'
import { parseIdpMetadata } from '#lib/saml/metadata.ts'
import { inPortalWords } from './metadata-words.ts'

/** What the portal shows when this metadata is pasted. */
function shown(xml: string): string {
  try {
    parseIdpMetadata(xml)
    return 'accepted'
  } catch (thrown) {
    const result = inPortalWords({ ok: false, message: (thrown as Error).message, fields: [] })
    return result.ok ? '' : result.message
  }
}

const descriptor = (inside: string, attributes = 'entityID="https://idp.example"') =>
  `<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" ${attributes}>${inside}</EntityDescriptor>`
const protocol = 'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"'

describe('unusable metadata in words for the portal', () => {
  it('tells an application from an identity provider', () => {
    expect(shown(descriptor(`<SPSSODescriptor ${protocol}/>`))).toContain(
      'not the metadata of an identity provider',
    )
  })

  it('says what is missing', () => {
    expect(shown(descriptor(`<IDPSSODescriptor ${protocol}/>`, ''))).toContain('no entityID')
    expect(shown(descriptor(`<IDPSSODescriptor ${protocol}/>`))).toContain(
      'no address at which people can sign in',
    )
  })

  it('leaves alone what is already a sentence of ours', () => {
    const refusal = {
      ok: false as const,
      message: 'Too many tries.',
      fields: [{ path: 'name', message: 'Too long.' }],
    }
    expect(inPortalWords(refusal)).toEqual(refusal)
  })
})
