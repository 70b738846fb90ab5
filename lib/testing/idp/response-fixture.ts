import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { Random } from '#lib/base/ids.ts'
import { systemRandom } from '#lib/base/ids.ts'
import { mintSelfSignedCertificate } from '#lib/signing/self-signed-certificate.ts'
import type { AnsweredRequest } from './response-plan.ts'
import { composeTestIdp } from './test-idp-identity.ts'

/** What the tests of this folder share: one provider of tenant acme, one service provider, one instant. */

export const now = new Date('2026-06-01T10:00:00.000Z')
export const random: Random = systemRandom
export const issuer = 'https://login.vendor.example'

const current = mintPair('2026-01-01', '2036-01-01')
const other = mintPair('2026-01-01', '2036-01-01')
const expired = mintPair('2024-01-01', '2026-01-01')

export const idp = composeTestIdp(issuer, 'acme', {
  ...current,
  otherKey: other.key,
  otherCertificate: other.certificate,
  expiredKey: expired.key,
  expiredCertificate: expired.certificate,
})

export const request: AnsweredRequest & { id: string } = {
  id: '_request-1',
  acsUrl: `${issuer}/api/oauth/saml/con_1`,
  issuer: `${issuer}/saml`,
}

const serviceProvider = mintPair('2026-01-01', '2036-01-01')
export const serviceProviderKey = serviceProvider.key
export const serviceProviderCertificate = serviceProvider.certificate

export function decode(samlResponse: string): string {
  return Buffer.from(samlResponse, 'base64').toString('utf8')
}

function mintPair(notBefore: string, notAfter: string): { key: KeyObject; certificate: string } {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const validity = { notBefore: new Date(notBefore), notAfter: new Date(notAfter) }
  return { key, certificate: mintSelfSignedCertificate({ key, commonName: 'test', random, ...validity }) }
}
