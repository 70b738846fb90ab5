import type { KeyObject } from 'node:crypto'
import { constants, createDecipheriv, privateDecrypt } from 'node:crypto'
import { SamlRefusal } from './causes.ts'
import { decodeBase64, messageLimits, parseXml } from './xml.ts'
import type { XmlElement } from './xml-tree.ts'
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  encryptionNamespace,
  isElement,
  signatureNamespace,
  textOf,
} from './xml-tree.ts'

type Cipher = { name: string; keyBytes: number; legacy: boolean }

const xmlenc11 = 'http://www.w3.org/2009/xmlenc11#'
const ciphers: ReadonlyMap<string, Cipher> = new Map([
  [`${xmlenc11}aes128-gcm`, { name: 'aes-128-gcm', keyBytes: 16, legacy: false }],
  [`${xmlenc11}aes192-gcm`, { name: 'aes-192-gcm', keyBytes: 24, legacy: false }],
  [`${xmlenc11}aes256-gcm`, { name: 'aes-256-gcm', keyBytes: 32, legacy: false }],
  [`${encryptionNamespace}aes128-cbc`, { name: 'aes-128-cbc', keyBytes: 16, legacy: true }],
  [`${encryptionNamespace}aes192-cbc`, { name: 'aes-192-cbc', keyBytes: 24, legacy: true }],
  [`${encryptionNamespace}aes256-cbc`, { name: 'aes-256-cbc', keyBytes: 32, legacy: true }],
])
const digests: ReadonlyMap<string, string> = new Map([
  [`${signatureNamespace}sha1`, 'sha1'],
  [`${encryptionNamespace}sha256`, 'sha256'],
  ['http://www.w3.org/2001/04/xmldsig-more#sha384', 'sha384'],
  [`${encryptionNamespace}sha512`, 'sha512'],
])

/** More recipients than any identity provider names; each costs a private-key operation. */
const maxEncryptedKeys = 4

/**
 * Decrypts a saml:EncryptedAssertion or saml:EncryptedID (SAML core §2.3.4, §2.2.4, XML Encryption 1.1) and parses what
 * was inside through the same gate. The result has the place of the encrypted element for namespaces, but is no child of anything. Throws SamlRefusal.
 * AES-CBC only with `allowLegacy`: nothing proves that its plaintext was not altered. Triple DES and RSA 1.5 never.
 */
export function decryptElement(
  encrypted: XmlElement,
  keys: readonly KeyObject[],
  allowLegacy: boolean,
): { element: XmlElement; algorithm: string } {
  const data = onlyChild(encrypted, 'EncryptedData')
  const algorithm = attributeOf(onlyChild(data, 'EncryptionMethod'), 'Algorithm') ?? ''
  const cipher = ciphers.get(algorithm)
  if (!cipher) throw new SamlRefusal('saml_unsupported_encryption', { received: shortName(algorithm) })
  if (cipher.legacy && !allowLegacy)
    throw new SamlRefusal('saml_legacy_encryption', { received: shortName(algorithm) })
  const sealedKeys = descendantsOf(encrypted).filter((one) =>
    isElement(one, encryptionNamespace, 'EncryptedKey'),
  )
  if (sealedKeys.length === 0 || sealedKeys.length > maxEncryptedKeys)
    throw new SamlRefusal('saml_unsupported_encryption', { received: `${sealedKeys.length} encrypted keys` })
  const transports = sealedKeys.map(readKeyTransport)
  const sealed = readCipherValue(data)
  for (const transport of transports)
    for (const key of keys) {
      const contentKey = openKey(transport, key)
      if (contentKey?.length !== cipher.keyBytes) continue
      const plain = open(sealed, cipher, contentKey)
      return { element: parsePlain(plain, encrypted), algorithm: shortName(algorithm) }
    }
  throw new SamlRefusal('saml_decryption_failed')
}

type KeyTransport = { oaepHash: string; sealed: Buffer }

