import { describe, expect, it } from 'vitest'
import {
  connectionSettingsForm,
  importConnectionForm,
  metadataForm,
  newConnectionForm,
  pageForm,
  toLines,
  toRedirectUrls,
} from './connection-schemas.ts'

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

describe('form of a login page of the customer', () => {
  it.each([
    'http://www.acme.example/sso',
    'https://www.acme.example/sso#top',
    'javascript:alert(1)',
    'www.acme.example/sso',
  ])('refuses to send people to %s', (ssoUrl) => {
    expect(pageForm.safeParse({ ssoUrl, audience: '' }).success).toBe(false)
  })

  it('takes the page, and an audience or none', () => {
    const ssoUrl = 'https://www.acme.example/sso?brand=acme'
    expect(pageForm.safeParse({ ssoUrl, audience: '' }).success).toBe(true)
    expect(pageForm.safeParse({ ssoUrl, audience: 'a b' }).success).toBe(false)
  })
})

describe('form of an import', () => {
  const { source: _, rawMetadata: __, metadataUrl: ___, ...belonging } = complete
  const isTaken = (config: string) =>
    importConnectionForm.safeParse({ ...belonging, idpEntityId: '', config }).success

  it('takes settings, but not none and not a whole disk', () => {
    expect(isTaken('{"LoginUrl":"x"}')).toBe(true)
    expect(isTaken(' \n')).toBe(false)
    expect(isTaken('x'.repeat(65_537))).toBe(false)
  })
})

describe('redirect URLs', () => {
  it('hold the default one, once', () => {
    expect(
      toRedirectUrls({
        defaultRedirectUrl: 'https://a.example/',
        furtherRedirectUrls: 'https://b.example/\nhttps://a.example/',
      }),
    ).toEqual({
      defaultRedirectUrl: 'https://a.example/',
      redirectUrl: ['https://a.example/', 'https://b.example/'],
    })
  })
})

describe('lines', () => {
  it('drop empty ones and spaces at the ends', () => {
    expect(toLines(' a \r\n\n b\n')).toEqual(['a', 'b'])
    expect(toLines('')).toEqual([])
  })
})
