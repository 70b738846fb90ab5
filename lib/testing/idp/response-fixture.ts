import { generateKeyPairSync } from 'node:crypto'
import type { Random } from '#lib/base/ids.ts'
import { systemRandom } from '#lib/base/ids.ts'
import { mintSelfSignedCertificate } from '#lib/signing/self-signed-certificate.ts'
import { composeTestIdp, mintTestIdpKeys } from './idp-keys.ts'
import type { AnsweredRequest } from './response-plan.ts'

/** What the tests of this folder share: one provider of tenant acme, one service provider, one instant. */

export const now = new Date('2026-06-01T10:00:00.000Z')
export const random: Random = systemRandom
export const issuer = 'https://login.vendor.example'

export const idp = composeTestIdp(issuer, 'acme', await mintTestIdpKeys({ tenant: 'acme', now, random }))

export const request: AnsweredRequest & { id: string } = {
  id: '_request-1',
  acsUrl: `${issuer}/api/oauth/saml/con_1`,
  issuer: `${issuer}/saml`,
}

export const serviceProviderKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
export const serviceProviderCertificate = mintSelfSignedCertificate({
  key: serviceProviderKey,
  commonName: 'service provider',
  notBefore: new Date('2026-01-01T00:00:00Z'),
  notAfter: new Date('2036-01-01T00:00:00Z'),
  random,
})

export function decode(samlResponse: string): string {
  return Buffer.from(samlResponse, 'base64').toString('utf8')
}
