import { describe, expect, it } from 'vitest'
import { connectionSettingsForm, metadataForm, newConnectionForm, toLines } from './connection-schemas.ts'

const complete = {
  tenant: 'globex',
  product: 'crm',
  name: '',
  defaultRedirectUrl: 'https://app.acme.example/callback',
  furtherRedirectUrls: '',
  source: 'text' as const,
  rawMetadata: '<EntityDescriptor/>',
  metadataUrl: '',
}

/** Paths of what is wrong with a new connection that differs from a complete one. */
function wrongIn(change: Partial<typeof complete> | { source: 'url' }): string[] {
  const parsed = newConnectionForm.safeParse({ ...complete, ...change })
  return parsed.success ? [] : parsed.error.issues.map((issue) => issue.path.join('.'))
}

describe('form of a new connection', () => {
  it('takes what is complete', () => {
    expect(wrongIn({})).toEqual([])
    expect(
      wrongIn({ furtherRedirectUrls: 'http://localhost:3000/*\n\n https://*.acme.example/cb ' }),
    ).toEqual([])
  })

  it('names the field that is missing', () => {
    expect(wrongIn({ tenant: ' ' })).toEqual(['tenant'])
    expect(wrongIn({ product: '' })).toEqual(['product'])
    expect(wrongIn({ defaultRedirectUrl: '' })).toContain('defaultRedirectUrl')
  })

  it('asks for the metadata where it was said to come from', () => {
    expect(wrongIn({ rawMetadata: ' ' })).toEqual(['rawMetadata'])
    expect(wrongIn({ source: 'url' })).toEqual(['metadataUrl'])
    expect(
      metadataForm.safeParse({ source: 'url', rawMetadata: '', metadataUrl: 'https://idp.example/m' })
        .success,
    ).toBe(true)
  })

  it.each([
    'javascript:alert(1)',
    'https://a.example/#x',
    'data:text/html,x',
    'not an address',
    'https://u:p@a.example/',
  ])('refuses to send people to %s', (url) => {
    expect(wrongIn({ defaultRedirectUrl: url })).toContain('defaultRedirectUrl')
    expect(wrongIn({ furtherRedirectUrls: `https://fine.example/\n${url}` })).toEqual(['furtherRedirectUrls'])
  })

  it('allows no pattern as the default, because somebody has to be sent there', () => {
    expect(wrongIn({ defaultRedirectUrl: 'http://localhost:3000/*' })).toEqual(['defaultRedirectUrl'])
  })
})

describe('form of the settings', () => {
  it('takes empty text for what has no value', () => {
    const { defaultRedirectUrl, furtherRedirectUrls } = complete
    const settings = {
      name: '',
      description: '',
      defaultRedirectUrl,
      furtherRedirectUrls,
      forceAuthn: false,
      allowUnsolicited: false,
      allowLegacyEncryption: false,
      identifierFormat: '',
      samlAudienceOverride: '',
      acsUrlOverride: '',
    }
    expect(connectionSettingsForm.safeParse(settings).success).toBe(true)
    expect(connectionSettingsForm.safeParse({ ...settings, acsUrlOverride: 'ftp://x' }).success).toBe(false)
  })
})

describe('lines', () => {
  it('drop empty ones and spaces at the ends', () => {
    expect(toLines(' a \r\n\n b\n')).toEqual(['a', 'b'])
    expect(toLines('')).toEqual([])
  })
})
