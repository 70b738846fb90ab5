import { constants, createCipheriv, type KeyObject, publicEncrypt, X509Certificate } from 'node:crypto'
import { VestibuleError } from '#lib/base/errors.ts'
import type { Random } from '#lib/base/ids.ts'
import { element } from './canonical-xml.ts'
import { ds, saml, xenc } from './namespaces.ts'

/** `aes256-cbc` exists to be refused: without authentication it can be decrypted by asking (XML Encryption 1.1 §1). */
export type ContentCipher = 'aes256-gcm' | 'aes256-cbc'

/**
 * An EncryptedAssertion around `xml` for the holder of `recipient`: a fresh AES-256 key, wrapped with RSA-OAEP
 * (mgf1p, SHA-1: the variant every service provider knows). XML Encryption 1.1 §5.2, §5.5.2; SAML core §2.3.4.
 */
export function encryptAssertion(
  xml: string,
  recipient: KeyObject,
  cipher: ContentCipher,
  random: Random,
): string {
  const contentKey = random.bytes(32)
  const wrapped = publicEncrypt(
    { key: recipient, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha1' },
    contentKey,
  )
  const wrapMethod = element(
    'xenc:EncryptionMethod',
    { Algorithm: `${xenc}rsa-oaep-mgf1p` },
    element('ds:DigestMethod', { Algorithm: `${ds}sha1` }),
  )
  const keyInfo = element(
    'ds:KeyInfo',
    { 'xmlns:ds': ds },
    element('xenc:EncryptedKey', {}, wrapMethod + cipherData(wrapped)),
  )
  const data = element(
    'xenc:EncryptedData',
    { 'xmlns:xenc': xenc, Type: `${xenc}Element` },
    element('xenc:EncryptionMethod', { Algorithm: cipherNames[cipher] }) +
      keyInfo +
      cipherData(encryptContent(xml, contentKey, cipher, random)),
  )
  return element('saml:EncryptedAssertion', { 'xmlns:saml': saml }, data)
}

/** The public key in a certificate (base64 DER). Throws `validation_failed` when it holds no RSA key. */
export function readRecipient(certificate: string): KeyObject {
  let key: KeyObject
  try {
    key = new X509Certificate(Buffer.from(certificate, 'base64')).publicKey
  } catch (cause) {
    throw new VestibuleError('validation_failed', 'The certificate to encrypt for cannot be read.', { cause })
  }
  if (key.asymmetricKeyType === 'rsa') return key
  throw new VestibuleError('validation_failed', 'The certificate to encrypt for holds no RSA key.')
}

const cipherNames: Record<ContentCipher, string> = {
  'aes256-gcm': 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'aes256-cbc': `${xenc}aes256-cbc`,
}

/** Initialization vector, ciphertext, and for GCM the 16 byte tag, in the order of XML Encryption 1.1 §5.2.4. */
function encryptContent(xml: string, key: Buffer, cipher: ContentCipher, random: Random): Buffer {
  if (cipher === 'aes256-cbc') {
    const vector = random.bytes(16)
    const writer = createCipheriv('aes-256-cbc', key, vector)
    return Buffer.concat([vector, writer.update(xml, 'utf8'), writer.final()])
  }
  const vector = random.bytes(12)
  const writer = createCipheriv('aes-256-gcm', key, vector)
  return Buffer.concat([vector, writer.update(xml, 'utf8'), writer.final(), writer.getAuthTag()])
}

function cipherData(bytes: Buffer): string {
  return element('xenc:CipherData', {}, element('xenc:CipherValue', {}, bytes.toString('base64')))
}
