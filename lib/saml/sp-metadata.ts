import { escapeXml, writeAttributes } from './write-xml.ts'
import { encryptionNamespace, metadataNamespace, protocolNamespace, signatureNamespace } from './xml-tree.ts'

const bindings = 'urn:oasis:names:tc:SAML:2.0:bindings:'

/** What we decrypt, the preferred first. */
const encryptionMethods = [
  'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  `${encryptionNamespace}rsa-oaep-mgf1p`,
]

/** Our metadata as a service provider (SAML metadata §2.4.4). Certificates are base64 DER, the current one first. */
export function renderSpMetadata(input: {
  entityId: string
  acsUrl: string
  sloUrl?: string
  signingCertificates: string[]
  encryptionCertificates: string[]
  nameIdFormat?: string
}): string {
  const methods = encryptionMethods
    .map((algorithm) => `\n      <md:EncryptionMethod${writeAttributes({ Algorithm: algorithm })}/>`)
    .join('')
  const keys = [
    ...input.signingCertificates.map((certificate) => renderKey('signing', certificate, '')),
    ...input.encryptionCertificates.map((certificate) => renderKey('encryption', certificate, methods)),
  ]
  const logout = (input.sloUrl ? ['HTTP-Redirect', 'HTTP-POST'] : []).map(
    (binding) =>
      `\n    <md:SingleLogoutService${writeAttributes({ Binding: bindings + binding, Location: input.sloUrl })}/>`,
  )
  const format = input.nameIdFormat
    ? `\n    <md:NameIDFormat>${escapeXml(input.nameIdFormat)}</md:NameIDFormat>`
    : ''
  const consumer = writeAttributes({
    Binding: `${bindings}HTTP-POST`,
    Location: input.acsUrl,
    index: '0',
    isDefault: 'true',
  })
  const root = writeAttributes({ 'xmlns:md': metadataNamespace, entityID: input.entityId })
  const role = writeAttributes({
    AuthnRequestsSigned: 'true',
    WantAssertionsSigned: 'true',
    protocolSupportEnumeration: protocolNamespace,
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor${root}>
  <md:SPSSODescriptor${role}>${keys.join('')}${logout.join('')}${format}
    <md:AssertionConsumerService${consumer}/>
  </md:SPSSODescriptor>
</md:EntityDescriptor>
`
}

function renderKey(use: 'signing' | 'encryption', certificate: string, methods: string): string {
  return `
    <md:KeyDescriptor use="${use}">
      <ds:KeyInfo xmlns:ds="${signatureNamespace}">
        <ds:X509Data>
          <ds:X509Certificate>${escapeXml(certificate)}</ds:X509Certificate>
        </ds:X509Data>
      </ds:KeyInfo>${methods}
    </md:KeyDescriptor>`
}
