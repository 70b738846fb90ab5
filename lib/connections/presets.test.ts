import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { iconPathOf, presetKeys, presets, providerPreset } from './presets.ts'
import { friendlyProviderName } from './provider-name.ts'

describe.each(presetKeys)('the preset %s', (key) => {
  const { name, saml, oidc, discoveryExample, metadataExample } = presets[key]

  test('has an icon of our own, without anything that could run or load', () => {
    const path = join(import.meta.dirname, '../../public', iconPathOf(key))
    expect(existsSync(path)).toBe(true)
    expect(readFileSync(path, 'utf8')).toMatch(
      /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 24 24">/,
    )
    expect(readFileSync(path, 'utf8')).not.toMatch(/script|href|url\(|<image|on\w+=/i)
  })

  test('its guides name what has to be entered, and nothing that is not there', () => {
    const placeholders = (guide: readonly string[]) => new Set(guide.join(' ').match(/\{[^}]*\}/g))
    expect([...placeholders(oidc)]).toEqual(['{redirectUri}'])
    expect(placeholders(saml)).toContain('{acsUrl}')
    expect(placeholders(saml)).toContain('{entityId}')
    for (const one of placeholders(saml)) expect(['{acsUrl}', '{entityId}', '{metadataUrl}']).toContain(one)
    for (const step of [...saml, ...oidc]) expect(step).toMatch(/^[A-Z].*[.]$/)
  })

  test('its examples are recognised as what they are examples of', () => {
    for (const example of [discoveryExample, metadataExample])
      expect(friendlyProviderName(example) ?? 'Any other', example).toBe(name)
  })
})

test.each([
  ['oidc', 'https://acme.okta.com#0oa1', { key: 'okta', name: 'Okta' }],
  ['oidc', 'https://login.microsoftonline.com/2f1a/v2.0#c', { key: 'entra-id', name: 'Entra ID' }],
  ['saml', 'https://sts.windows.net/2f1a/', { key: 'entra-id', name: 'Entra ID' }],
  ['saml', 'http://fs.acme.example/adfs/services/trust', { key: 'ad-fs', name: 'AD FS' }],
  ['oidc', 'https://fs.acme.example/adfs#c', { key: 'ad-fs', name: 'AD FS' }],
  ['saml', 'https://idp.acme.example/metadata', { key: 'generic', name: 'idp.acme.example' }],
  ['oidc', 'https://idp.acme.example#client', { key: 'generic', name: 'idp.acme.example' }],
  ['oidc', 'http://localhost:5225/test-idp/acme/oidc#c', { key: 'generic', name: 'Test identity provider' }],
  ['jwt', 'https://acme.example/realms/login', { key: 'generic' }],
])('%s %s', (kind, upstreamId, preset) => {
  expect(providerPreset(kind, upstreamId)).toMatchObject({
    ...preset,
    iconPath: `/icons/providers/${preset.key}.svg`,
  })
})
