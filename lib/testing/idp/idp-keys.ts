import { createPrivateKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { secondsAfter } from '#lib/base/clock.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import type { Random } from '#lib/base/ids.ts'
import { mintSelfSignedCertificate } from '#lib/signing/self-signed-certificate.ts'

/** What one test identity provider signs with. Certificates are base64 DER. */
export type TestIdpKeys = {
  key: KeyObject
  certificate: string
  /** A pair its metadata never names, for the faults that need a stranger. */
  otherKey: KeyObject
  otherCertificate: string
  /** A pair whose certificate ran out before it was made; only `metadata?certificate=expired` names it. */
  expiredKey: KeyObject
  expiredCertificate: string
}

/** One identity provider: who it is, where it lives, what it signs with. */
export type TestIdp = TestIdpKeys & {
  /** Slug of the tenant it belongs to. */
  tenant: string
  /** `{issuer}/test-idp/{tenant}/metadata` */
  entityId: string
  /** `{issuer}/test-idp/{tenant}`, the tenant URL-encoded, without a slash at the end. */
  baseUrl: string
}

/** The provider of `tenant` (slug) at `issuer` (origin of ours) with its keys. */
export function composeTestIdp(issuer: string, tenant: string, keys: TestIdpKeys): TestIdp {
  const baseUrl = `${new URL(issuer).origin}/test-idp/${encodeURIComponent(tenant)}`
  return { ...keys, tenant, baseUrl, entityId: `${baseUrl}/metadata` }
}

/**
 * Three fresh 2048 bit RSA pairs with their certificates; about half a second of work off the main thread.
 * The pairs come from OpenSSL's own randomness; `random` makes the serial numbers.
 */
export async function mintTestIdpKeys(input: {
  tenant: string
  now: Date
  random: Random
}): Promise<TestIdpKeys> {
  const [current, other, expired] = await Promise.all([mintKey(), mintKey(), mintKey()])
  const certify = (key: KeyObject, purpose: string, fromDays: number, untilDays: number) =>
    mintSelfSignedCertificate({
      key,
      commonName: `${purpose} ${input.tenant}`,
      notBefore: secondsAfter(input.now, fromDays * daySeconds),
      notAfter: secondsAfter(input.now, untilDays * daySeconds),
      random: input.random,
    })
  return {
    key: current,
    certificate: certify(current, 'Test IdP', -1, 3650),
    otherKey: other,
    otherCertificate: certify(other, 'Unknown to', -1, 3650),
    expiredKey: expired,
    expiredCertificate: certify(expired, 'Expired test IdP', -760, -30),
  }
}

/** The keys as one text to be sealed and kept. Holds private keys. */
export function writeTestIdpKeys(keys: TestIdpKeys): string {
  return JSON.stringify({
    ...keys,
    key: keys.key.export({ type: 'pkcs8', format: 'pem' }),
    otherKey: keys.otherKey.export({ type: 'pkcs8', format: 'pem' }),
    expiredKey: keys.expiredKey.export({ type: 'pkcs8', format: 'pem' }),
  })
}

/** What `writeTestIdpKeys` wrote. Throws `internal` when the text is something else. */
export function readTestIdpKeys(text: string): TestIdpKeys {
  try {
    const kept: Record<keyof TestIdpKeys, string> = JSON.parse(text)
    for (const name of keyNames) {
      if (typeof kept[name] !== 'string') throw new TypeError(`${name} is missing`)
    }
    return {
      key: createPrivateKey(kept.key),
      certificate: kept.certificate,
      otherKey: createPrivateKey(kept.otherKey),
      otherCertificate: kept.otherCertificate,
      expiredKey: createPrivateKey(kept.expiredKey),
      expiredCertificate: kept.expiredCertificate,
    }
  } catch (cause) {
    throw new VestibuleError('internal', 'The keys of the test identity provider cannot be read.', { cause })
  }
}

const daySeconds = 86_400

const keyNames = [
  'key',
  'certificate',
  'otherKey',
  'otherCertificate',
  'expiredKey',
  'expiredCertificate',
] as const

const generate = promisify(generateKeyPair)

async function mintKey(): Promise<KeyObject> {
  return (await generate('rsa', { modulusLength: 2048 })).privateKey
}
