import { deflateRawSync } from 'node:zlib'
import {
  acsUrl,
  algorithm,
  attribute,
  attributeStatement,
  audience,
  buildAssertion,
  buildResponse,
  certificateOf,
  cipher,
  clock,
  encryptAssertion,
  encryptData,
  idpEntityId,
  requestId,
  secondsLater,
  signXml,
  spEntityId,
  statusOf,
} from './build-response.ts'
import type { CorpusDocument } from './make-corpus.ts'
import { wrappingAttacks } from './wrapping-attacks.ts'

const victim = 'owner@acme.example'
const signedResponse = () => signXml(buildResponse(), 'Response')
const signedAssertion = () => signXml(buildResponse(), 'Assertion')
const nameIdText = 'engineer@acme.example</saml:NameID>'

/** Replaces exactly what is there; a replacement that finds nothing would make a test that cannot fail. */
export function swap(xml: string, from: string | RegExp, to: string): string {
  const changed = xml.replace(from, () => to)
  if (changed === xml) throw new Error(`nothing to replace: ${from}`)
  return changed
}

const signatureOf = (xml: string) => /<ds:Signature [\s\S]*?<\/ds:Signature>/.exec(xml)![0]

export async function hostileDocuments(): Promise<CorpusDocument[]> {
  return [
    ...gate(),
    ...envelope(),
    ...signatures(),
    ...wrappingAttacks(),
    ...tampering(),
    ...addressing(),
    ...timing(),
    ...contents(),
    ...(await encryption()),
  ]
}

function gate(): CorpusDocument[] {
  const xml = signedResponse()
  const flood = '<saml:AttributeValue/>'.repeat(3001)
  const comment = 'owner@acme.example<!-- -->.evil.example</saml:NameID>'
  return [
    { file: 'doctype', cause: 'saml_doctype', body: `<!DOCTYPE samlp:Response>${xml}` },
    {
      file: 'entity-bomb',
      cause: 'saml_doctype',
      body: `<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>${swap(xml, nameIdText, '&b;</saml:NameID>')}`,
    },
    {
      file: 'external-entity',
      cause: 'saml_doctype',
      body: `<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/hostname">]>${swap(xml, nameIdText, '&f;</saml:NameID>')}`,
    },
    { file: 'undefined-entity', cause: 'saml_unknown_entity', body: swap(xml, nameIdText, '&nbsp;</saml:NameID>') },
    { file: 'comment-in-name-id', cause: 'saml_comment', body: swap(xml, nameIdText, comment) },
    {
      file: 'comment-in-name-id-signed',
      cause: 'saml_comment',
      body: signXml(
        buildResponse({ nameId: '<saml:NameID>owner@acme.example<!-- -->.evil.example</saml:NameID>' }),
        'Assertion',
      ),
    },
    {
      file: 'processing-instruction-in-name-id',
      cause: 'saml_processing_instruction',
      body: swap(xml, nameIdText, 'owner@acme.example<?x y?>.evil.example</saml:NameID>'),
    },
    {
      file: 'stylesheet-instruction',
      cause: 'saml_processing_instruction',
      body: `<?xml-stylesheet href="https://evil.example/x.xsl"?>${xml}`,
    },
    {
      file: 'cdata-in-name-id',
      cause: 'saml_cdata',
      body: swap(xml, nameIdText, '<![CDATA[owner@acme.example]]></saml:NameID>'),
    },
    {
      file: 'deep-nesting',
      cause: 'saml_too_deep',
      body: buildResponse({ extensions: `<samlp:Extensions>${'<a>'.repeat(60)}${'</a>'.repeat(60)}</samlp:Extensions>` }),
    },
    {
      file: 'element-flood',
      cause: 'saml_too_many_elements',
      body: buildResponse({ attributeStatement: attributeStatement(`<saml:Attribute Name="x">${flood}</saml:Attribute>`) }),
    },
    {
      file: 'attribute-flood',
      cause: 'saml_too_many_elements',
      body: swap(xml, '<samlp:Response ', `<samlp:Response ${Array.from({ length: 70 }, (_, i) => `a${i}=""`).join(' ')} `),
    },
    { file: 'oversize', cause: 'saml_too_large', body: swap(xml, '</samlp:Response>', `${' '.repeat(270_000)}</samlp:Response>`) },
    {
      file: 'invalid-utf-8',
      cause: 'saml_not_utf8',
      body: Buffer.concat([Buffer.from(xml.slice(0, 40)), Buffer.from([0xc3, 0x28]), Buffer.from(xml.slice(40))]),
    },
    { file: 'utf-16', cause: 'saml_not_utf8', body: Buffer.from(`\ufeff${xml}`, 'utf16le') },
    { file: 'utf-16-declared', cause: 'saml_malformed_xml', body: `<?xml version="1.0" encoding="UTF-16"?>${xml}` },
    { file: 'xml-1.1', cause: 'saml_malformed_xml', body: `<?xml version="1.1"?>${xml}` },
    { file: 'null-character', cause: 'saml_malformed_xml', body: swap(xml, nameIdText, 'owner@acme.example\u0000</saml:NameID>') },
    { file: 'null-reference', cause: 'saml_unknown_entity', body: swap(xml, nameIdText, 'owner@acme.example&#0;</saml:NameID>') },
    { file: 'two-roots', cause: 'saml_malformed_xml', body: xml + xml },
    { file: 'cut-off', cause: 'saml_malformed_xml', body: xml.slice(0, -20) },
    { file: 'not-xml', cause: 'saml_malformed_xml', body: '{"NameID": "owner@acme.example"}' },
    { file: 'plain-xml-in-field', cause: 'saml_not_base64', deliver: 'field', body: xml },
    { file: 'empty-field', cause: 'saml_not_base64', deliver: 'field', body: '' },
    { file: 'base64-url-alphabet', cause: 'saml_not_base64', deliver: 'field', body: `${Buffer.from('<a>').toString('base64')}-_-_` },
    {
      file: 'base64-with-rubbish',
      cause: 'saml_not_base64',
      deliver: 'field',
      body: Buffer.from(xml).toString('base64').replace(/^(.{40})/, '$1*'),
    },
    {
      file: 'deflated-in-field',
      cause: 'saml_not_utf8',
      deliver: 'field',
      body: deflateRawSync(Buffer.from(xml)).toString('base64'),
    },
    {
      file: 'deflate-bomb',
      cause: 'saml_too_large',
      deliver: 'redirect',
      body: deflateRawSync(Buffer.alloc(50_000_000, 0x20), { level: 9 }).toString('base64'),
    },
    { file: 'deflate-broken', cause: 'saml_not_deflated', deliver: 'redirect', body: Buffer.from(xml).toString('base64') },
    {
      file: 'duplicate-xml-attribute',
      cause: 'saml_duplicate_xml_attribute',
      body: swap(xml, '<saml:NameID ', '<saml:NameID Format="urn:x" '),
    },
    {
      file: 'duplicate-attribute-by-namespace',
      cause: 'saml_duplicate_xml_attribute',
      body: swap(xml, '<saml:NameID ', '<saml:NameID xmlns:p="urn:n" xmlns:q="urn:n" p:a="1" q:a="2" '),
    },
    { file: 'unbound-prefix', cause: 'saml_unbound_prefix', body: swap(xml, nameIdText, '<evil:x/></saml:NameID>') },
    { file: 'prefix-xmlns-rebound', cause: 'saml_malformed_xml', body: swap(xml, '<saml:NameID ', '<saml:NameID xmlns:xml="urn:evil" ') },
  ]
}

