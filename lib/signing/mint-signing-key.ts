import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Clock } from '../base/clock.ts'
import { mintId, type Random } from '../base/ids.ts'
import type { Sealer } from '../sealing/sealer.ts'
import type { NewSigningKey } from '../store/signing-keys.ts'
import type { KeyPurpose } from './key-ring.ts'
import { mintSelfSignedCertificate } from './self-signed-certificate.ts'

export type SigningKeyParts = { sealer: Sealer; clock: Clock; random: Random }

/** A new RSA key pair of 2048 bits, sealed, with a certificate where its purpose has one. Not stored yet. */
export async function mintSigningKey(
  parts: SigningKeyParts,
  input: {
    /** A random one unless given. */
    id?: string
    organizationId: string
    purpose: KeyPurpose
    scope: string
    state: 'current' | 'next'
  },
): Promise<NewSigningKey> {
  const { organizationId, purpose, scope, state } = input
  const createdAt = parts.clock.now()
  const id = input.id ?? mintId('sig', createdAt, parts.random)
  const { privateKey, publicKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  const validity = certificateValidity(purpose, createdAt)
  const certificate =
    purpose === 'id-token'
      ? null
      : mintSelfSignedCertificate({
          key: privateKey,
          commonName: commonName(purpose),
          random: parts.random,
          ...validity,
        })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  return {
    id,
    organizationId,
    purpose,
    scope,
    state,
    privateKeySealed: parts.sealer.seal(pem, { organizationId, field: 'signing-key', recordId: id }),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string,
    certificate,
    createdAt,
    notAfterAt: certificate ? validity.notAfter : null,
  }
}

const tenYears = 10 * 365 * 86_400_000

function certificateValidity(purpose: KeyPurpose, now: Date): { notBefore: Date; notAfter: Date } {
  if (purpose === 'test-idp-expired') {
    return {
      notBefore: new Date(now.getTime() - 2 * 86_400_000),
      notAfter: new Date(now.getTime() - 86_400_000),
    }
  }
  return { notBefore: new Date(now.getTime() - 86_400_000), notAfter: new Date(now.getTime() + tenYears) }
}

function commonName(purpose: KeyPurpose): string {
  return purpose === 'saml' ? 'Vestibule service provider' : 'Vestibule test identity provider'
}
