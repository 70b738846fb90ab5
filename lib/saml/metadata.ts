import type { FieldError } from '#lib/base/errors.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import { SamlRefusal } from './causes.ts'
import { describeCertificate } from './certificate.ts'
import { metadataLimits, parseXml } from './xml.ts'
import type { XmlElement } from './xml-tree.ts'
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  isElement,
  metadataNamespace,
  protocolNamespace,
  signatureNamespace,
  textOf,
  trimXml,
} from './xml-tree.ts'

export { type CertificateFacts, describeCertificate } from './certificate.ts'

/** What an identity provider says of itself, ready to be kept as JSON. */
export type IdpMetadata = {
  entityId: string
  /** The entity ID is not known, and `entityId` only stands in for it: the first answer to a request of ours settles it. */
  entityIdOpen?: true
  ssoRedirectUrl?: string
  ssoPostUrl?: string
  sloRedirectUrl?: string
  sloPostUrl?: string
  /** Where it wants answers to its logout requests, when that is another address than for requests. */
  sloRedirectResponseUrl?: string
  sloPostResponseUrl?: string
  /** Base64 DER without white space: all keys for signing or of unspecified use, each once, in their order. */
  certificates: string[]
  wantAuthnRequestsSigned: boolean
  nameIdFormats: string[]
  /** As written, an xs:dateTime. */
  validUntil?: string
}

const bindingPrefix = 'urn:oasis:names:tc:SAML:2.0:bindings:'

/**
 * Reads the metadata of an identity provider (SAML metadata §2). Of an EntitiesDescriptor the first entity with an
 * IDPSSODescriptor counts. Its signature, if any, is not checked: trust comes from the admin who uploads it or from
 * the https address it is fetched from. Throws VestibuleError `validation_failed` with a sentence for that admin.
 */
export function parseIdpMetadata(xml: string): IdpMetadata {
  const root = parseMetadataXml(xml)
  const idp = findIdp(root)
  const entity = idp.parent!
  const entityId = trimXml(attributeOf(entity, 'entityID') ?? '')
  if (entityId === '') invalid("Couldn't parse EntityID from SAML metadata")
  if (entityId.length > 1024) invalid('The entityID in the metadata is longer than 1024 characters.')
  const ssoRedirectUrl = endpointOf(idp, 'SingleSignOnService', 'HTTP-Redirect')
  const ssoPostUrl = endpointOf(idp, 'SingleSignOnService', 'HTTP-POST')
  if (!ssoRedirectUrl && !ssoPostUrl) invalid("Couldn't find SAML bindings for POST/REDIRECT")
  return withoutUndefined({
    entityId,
    ssoRedirectUrl,
    ssoPostUrl,
    sloRedirectUrl: endpointOf(idp, 'SingleLogoutService', 'HTTP-Redirect'),
    sloPostUrl: endpointOf(idp, 'SingleLogoutService', 'HTTP-POST'),
    sloRedirectResponseUrl: endpointOf(idp, 'SingleLogoutService', 'HTTP-Redirect', 'ResponseLocation'),
    sloPostResponseUrl: endpointOf(idp, 'SingleLogoutService', 'HTTP-POST', 'ResponseLocation'),
    certificates: certificatesOf(idp),
    wantAuthnRequestsSigned: /^(true|1)$/.test(trimXml(attributeOf(idp, 'WantAuthnRequestsSigned') ?? '')),
    nameIdFormats: childrenOf(idp, metadataNamespace, 'NameIDFormat')
      .map((one) => trimXml(textOf(one) ?? ''))
      .filter((format) => format !== ''),
    validUntil: [idp, entity, root].map((one) => attributeOf(one, 'validUntil')).find(isInstant),
  })
}

function parseMetadataXml(xml: string): XmlElement {
  try {
    return parseXml(xml.replace(/^[\ufeff \t\r\n]+/, ''), metadataLimits)
  } catch (thrown) {
    if (!(thrown instanceof SamlRefusal)) throw thrown
    return invalid(xmlSentence(thrown))
  }
}