function envelope(): CorpusDocument[] {
  const signed = (changes: Parameters<typeof buildResponse>[0]) => signXml(buildResponse(changes), 'Response')
  const failed = (...status: Parameters<typeof statusOf>) =>
    swap(buildResponse({ status: statusOf(...status) }), /<saml:Assertion[\s\S]*<\/saml:Assertion>/, '')
  return [
    {
      file: 'logout-response',
      cause: 'saml_not_a_response',
      body: buildResponse().replaceAll('samlp:Response', 'samlp:LogoutResponse'),
    },
    {
      file: 'assertion-as-root',
      cause: 'saml_not_a_response',
      body: signXml(buildAssertion(), 'Assertion'),
    },
    {
      file: 'response-of-other-namespace',
      cause: 'saml_not_a_response',
      body: swap(buildResponse(), 'SAML:2.0:protocol"', 'SAML:1.0:protocol"'),
    },
    { file: 'version-1.1', cause: 'saml_wrong_version', body: signed({ version: '1.1' }) },
    { file: 'assertion-version-1.1', cause: 'saml_wrong_version', body: signed({ assertionVersion: '1.1' }) },
    { file: 'without-id', cause: 'saml_malformed_response', body: swap(buildResponse(), ' ID="_response-0001"', '') },
    { file: 'without-status', cause: 'saml_malformed_response', body: signed({ status: '' }) },
    { file: 'status-empty', cause: 'saml_malformed_response', body: signed({ status: '<samlp:Status/>' }) },
    { file: 'two-statuses', cause: 'saml_malformed_response', body: signed({ status: statusOf('Success') + statusOf('Success') }) },
    { file: 'unknown-child', cause: 'saml_malformed_response', body: signed({ extensions: '<evil xmlns="urn:evil"/>' }) },
    { file: 'text-in-response', cause: 'saml_malformed_response', body: signed({ extensions: 'text' }) },
    { file: 'issue-instant-not-a-time', cause: 'saml_malformed_response', body: signed({ issueInstant: 'yesterday' }) },
    { file: 'issue-instant-month-13', cause: 'saml_malformed_response', body: signed({ issueInstant: '2027-13-01T12:00:00Z' }) },
    { file: 'issue-instant-30-february', cause: 'saml_malformed_response', body: signed({ issueInstant: '2027-02-30T12:00:00Z' }) },
    { file: 'status-no-passive', cause: 'saml_status_no_passive', body: failed('Responder', 'NoPassive', 'Cannot sign in silently') },
    { file: 'status-authn-failed', cause: 'saml_status_authn_failed', body: failed('Responder', 'AuthnFailed') },
    { file: 'status-request-denied', cause: 'saml_status_request_denied', body: failed('Responder', 'RequestDenied', 'User is not assigned') },
    { file: 'status-invalid-name-id-policy', cause: 'saml_status_invalid_name_id_policy', body: failed('Requester', 'InvalidNameIDPolicy') },
    { file: 'status-no-authn-context', cause: 'saml_status_no_authn_context', body: failed('Requester', 'NoAuthnContext') },
    { file: 'status-unknown-principal', cause: 'saml_status_unknown_principal', body: failed('Responder', 'UnknownPrincipal') },
    { file: 'status-request-unsupported', cause: 'saml_status_request_unsupported', body: failed('Requester', 'RequestUnsupported') },
    { file: 'status-requester', cause: 'saml_status_requester', body: failed('Requester') },
    { file: 'status-responder', cause: 'saml_status_responder', body: failed('Responder') },
    { file: 'status-version-mismatch', cause: 'saml_status_version_mismatch', body: failed('VersionMismatch') },
    { file: 'status-other', cause: 'saml_status_other', body: failed('Puzzled') },
    {
      file: 'status-failed-with-signed-assertion',
      cause: 'saml_status_authn_failed',
      body: signXml(buildResponse({ status: statusOf('Responder', 'AuthnFailed') }), 'Assertion'),
    },
    {
      file: 'no-assertion',
      cause: 'saml_assertion_missing',
      body: signXml(swap(buildResponse(), /<saml:Assertion[\s\S]*<\/saml:Assertion>/, ''), 'Response'),
    },
    {
      file: 'assertion-of-other-namespace',
      cause: 'saml_assertion_missing',
      body: signXml(
        buildResponse().replace(/<saml:Assertion xmlns:saml="[^"]*"/, '<saml:Assertion xmlns:saml="urn:evil:assertion"'),
        'Response',
      ),
    },
    {
      file: 'assertion-in-extensions',
      cause: 'saml_malformed_response',
      body: signXml(
        buildResponse().replace(
          /<saml:Assertion[\s\S]*<\/saml:Assertion>/,
          (assertion) => `<samlp:Extensions>${assertion}</samlp:Extensions>`,
        ),
        'Assertion',
      ),
    },
    {
      file: 'two-assertions',
      cause: 'saml_multiple_assertions',
      body: signXml(
        swap(buildResponse(), '</samlp:Response>', `${buildAssertion({ assertionId: '_assertion-0002' })}</samlp:Response>`),
        'Response',
      ),
    },
    {
      file: 'assertion-in-advice',
      cause: 'saml_multiple_assertions',
      body: signed({ authnStatement: `<saml:Advice>${buildAssertion({ assertionId: '_advice' })}</saml:Advice>` }),
    },
    {
      file: 'duplicate-ids',
      cause: 'saml_duplicate_id',
      body: signXml(buildResponse({ assertionId: '_response-0001' }), 'Assertion'),
    },
    {
      file: 'duplicate-ids-in-other-spelling',
      cause: 'saml_duplicate_id',
      body: signed({ extensions: '<samlp:Extensions><x xmlns="urn:x" Id="_assertion-0001"/></samlp:Extensions>' }),
    },
  ]
}

