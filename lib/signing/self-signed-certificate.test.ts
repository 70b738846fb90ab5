import { spawnSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Random } from '#lib/base/ids.ts'
import { mintSelfSignedCertificate } from './self-signed-certificate.ts'

const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const notBefore = new Date('2026-01-02T03:04:05Z')
const notAfter = new Date('2036-01-02T03:04:05Z')

function everyByte(value: number): Random {
  return { bytes: (count) => Buffer.alloc(count, value) }
}

function mint(overrides: Partial<Parameters<typeof mintSelfSignedCertificate>[0]> = {}): X509Certificate {
  const random = everyByte(7)
  const base64 = mintSelfSignedCertificate({
    key,
    commonName: 'Vestibule',
    notBefore,
    notAfter,
    random,
    ...overrides,
  })
  expect(base64).toMatch(/^[A-Za-z0-9+/]+=*$/)
  return new X509Certificate(Buffer.from(base64, 'base64'))
}

describe('a self-signed certificate', () => {
  it('carries the public half of the key and is signed by its private half', () => {
    const certificate = mint()
    const publicKey = createPublicKey(key)
    expect(certificate.publicKey.equals(publicKey)).toBe(true)
    expect(certificate.verify(publicKey)).toBe(true)
    expect(certificate.checkIssued(certificate)).toBe(true)
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
    expect(certificate.verify(stranger)).toBe(false)
  })

  it('says who it is for, when it holds, and that it is no authority', () => {
    const certificate = mint({ commonName: 'Prüfstand Ω' })
    expect(certificate.subject).toBe('CN=Prüfstand Ω')
    expect(certificate.issuer).toBe(certificate.subject)
    expect(certificate.validFromDate).toEqual(notBefore)
    expect(certificate.validToDate).toEqual(notAfter)
    expect(certificate.ca).toBe(false)
  })

  it('is valid on both sides of 2050, where the notation of time changes', () => {
    const certificate = mint({ notAfter: new Date('2050-01-01T00:00:00Z') })
    expect(certificate.validToDate).toEqual(new Date('2050-01-01T00:00:00Z'))
  })

  it.each([0x00, 0x7f, 0x80, 0xff])(
    'has a positive serial number of 16 bytes from random bytes %i',
    (byte) => {
      expect(mint({ random: everyByte(byte) }).serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/)
    },
  )

  it('cuts the name to 64 characters, not bytes', () => {
    expect(mint({ commonName: 'ä'.repeat(100) }).subject).toBe(`CN=${'ä'.repeat(64)}`)
  })

  it.each([
    ['an empty name', { commonName: ' ' }],
    ['an empty validity', { notAfter: notBefore }],
    ['an unreadable date', { notAfter: new Date(Number.NaN) }],
    ['a public key', { key: createPublicKey(key) }],
    ['a key that is not RSA', { key: generateKeyPairSync('ed25519').privateKey }],
  ])('refuses %s', (_what, overrides) => {
    expect(() => mint(overrides)).toThrow('The certificate could not be made.')
  })

  const openssl = spawnSync('openssl', ['version']).status === 0
  it.runIf(openssl)('is read by openssl as v3, and verifies against itself', () => {
    const pem = mint({ notAfter: new Date('2060-01-01T00:00:00Z') }).toString()
    const shown = spawnSync('openssl', ['x509', '-noout', '-text'], { input: pem, encoding: 'utf8' })
    expect(shown.stderr).toBe('')
    expect(shown.stdout).toContain('Version: 3 (0x2)')
    expect(shown.stdout).toContain('Signature Algorithm: sha256WithRSAEncryption')
    expect(shown.stdout).toMatch(/Basic Constraints: critical\s+CA:FALSE/)
    const folder = mkdtempSync(join(tmpdir(), 'certificate-'))
    const file = join(folder, 'certificate.pem')
    writeFileSync(file, pem)
    const withinValidity = String(notBefore.getTime() / 1000 + 60)
    const verified = spawnSync('openssl', ['verify', '-attime', withinValidity, '-CAfile', file, file])
    rmSync(folder, { recursive: true })
    expect(verified.stderr.toString()).toBe('')
    expect(verified.status).toBe(0)
    const asn1 = spawnSync('openssl', ['asn1parse'], { input: pem, encoding: 'utf8' })
    expect(asn1.status).toBe(0)
    expect(asn1.stdout).toMatch(/UTCTIME\s+:260102030405Z/)
    expect(asn1.stdout).toMatch(/GENERALIZEDTIME\s+:20600101000000Z/)
  })
})