function xmlSentence({ samlCause, received }: SamlRefusal): string {
  if (samlCause === 'saml_too_large') return 'The metadata is larger than 2 MB.'
  if (samlCause === 'saml_too_many_elements')
    return 'The metadata has too many elements; give the one of a single identity provider.'
  if (samlCause === 'saml_doctype')
    return 'The metadata holds a document type declaration, which is not accepted.'
  return `The metadata is not XML we can read${received ? `: ${received}` : ''}.`
}

function findIdp(root: XmlElement): XmlElement {
  const found = descendantsOf(root).find(
    (one) =>
      isElement(one, metadataNamespace, 'IDPSSODescriptor') &&
      one.parent !== null &&
      isElement(one.parent, metadataNamespace, 'EntityDescriptor') &&
      (attributeOf(one, 'protocolSupportEnumeration') ?? protocolNamespace)
        .split(/[ \t\r\n]+/)
        .includes(protocolNamespace),
  )
  return found ?? invalid('Please provide a metadata with IDPSSODescriptor')
}

/** The first endpoint of that binding; it must be a web address, because a browser is sent there. */
function endpointOf(
  idp: XmlElement,
  service: string,
  binding: string,
  attribute: 'Location' | 'ResponseLocation' = 'Location',
): string | undefined {
  const found = childrenOf(idp, metadataNamespace, service).find(
    (one) => attributeOf(one, 'Binding') === bindingPrefix + binding,
  )
  if (!found || (attribute === 'ResponseLocation' && !attributeOf(found, attribute))) return undefined
  const location = trimXml(attributeOf(found, attribute) ?? '')
  const url = URL.canParse(location) ? new URL(location) : null
  if (!url || !/^https?:$/.test(url.protocol) || !/^https?:\/\//i.test(location))
    invalid(`The ${service} address for ${binding} in the metadata is not an http or https URL.`)
  if (location.length > 2048) invalid(`The ${service} address for ${binding} in the metadata is too long.`)
  if (url.username !== '' || url.password !== '')
    invalid(`The ${service} address for ${binding} in the metadata holds a user name or password.`)
  return location
}

function certificatesOf(idp: XmlElement): string[] {
  const keys = childrenOf(idp, metadataNamespace, 'KeyDescriptor').filter((key) =>
    ['signing', undefined].includes(attributeOf(key, 'use')),
  )
  const certificates = keys
    .flatMap(descendantsOf)
    .filter((one) => isElement(one, signatureNamespace, 'X509Certificate'))
    .map((one) => bareCertificate(textOf(one) ?? ''))
    .filter((certificate) => certificate !== '')
  if (certificates.length === 0) invalid('The metadata holds no signing certificate.')
  const distinct = [...new Set(certificates)]
  // Each is tried on each login.
  if (distinct.length > 20) invalid('The metadata holds more than 20 signing certificates.')
  return distinct.map((certificate, index) => {
    const { keyType } = readable(certificate, index + 1)
    if (!/^(RSA|EC) /.test(keyType))
      invalid(
        `Signing certificate ${index + 1} in the metadata holds a key of type ${keyType}; RSA and EC keys are supported.`,
      )
    return certificate
  })
}

/** Some products write PEM with its armour into the element. */
function bareCertificate(text: string): string {
  return text.replace(/-----(BEGIN|END) CERTIFICATE-----/g, '').replace(/[ \t\r\n]+/g, '')
}

function readable(certificate: string, position: number) {
  try {
    return describeCertificate(certificate)
  } catch {
    return invalid(`Signing certificate ${position} in the metadata cannot be read.`)
  }
}

const isInstant = (text: string | undefined) => text !== undefined && !Number.isNaN(Date.parse(text))

function withoutUndefined(metadata: IdpMetadata): IdpMetadata {
  return Object.fromEntries(
    Object.entries(metadata).filter(([, value]) => value !== undefined),
  ) as IdpMetadata
}

function invalid(message: string): never {
  const fields: FieldError[] = [{ path: 'rawMetadata', message }]
  throw new VestibuleError('validation_failed', message, { fields })
}