function signatures(): CorpusDocument[] {
  const xpath = 'http://www.w3.org/TR/1999/REC-xpath-19991116'
  const withTransform = (name: string, inner = '') =>
    swap(
      signedAssertion(),
      `<ds:Transform Algorithm="${algorithm.enveloped}"/>`,
      `<ds:Transform Algorithm="${algorithm.enveloped}"/><ds:Transform Algorithm="${name}">${inner}</ds:Transform>`,
    )
  const asserted = signedAssertion()
  const signature = signatureOf(asserted)
  const bare = swap(asserted, signature, '')
  return [
    { file: 'unsigned', cause: 'saml_signature_missing', body: buildResponse() },
    { file: 'signature-stripped-from-response', cause: 'saml_signature_missing', body: swap(signedResponse(), signatureOf(signedResponse()), '') },
    { file: 'signature-stripped-from-assertion', cause: 'saml_signature_missing', body: bare },
    { file: 'response-signed-by-attacker', cause: 'saml_unknown_certificate', body: signXml(buildResponse(), 'Response', { key: 'attacker' }) },
    { file: 'assertion-signed-by-attacker', cause: 'saml_unknown_certificate', body: signXml(buildResponse(), 'Assertion', { key: 'attacker' }) },
    {
      file: 'key-info-swapped',
      cause: 'saml_unknown_certificate',
      body: swap(asserted, certificateOf('idp'), certificateOf('attacker')).replace(
        /(<ds:SignatureValue>)[^<]*/,
        (_, tag) => tag + /<ds:SignatureValue>([^<]*)/.exec(signXml(buildResponse(), 'Assertion', { key: 'attacker' }))![1],
      ),
    },
    { file: 'attacker-claims-our-certificate', cause: 'saml_signature_invalid', body: signXml(buildResponse(), 'Assertion', { key: 'attacker', claim: 'idp' }) },
    { file: 'attacker-claims-our-second-certificate', cause: 'saml_signature_invalid', certificates: ['idp', 'idp-second'], body: signXml(buildResponse(), 'Assertion', { key: 'attacker', claim: 'idp-second' }) },
    { file: 'attacker-without-key-info', cause: 'saml_signature_invalid', body: signXml(buildResponse(), 'Assertion', { key: 'attacker', claim: null }) },
    {
      file: 'good-response-signature-bad-assertion-signature',
      cause: 'saml_unknown_certificate',
      body: signXml(signXml(buildResponse(), 'Assertion', { key: 'attacker' }), 'Response'),
    },
    {
      file: 'bad-response-signature-good-assertion-signature',
      cause: 'saml_unknown_certificate',
      body: signXml(signedAssertion(), 'Response', { key: 'attacker' }),
    },
    {
      file: 'ecdsa-with-rsa-certificate',
      cause: 'saml_signature_invalid',
      body: swap(signXml(buildResponse(), 'Assertion', { claim: null }), algorithm.rsaSha256, algorithm.ecdsaSha256),
    },
    { file: 'no-certificates-known', cause: 'saml_idp_certificate_missing', body: signedResponse(), certificates: [] },
    { file: 'unreadable-certificate-known', cause: 'saml_idp_certificate_unreadable', body: signedResponse(), certificates: ['unreadable'] },
    { file: 'rsa-sha1', cause: 'saml_weak_algorithm', body: signXml(buildResponse(), 'Response', { signatureAlgorithm: algorithm.rsaSha1 }) },
    { file: 'digest-sha1', cause: 'saml_weak_algorithm', body: signXml(buildResponse(), 'Response', { digestAlgorithm: algorithm.sha1 }) },
    { file: 'rsa-md5', cause: 'saml_weak_algorithm', body: signXml(buildResponse(), 'Response', { signatureAlgorithm: algorithm.rsaMd5 }) },
    { file: 'digest-md5', cause: 'saml_weak_algorithm', body: swap(signedResponse(), algorithm.sha256, 'http://www.w3.org/2001/04/xmldsig-more#md5') },
    { file: 'hmac-sha1-with-the-certificate', cause: 'saml_forbidden_algorithm', body: signXml(buildResponse(), 'Response', { signatureAlgorithm: algorithm.hmacSha1 }) },
    { file: 'algorithm-none', cause: 'saml_forbidden_algorithm', body: swap(signedResponse(), algorithm.rsaSha256, 'none') },
    { file: 'algorithm-empty', cause: 'saml_forbidden_algorithm', body: swap(signedResponse(), algorithm.rsaSha256, '') },
    { file: 'inclusive-canonicalization', cause: 'saml_forbidden_canonicalization', body: signXml(buildResponse(), 'Response', { canonicalization: algorithm.inclusive }) },
    {
      file: 'inclusive-canonicalization-of-content',
      cause: 'saml_forbidden_canonicalization',
      body: signXml(buildResponse(), 'Response', { transforms: [algorithm.enveloped, algorithm.inclusive] }),
    },
    {
      file: 'no-canonicalization-of-content',
      cause: 'saml_forbidden_canonicalization',
      body: swap(signedResponse(), `<ds:Transform Algorithm="${algorithm.exclusive}"/>`, ''),
    },
    { file: 'transform-xslt', cause: 'saml_forbidden_transform', body: withTransform('http://www.w3.org/TR/1999/REC-xslt-19991116') },
    { file: 'transform-xpath', cause: 'saml_forbidden_transform', body: withTransform(xpath, '<ds:XPath>not(ancestor-or-self::NameID)</ds:XPath>') },
    { file: 'transform-base64', cause: 'saml_forbidden_transform', body: withTransform('http://www.w3.org/2000/09/xmldsig#base64') },
    {
      file: 'transform-enveloped-missing',
      cause: 'saml_signature_malformed',
      body: swap(signedResponse(), `<ds:Transform Algorithm="${algorithm.enveloped}"/>`, ''),
    },
    {
      file: 'transform-enveloped-twice',
      cause: 'saml_signature_malformed',
      body: withTransform(algorithm.enveloped),
    },
    {
      file: 'prefix-list-flood',
      cause: 'saml_signature_malformed',
      body: signXml(buildResponse(), 'Response', { prefixes: Array.from({ length: 40 }, (_, i) => `p${i}`) }),
    },
    { file: 'two-references', cause: 'saml_signature_malformed', body: signXml(buildResponse(), 'Response', { references: ['Response', 'Assertion'] }) },
    { file: 'no-reference', cause: 'saml_signature_malformed', body: swap(signedResponse(), /<ds:Reference[\s\S]*<\/ds:Reference>/, '') },
    { file: 'object-in-signature', cause: 'saml_signature_malformed', body: swap(signedResponse(), '</ds:Signature>', '<ds:Object/></ds:Signature>') },
    { file: 'signature-value-empty', cause: 'saml_signature_malformed', body: swap(signedResponse(), /<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>') },
    {
      file: 'signed-info-twice',
      cause: 'saml_signature_malformed',
      body: swap(signedResponse(), '</ds:SignedInfo>', '</ds:SignedInfo><ds:SignedInfo/>'),
    },
    ...misshapen(),
    {
      file: 'signature-of-other-namespace',
      cause: 'saml_malformed_response',
      body: signedResponse().replace('xmlns:ds="http://www.w3.org/2000/09/xmldsig#"', 'xmlns:ds="urn:evil"'),
    },
    { file: 'reference-to-assertion-in-response', cause: 'saml_signature_wrapped', body: signXml(buildResponse(), 'Response', { references: ['Assertion'] }) },
    { file: 'reference-to-response-in-assertion', cause: 'saml_signature_wrapped', body: signXml(buildResponse(), 'Assertion', { references: ['Response'] }) },
    { file: 'reference-to-status', cause: 'saml_signature_wrapped', body: signXml(swap(buildResponse(), '<samlp:Status>', '<samlp:Status ID="_status">'), 'Response', { references: ['Status'] }) },
    { file: 'reference-empty-in-assertion', cause: 'saml_signature_wrapped', body: swap(asserted, 'URI="#_assertion-0001"', 'URI=""') },
    { file: 'reference-by-xpointer', cause: 'saml_signature_wrapped', body: swap(asserted, 'URI="#_assertion-0001"', `URI="#xpointer(id('_assertion-0001'))"`) },
    { file: 'reference-external', cause: 'saml_signature_wrapped', body: swap(asserted, 'URI="#_assertion-0001"', 'URI="https://evil.example/assertion.xml"') },
    { file: 'reference-without-uri', cause: 'saml_signature_malformed', body: swap(asserted, ' URI="#_assertion-0001"', '') },
    {
      file: 'signature-under-subject',
      cause: 'saml_signature_misplaced',
      body: swap(bare, '<saml:Subject>', `<saml:Subject>${signature}`),
    },
    {
      file: 'signature-under-extensions',
      cause: 'saml_signature_misplaced',
      body: swap(bare, '<samlp:Status>', `<samlp:Extensions>${signature}</samlp:Extensions><samlp:Status>`),
    },
    {
      file: 'signature-of-assertion-under-response',
      cause: 'saml_signature_wrapped',
      body: swap(bare, '<samlp:Status>', `${signature}<samlp:Status>`),
    },
    {
      file: 'two-signatures-in-response',
      cause: 'saml_signature_misplaced',
      body: swap(signedResponse(), '<samlp:Status>', `${signatureOf(signedResponse())}<samlp:Status>`),
    },
    {
      file: 'two-signatures-in-assertion',
      cause: 'saml_signature_misplaced',
      body: swap(asserted, '<saml:Subject>', `${signature}<saml:Subject>`),
    },
  ]
}

/** Signatures with a part missing, doubled, foreign or with parameters it may not have. */
function misshapen(): CorpusDocument[] {
  const xml = signedResponse()
  const changes: [file: string, from: string | RegExp, to: string][] = [
    ['signed-info-missing', /<ds:SignedInfo>[\s\S]*<\/ds:SignedInfo>/, ''],
    ['signature-value-missing', /<ds:SignatureValue>[\s\S]*<\/ds:SignatureValue>/, ''],
    ['signature-value-of-other-namespace', '<ds:SignatureValue>', '<ds:SignatureValue xmlns:ds="urn:evil">'],
    ['key-info-of-other-namespace', '<ds:KeyInfo>', '<ds:KeyInfo xmlns:ds="urn:evil">'],
    ['canonicalization-missing', /<ds:CanonicalizationMethod[^>]*>/, ''],
    ['signature-method-missing', /<ds:SignatureMethod[^>]*>/, ''],
    ['signature-method-with-parameters', /<ds:SignatureMethod([^>]*)\/>/, `<ds:SignatureMethod Algorithm="${algorithm.rsaSha256}"><ds:HMACOutputLength>1</ds:HMACOutputLength></ds:SignatureMethod>`],
    ['text-in-signature', '<ds:SignedInfo>', 'text<ds:SignedInfo>'],
    ['text-in-signed-info', '<ds:SignedInfo>', '<ds:SignedInfo>text'],
    ['transforms-missing', /<ds:Transforms>[\s\S]*<\/ds:Transforms>/, ''],
    ['transforms-empty', /<ds:Transforms>[\s\S]*<\/ds:Transforms>/, '<ds:Transforms/>'],
    ['transform-of-other-namespace', '<ds:Transform ', '<x:Transform xmlns:x="urn:evil"/><ds:Transform '],
    ['transform-with-parameters', `<ds:Transform Algorithm="${algorithm.enveloped}"/>`, `<ds:Transform Algorithm="${algorithm.enveloped}"><ds:XPath>1</ds:XPath></ds:Transform>`],
    ['canonicalization-with-parameters', `<ds:Transform Algorithm="${algorithm.exclusive}"/>`, `<ds:Transform Algorithm="${algorithm.exclusive}"><ds:XPath>1</ds:XPath></ds:Transform>`],
    ['digest-method-missing', /<ds:DigestMethod[^>]*>/, ''],
    ['digest-value-missing', /<ds:DigestValue>[^<]*<\/ds:DigestValue>/, ''],
    ['digest-value-twice', /<ds:DigestValue>[^<]*<\/ds:DigestValue>/, '<ds:DigestValue>AAAA</ds:DigestValue><ds:DigestValue>AAAA</ds:DigestValue>'],
    ['digest-value-not-base64', /<ds:DigestValue>[^<]*<\/ds:DigestValue>/, '<ds:DigestValue>*</ds:DigestValue>'],
  ]
  for (const name of ['SignedInfo', 'CanonicalizationMethod', 'SignatureMethod', 'Transforms', 'DigestMethod', 'DigestValue'])
    changes.push([`${name}-of-other-namespace`, new RegExp(`<ds:${name}(?=[ >])`), `<ds:${name} xmlns:ds="urn:evil"`])
  return changes.map(([file, from, to]) => ({ file, cause: 'saml_signature_malformed', body: swap(xml, from, to) }))
}

function tampering(): CorpusDocument[] {
  const change = (from: string | RegExp, to: string) => swap(signedAssertion(), from, to)
  return [
    { file: 'name-id-changed', cause: 'saml_content_altered', body: change(nameIdText, `${victim}</saml:NameID>`) },
    { file: 'name-id-changed-in-signed-response', cause: 'saml_content_altered', body: swap(signedResponse(), nameIdText, `${victim}</saml:NameID>`) },
    { file: 'attribute-changed', cause: 'saml_content_altered', body: change('>engineering<', '>administrators<') },
    { file: 'attribute-renamed', cause: 'saml_content_altered', body: change('Name="firstName"', 'Name="roles"') },
    { file: 'attribute-added', cause: 'saml_content_altered', body: change('</saml:AttributeStatement>', `${attribute('roles', 'admin')}</saml:AttributeStatement>`) },
    { file: 'audience-changed', cause: 'saml_content_altered', body: swap(signXml(buildResponse({ audienceRestriction: audience('https://other.example') }), 'Assertion'), 'https://other.example', spEntityId) },
    { file: 'expiry-extended', cause: 'saml_content_altered', body: change(`NotOnOrAfter="${secondsLater(300)}"`, `NotOnOrAfter="${secondsLater(9000)}"`) },
    { file: 'white-space-added', cause: 'saml_content_altered', body: change('<saml:Subject>', '<saml:Subject> ') },
    { file: 'line-end-added-to-name-id', cause: 'saml_content_altered', body: change(nameIdText, 'engineer@acme.example\n</saml:NameID>') },
    { file: 'carriage-return-reference-added', cause: 'saml_content_altered', body: change(nameIdText, 'engineer@acme.example&#13;</saml:NameID>') },
    { file: 'prefix-renamed', cause: 'saml_content_altered', body: change(/<saml:NameID([^>]*)>([^<]*)<\/saml:NameID>/, '<s:NameID xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion">engineer@acme.example</s:NameID>') },
    {
      file: 'prefix-rebound',
      cause: 'saml_content_altered',
      body: change('<saml:NameID ', '<saml:NameID xmlns:saml="urn:evil" '),
    },
    { file: 'empty-element-inserted', cause: 'saml_content_altered', body: change(nameIdText, `<x/>${nameIdText}`) },
    { file: 'digest-replaced', cause: 'saml_signature_invalid', body: change(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=') },
    { file: 'digest-cut', cause: 'saml_signature_invalid', body: change(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>47DE') },
    { file: 'signature-value-of-another', cause: 'saml_signature_invalid', body: change(/<ds:SignatureValue>[^<]*/, /<ds:SignatureValue>[^<]*/.exec(signedResponse())![0]) },
    {
      file: 'name-id-split-by-element-signed',
      cause: 'saml_malformed_assertion',
      body: signXml(buildResponse({ nameId: '<saml:NameID>owner@acme.example<x xmlns="urn:x"/>.evil.example</saml:NameID>' }), 'Assertion'),
    },
  ]
}

function addressing(): CorpusDocument[] {
  const response = (changes: Parameters<typeof buildResponse>[0]) => signXml(buildResponse(changes), 'Response')
  const assertion = (changes: Parameters<typeof buildResponse>[0]) => signXml(buildResponse(changes), 'Assertion')
  const wrong = 'https://evil.example/saml'
  return [
    { file: 'wrong-issuer-of-response', cause: 'saml_wrong_issuer', body: response({ issuer: 'https://idp.other.example' }) },
    { file: 'wrong-issuer-of-assertion', cause: 'saml_wrong_assertion_issuer', body: response({ assertionIssuer: 'https://idp.other.example' }) },
    { file: 'issuer-in-other-case', cause: 'saml_wrong_issuer', body: response({ issuer: idpEntityId.toUpperCase() }) },
    { file: 'issuer-missing-in-signed-response', cause: 'saml_issuer_missing', body: signXml(swap(signXml(buildResponse(), 'Response'), `<saml:Issuer>${idpEntityId}</saml:Issuer>`, ''), 'Assertion') },
    { file: 'issuer-missing-in-assertion', cause: 'saml_issuer_missing', body: response({ assertionIssuer: null }) },
    { file: 'issuer-twice', cause: 'saml_malformed_response', body: response({ extensions: `<saml:Issuer>${idpEntityId}</saml:Issuer>` }) },
    { file: 'destination-missing-while-signed', cause: 'saml_destination_missing', body: response({ destination: null }) },
    { file: 'destination-empty-while-signed', cause: 'saml_destination_missing', body: response({ destination: '' }) },
    { file: 'destination-wrong-while-signed', cause: 'saml_wrong_destination', body: response({ destination: wrong }) },
    { file: 'destination-wrong-while-unsigned', cause: 'saml_wrong_destination', body: assertion({ destination: wrong }) },
    { file: 'destination-with-query', cause: 'saml_wrong_destination', body: response({ destination: `${acsUrl}?x=1` }) },
    { file: 'recipient-missing', cause: 'saml_recipient_missing', body: assertion({ recipient: null }) },
    { file: 'recipient-wrong', cause: 'saml_wrong_recipient', body: assertion({ recipient: wrong }) },
    { file: 'confirmation-data-missing', cause: 'saml_recipient_missing', body: assertion({ confirmation: '<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/>' }) },
    { file: 'sender-vouches', cause: 'saml_bearer_missing', body: assertion({ method: 'urn:oasis:names:tc:SAML:2.0:cm:sender-vouches' }) },
    { file: 'audience-wrong', cause: 'saml_wrong_audience', body: assertion({ audienceRestriction: audience('https://other.example') }) },
    { file: 'audience-missing', cause: 'saml_audience_missing', body: assertion({ audienceRestriction: '' }) },
    { file: 'audience-empty', cause: 'saml_wrong_audience', body: assertion({ audienceRestriction: audience() }) },
    { file: 'audience-with-suffix', cause: 'saml_wrong_audience', body: assertion({ audienceRestriction: audience(`${spEntityId}/other`) }) },
    { file: 'second-audience-restriction-wrong', cause: 'saml_wrong_audience', body: assertion({ audienceRestriction: audience(spEntityId) + audience('https://other.example') }) },
    { file: 'conditions-missing', cause: 'saml_audience_missing', body: assertion({ conditions: null }) },
    { file: 'in-response-to-wrong', cause: 'saml_wrong_in_response_to', body: response({ inResponseTo: '_other' }) },
    { file: 'in-response-to-missing', cause: 'saml_in_response_to_missing', body: response({ inResponseTo: null }) },
    { file: 'in-response-to-wrong-in-confirmation', cause: 'saml_wrong_in_response_to', body: response({ confirmationInResponseTo: '_other' }) },
    { file: 'in-response-to-missing-in-confirmation', cause: 'saml_in_response_to_missing', body: response({ confirmationInResponseTo: null }) },
    { file: 'in-response-to-rewritten-around-signed-assertion', cause: 'saml_wrong_in_response_to', body: assertion({ confirmationInResponseTo: '_stolen' }) },
    { file: 'unsolicited-with-in-response-to', cause: 'saml_unexpected_in_response_to', body: response({}), requestId: null },
    { file: 'unsolicited-with-in-response-to-in-confirmation', cause: 'saml_unexpected_in_response_to', body: response({ inResponseTo: null }), requestId: null },
    { file: 'unsolicited-where-a-request-waits', cause: 'saml_in_response_to_missing', body: response({ inResponseTo: null, confirmationInResponseTo: null }) },
  ]
}

function timing(): CorpusDocument[] {
  const response = (changes: Parameters<typeof buildResponse>[0]) => signXml(buildResponse(changes), 'Response')
  return [
    { file: 'response-stale', cause: 'saml_stale_response', body: response({ issueInstant: secondsLater(-421) }) },
    { file: 'response-from-the-future', cause: 'saml_issued_in_future', body: response({ issueInstant: secondsLater(121) }) },
    { file: 'assertion-stale', cause: 'saml_stale_assertion', body: response({ assertionIssueInstant: secondsLater(-421) }) },
    { file: 'assertion-from-the-future', cause: 'saml_issued_in_future', body: response({ assertionIssueInstant: secondsLater(121) }) },
    { file: 'assertion-expired', cause: 'saml_expired', body: response({ notOnOrAfter: secondsLater(-120) }) },
    { file: 'assertion-not-yet-valid', cause: 'saml_not_yet_valid', body: response({ notBefore: secondsLater(121) }) },
    { file: 'confirmation-expired', cause: 'saml_confirmation_expired', body: response({ confirmationNotOnOrAfter: secondsLater(-120) }) },
    { file: 'confirmation-without-end', cause: 'saml_confirmation_without_end', body: response({ confirmationNotOnOrAfter: null }) },
    { file: 'confirmation-not-yet-valid', cause: 'saml_not_yet_valid', body: response({ confirmationNotBefore: secondsLater(121) }) },
    { file: 'session-ended', cause: 'saml_session_expired', body: response({ sessionNotOnOrAfter: secondsLater(-120) }) },
    { file: 'time-with-offset', cause: 'saml_malformed_assertion', body: response({ notOnOrAfter: clock.toISOString().replace('Z', '+05:00') }) },
  ]
}

function contents(): CorpusDocument[] {
  const response = (changes: Parameters<typeof buildResponse>[0]) => signXml(buildResponse(changes), 'Response')
  const only = (...attributes: string[]) => response({ attributeStatement: attributeStatement(...attributes) })
  return [
    { file: 'no-authn-statement', cause: 'saml_no_authn', body: response({ authnStatement: 'none' }) },
    { file: 'no-subject', cause: 'saml_malformed_assertion', body: signXml(swap(buildResponse(), /<saml:Subject>[\s\S]*<\/saml:Subject>/, ''), 'Response') },
    { file: 'two-subjects', cause: 'saml_malformed_assertion', body: signXml(swap(buildResponse(), '</saml:Subject>', '</saml:Subject><saml:Subject/>'), 'Response') },
    { file: 'two-name-ids', cause: 'saml_malformed_assertion', body: response({ nameId: '<saml:NameID>a</saml:NameID><saml:NameID>b</saml:NameID>' }) },
    { file: 'two-conditions', cause: 'saml_malformed_assertion', body: signXml(swap(buildResponse(), '</saml:Conditions>', '</saml:Conditions><saml:Conditions/>'), 'Response') },
    { file: 'unknown-condition', cause: 'saml_unknown_condition', body: response({ audienceRestriction: `${audience(spEntityId)}<saml:Condition xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="x:OnlyOnMondays"/>` }) },
    { file: 'duplicate-attribute', cause: 'saml_duplicate_attribute', body: only(attribute('email', 'engineer@acme.example'), attribute('email', victim)) },
    {
      file: 'duplicate-attribute-over-two-statements',
      cause: 'saml_duplicate_attribute',
      body: response({ attributeStatement: attributeStatement(attribute('email', 'engineer@acme.example')) + attributeStatement(attribute('email', victim)) }),
    },
    { file: 'duplicate-proto-attribute', cause: 'saml_duplicate_attribute', body: only(attribute('__proto__', 'a'), attribute('__proto__', 'b')) },
    { file: 'attribute-without-name', cause: 'saml_malformed_assertion', body: only('<saml:Attribute><saml:AttributeValue>x</saml:AttributeValue></saml:Attribute>') },
    { file: 'foreign-element-among-attributes', cause: 'saml_malformed_assertion', body: only('<x xmlns="urn:x" Name="email"/>') },
    { file: 'encrypted-name-id', cause: 'saml_encrypted_identifier', body: response({ nameId: '<saml:EncryptedID/>' }) },
    { file: 'encrypted-attribute', cause: 'saml_encrypted_identifier', body: only('<saml:EncryptedAttribute/>') },
  ]
}

async function encryption(): Promise<CorpusDocument[]> {
  const signed = signedAssertion()
  const plain = buildAssertion()
  const random = true
  const gcm = await encryptAssertion(signed)
  const around = async (text: string) =>
    swap(buildResponse(), /<saml:Assertion[\s\S]*<\/saml:Assertion>/, `<saml:EncryptedAssertion>${await encryptData(text)}</saml:EncryptedAssertion>`)
  const flipLast = (xml: string) => {
    const all = [...xml.matchAll(/<xenc:CipherValue>([^<]*)/g)]
    const value = all.at(-1)![1]!
    const bytes = Buffer.from(value, 'base64')
    bytes[20] = bytes[20]! ^ 1
    return swap(xml, value, bytes.toString('base64'))
  }
  return [
    { random, file: 'encrypted-unsigned', cause: 'saml_signature_missing', body: await encryptAssertion(buildResponse()) },
    { random, file: 'encrypted-signed-by-attacker', cause: 'saml_unknown_certificate', body: await encryptAssertion(signXml(buildResponse(), 'Assertion', { key: 'attacker' })) },
    { random, file: 'encrypted-for-another-key', cause: 'saml_decryption_failed', body: await encryptAssertion(signed, { recipient: 'other-sp' }) },
    { random, file: 'encrypted-altered', cause: 'saml_decryption_failed', body: flipLast(gcm) },
    { random, file: 'encrypted-cbc-without-opt-in', cause: 'saml_legacy_encryption', body: await encryptAssertion(signed, { cipher: cipher.aes256cbc }) },
    { random, file: 'encrypted-triple-des-with-opt-in', cause: 'saml_unsupported_encryption', allowLegacyEncryption: true, body: await encryptAssertion(signed, { cipher: cipher.tripleDes }) },
    { random, file: 'encrypted-key-by-rsa-1.5', cause: 'saml_unsupported_encryption', allowLegacyEncryption: true, body: await encryptAssertion(signed, { keyTransport: cipher.rsa15 }) },
    { random, file: 'encrypted-and-plain-assertion', cause: 'saml_multiple_assertions', body: swap(gcm, '</samlp:Response>', `${plain}</samlp:Response>`) },
    { random, file: 'encrypted-twice', cause: 'saml_multiple_assertions', body: swap(gcm, '</samlp:Response>', `<saml:EncryptedAssertion/></samlp:Response>`) },
    { random, file: 'encrypted-assertion-with-assertion-inside', cause: 'saml_multiple_assertions', body: await around(signXml(swap(plain, '<saml:Conditions', `<saml:Advice>${buildAssertion({ assertionId: '_inner' })}</saml:Advice><saml:Conditions`), 'Assertion')) },
    { random, file: 'encrypted-something-else', cause: 'saml_assertion_missing', body: await around('<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">owner@acme.example</saml:NameID>') },
    { random, file: 'encrypted-doctype', cause: 'saml_doctype', body: await around(`<!DOCTYPE x>${plain}`) },
    { random, file: 'encrypted-comment', cause: 'saml_comment', body: await around(plain.replace('engineer@', 'owner<!---->engineer@')) },
    { random, file: 'encrypted-duplicate-id', cause: 'saml_duplicate_id', body: await around(signXml(buildAssertion({ assertionId: '_response-0001' }), 'Assertion')) },
    { file: 'encrypted-without-key', cause: 'saml_unsupported_encryption', body: swap(buildResponse(), /<saml:Assertion[\s\S]*<\/saml:Assertion>/, `<saml:EncryptedAssertion><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"><x:EncryptionMethod Algorithm="${cipher.aes256gcm}"/><x:CipherData><x:CipherValue>AAAA</x:CipherValue></x:CipherData></x:EncryptedData></saml:EncryptedAssertion>`) },
    { random, file: 'encrypted-key-with-two-hashes', cause: 'saml_unsupported_encryption', body: await encryptAssertion(signed, { keyDigest: 'sha256' }) },
    { random, file: 'encrypted-key-with-two-known-hashes', cause: 'saml_unsupported_encryption', body: swap(gcm, algorithm.sha1, algorithm.sha256) },
    { random, file: 'encrypted-key-with-label', cause: 'saml_unsupported_encryption', body: swap(gcm, '</e:EncryptionMethod>', '<e:OAEPparams>AAAA</e:OAEPparams></e:EncryptionMethod>') },
    { random, file: 'encrypted-not-base64', cause: 'saml_unsupported_encryption', body: swap(gcm, /<xenc:CipherValue>/, '<xenc:CipherValue>*') },
    { random, file: 'encrypted-empty', cause: 'saml_decryption_failed', body: swap(gcm, /<xenc:CipherValue>[^<]*/, '<xenc:CipherValue>') },
    { random, file: 'encrypted-cbc-altered-with-opt-in', cause: 'saml_content_altered', allowLegacyEncryption: true, body: flipLast(signXml(await encryptAssertion(buildResponse(), { cipher: cipher.aes256cbc }), 'Response')) },
    { random, file: 'encrypted-by-reference', cause: 'saml_unsupported_encryption', body: gcm.replace(/<xenc:CipherValue>[^<]*<\/xenc:CipherValue>/, '<xenc:CipherReference URI="https://evil.example/x"/>') },
    { random, file: 'encrypted-without-issuer-of-response', cause: 'saml_issuer_missing', body: await encryptAssertion(signXml(buildResponse({ issuer: null }), 'Assertion')) },
    { random, file: 'encrypted-signature-reference-empty', cause: 'saml_signature_wrapped', body: await encryptAssertion(swap(signed, 'URI="#_assertion-0001"', 'URI=""')) },
    { random, file: 'encrypted-stale-request', cause: 'saml_wrong_in_response_to', body: await encryptAssertion(signXml(buildResponse({ confirmationInResponseTo: `${requestId}x` }), 'Assertion')) },
  ]
}