function readKeyTransport(encryptedKey: XmlElement): KeyTransport {
  const method = onlyChild(encryptedKey, 'EncryptionMethod')
  const algorithm = attributeOf(method, 'Algorithm') ?? ''
  const digestElement = childrenOf(method, signatureNamespace, 'DigestMethod')[0]
  const digest = digestElement ? digests.get(attributeOf(digestElement, 'Algorithm') ?? '') : 'sha1'
  const mask = maskHash(algorithm, method)
  // The platform uses one hash for both halves of OAEP.
  if (!digest || digest !== mask)
    throw new SamlRefusal('saml_unsupported_encryption', {
      received: `${shortName(algorithm)}, digest ${digest ?? 'unknown'}, mask ${mask ?? 'unknown'}`,
    })
  if (childrenOf(method, encryptionNamespace, 'OAEPparams').length > 0)
    throw new SamlRefusal('saml_unsupported_encryption', { received: 'OAEPparams' })
  return { oaepHash: digest, sealed: readCipherValue(encryptedKey) }
}

/** The hash of the mask generation function: SHA-1 unless another is named (XML Encryption 1.1 §5.5.2). */
function maskHash(algorithm: string, method: XmlElement): string | undefined {
  if (algorithm === `${encryptionNamespace}rsa-oaep-mgf1p`) return 'sha1'
  if (algorithm !== `${xmlenc11}rsa-oaep`)
    throw new SamlRefusal('saml_unsupported_encryption', { received: shortName(algorithm) })
  const mask = childrenOf(method, xmlenc11, 'MGF')[0]
  if (!mask) return 'sha1'
  return /^http:\/\/www\.w3\.org\/2009\/xmlenc11#mgf1(sha1|sha256|sha384|sha512)$/.exec(
    attributeOf(mask, 'Algorithm') ?? '',
  )?.[1]
}

function openKey({ oaepHash, sealed }: KeyTransport, key: KeyObject): Buffer | null {
  if (key.asymmetricKeyType !== 'rsa') return null
  try {
    return privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, sealed)
  } catch {
    return null
  }
}

/** Content decryption (XML Encryption 1.1 §5.2): the initialisation vector stands in front, the GCM tag behind. */
function open(sealed: Buffer, cipher: Cipher, key: Buffer): string {
  try {
    const bytes = cipher.legacy ? openCbc(sealed, cipher, key) : openGcm(sealed, cipher, key)
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new SamlRefusal('saml_decryption_failed')
  }
}

function openGcm(sealed: Buffer, cipher: Cipher, key: Buffer): Buffer {
  if (sealed.length < 28) throw new RangeError('too short')
  const decipher = createDecipheriv(cipher.name as 'aes-256-gcm', key, sealed.subarray(0, 12), {
    authTagLength: 16,
  })
  decipher.setAuthTag(sealed.subarray(-16))
  return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
}

function openCbc(sealed: Buffer, cipher: Cipher, key: Buffer): Buffer {
  const decipher = createDecipheriv(cipher.name, key, sealed.subarray(0, 16)).setAutoPadding(false)
  const padded = Buffer.concat([decipher.update(sealed.subarray(16)), decipher.final()])
  // Only the last padding byte has a meaning: how many there are (XML Encryption 1.1 §5.2).
  const padding = padded.at(-1) ?? 0
  if (padding < 1 || padding > 16) throw new RangeError('padding')
  return padded.subarray(0, padded.length - padding)
}

function parsePlain(plain: string, encrypted: XmlElement): XmlElement {
  const element = parseXml(plain, messageLimits, namespacesAt(encrypted))
  element.parent = encrypted.parent
  return element
}

function namespacesAt(element: XmlElement): Map<string, string> {
  const found = new Map<string, string>()
  for (let at: XmlElement | null = element; at; at = at.parent)
    for (const { prefix, uri } of at.declarations) if (!found.has(prefix)) found.set(prefix, uri)
  return found
}

function readCipherValue(element: XmlElement): Buffer {
  const data = onlyChild(element, 'CipherData')
  const value = decodeBase64(textOf(onlyChild(data, 'CipherValue')) ?? '')
  if (!value) throw new SamlRefusal('saml_unsupported_encryption', { received: 'cipher value is not base64' })
  return value
}

function onlyChild(element: XmlElement, localName: string): XmlElement {
  const [only, ...others] = childrenOf(element, encryptionNamespace, localName)
  if (!only || others.length > 0)
    throw new SamlRefusal('saml_unsupported_encryption', {
      received: `${element.localName} without exactly one ${localName}`,
    })
  return only
}

const shortName = (algorithm: string) => algorithm.slice(algorithm.lastIndexOf('#') + 1)
