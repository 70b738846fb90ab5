import { createPublicKey, type KeyObject, sign } from 'node:crypto'
import { VestibuleError } from '#lib/base/errors.ts'
import type { Random } from '#lib/base/ids.ts'

export type SelfSignedCertificateInput = {
  /** RSA private key; its public half goes into the certificate. */
  key: KeyObject
  /** Subject and issuer. Cut to the 64 characters RFC 5280 allows; empty is refused. */
  commonName: string
  /** First and last second of validity; fractions are dropped. */
  notBefore: Date
  notAfter: Date
  random: Random
}

/**
 * An X.509 v3 certificate signed by its own key, RSA with SHA-256, as base64 DER without white space.
 * SAML peers pin it as a carrier of the public key: it is no certificate authority and names no host.
 * No key usage is stated: one key may both sign and decrypt, and a verifier that checks the certificate
 * against itself would demand keyCertSign of a stated one.
 * RFC 5280 §4.1. Throws `internal` for a key that is not RSA, an empty name or an empty validity.
 */
export function mintSelfSignedCertificate(input: SelfSignedCertificateInput): string {
  checkInput(input)
  const name = distinguishedName(input.commonName)
  const toBeSigned = sequence(
    tagged(0xa0, integer(Buffer.from([2]))),
    integer(serialNumber(input.random)),
    sha256WithRsa,
    name,
    sequence(time(input.notBefore), time(input.notAfter)),
    name,
    createPublicKey(input.key).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(notAnAuthority)),
  )
  const signature = sign('sha256', toBeSigned, input.key)
  return sequence(toBeSigned, sha256WithRsa, bitString(signature, 0)).toString('base64')
}

function checkInput(input: SelfSignedCertificateInput): void {
  const refuse = (internal: string) =>
    new VestibuleError('internal', 'The certificate could not be made.', { internal })
  if (input.key.type !== 'private' || input.key.asymmetricKeyType !== 'rsa') {
    throw refuse('self-signed certificate: the key is not an RSA private key')
  }
  if (input.commonName.trim() === '') throw refuse('self-signed certificate: the common name is empty')
  if (!(input.notBefore < input.notAfter)) throw refuse('self-signed certificate: the validity is empty')
}

/** Sixteen random bytes made a positive number that needs no padding byte (RFC 5280 §4.1.2.2: at most 20). */
function serialNumber(random: Random): Buffer {
  const bytes = Buffer.from(random.bytes(16))
  bytes[0] = (bytes[0]! & 0x7f) | 0x40
  return bytes
}

function distinguishedName(commonName: string): Buffer {
  const utf8 = Buffer.from([...commonName].slice(0, 64).join(''), 'utf8')
  const attribute = sequence(objectIdentifier('550403'), tagged(0x0c, utf8))
  return sequence(tagged(0x31, attribute))
}

/** UTCTime through 2049, GeneralizedTime from 2050 (RFC 5280 §4.1.2.5). */
function time(at: Date): Buffer {
  const digits = at.toISOString().slice(0, 19).replace(/\D/g, '')
  const isShort = at.getUTCFullYear() >= 1950 && at.getUTCFullYear() < 2050
  return tagged(isShort ? 0x17 : 0x18, Buffer.from(`${isShort ? digits.slice(2) : digits}Z`, 'ascii'))
}

/** Tag, length in the shortest form, content (X.690 §8.1.3, §10.1). */
function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content)
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body])
  const length = Buffer.alloc(4)
  length.writeUInt32BE(body.length)
  const significant = length.subarray(length.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([tag, 0x80 | significant.length]), significant, body])
}

function sequence(...content: Buffer[]): Buffer {
  return tagged(0x30, ...content)
}

/** `magnitude`: big-endian, first bit clear, no needless leading zero. */
function integer(magnitude: Buffer): Buffer {
  return tagged(0x02, magnitude)
}

function bitString(content: Buffer, unusedBits: number): Buffer {
  return tagged(0x03, Buffer.from([unusedBits]), content)
}

function objectIdentifier(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'))
}

const isCritical = tagged(0x01, Buffer.from([0xff]))

/** 1.2.840.113549.1.1.11 with the NULL parameter RFC 4055 §5 asks for. */
const sha256WithRsa = sequence(objectIdentifier('2a864886f70d01010b'), tagged(0x05))

/** basicConstraints, with cA left at its default, false. */
const notAnAuthority = sequence(objectIdentifier('551d13'), isCritical, tagged(0x04, sequence()))
