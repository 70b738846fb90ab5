import {
  acsUrl,
  algorithm,
  attribute,
  attributeStatement,
  audience,
  buildResponse,
  cipher,
  encryptAssertion,
  secondsLater,
  signXml,
  spEntityId,
} from './build-response.ts'
import type { CorpusDocument } from './make-corpus.ts'

const response = (changes: Parameters<typeof buildResponse>[0] = {}) => signXml(buildResponse(changes), 'Response')
const assertion = (changes: Parameters<typeof buildResponse>[0] = {}) => signXml(buildResponse(changes), 'Assertion')
const typed =
  ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

export async function goodDocuments(): Promise<CorpusDocument[]> {
  return [...plain(), ...attributes(), ...(await encrypted())]
}

function plain(): CorpusDocument[] {
  return [
    { file: 'response-signed', body: response() },
    { file: 'assertion-signed', body: assertion() },
    { file: 'both-signed', body: signXml(assertion(), 'Response') },
    { file: 'with-xml-declaration', body: `<?xml version="1.0" encoding="UTF-8"?>\n${response()}\n` },
    { file: 'with-byte-order-mark', body: `\ufeff${response()}`, nodeSaml: 'its parser refuses the mark' },
    { file: 'windows-line-ends', body: windowsLineEnds() },
    { file: 'other-prefixes', body: otherPrefixes() },
    { file: 'default-namespace', body: defaultNamespace() },
    {
      file: 'prefix-list',
      body: signXml(
        buildResponse({
          namespaces: typed,
          attributeStatement: attributeStatement(
            '<saml:Attribute Name="email"><saml:AttributeValue xsi:type="xs:string">engineer@acme.example</saml:AttributeValue></saml:Attribute>',
          ),
        }),
        'Assertion',
        { prefixes: ['xs', 'xsi'] },
      ),
    },
    { file: 'signed-without-key-info', body: signXml(buildResponse(), 'Response', { claim: null }) },
    { file: 'second-of-two-certificates', certificates: ['idp', 'idp-second'], body: signXml(buildResponse(), 'Response', { key: 'idp-second' }) },
    { file: 'expired-certificate', certificates: ['idp-expired'], body: signXml(buildResponse(), 'Response', { key: 'idp-expired' }) },
    { file: 'rsa-sha384', body: signXml(buildResponse(), 'Response', { signatureAlgorithm: algorithm.rsaSha384 }), nodeSaml: 'it has no RSA-SHA384' },
    { file: 'rsa-sha512', body: signXml(buildResponse(), 'Response', { signatureAlgorithm: algorithm.rsaSha512, digestAlgorithm: algorithm.sha512 }) },
    { random: true, file: 'ecdsa-sha256', certificates: ['idp-ec'], body: signXml(buildResponse(), 'Response', { key: 'idp-ec', signatureAlgorithm: algorithm.ecdsaSha256 }), nodeSaml: 'it has no ECDSA' },
    { random: true, file: 'ecdsa-sha384', certificates: ['idp-p384'], body: signXml(buildResponse(), 'Assertion', { key: 'idp-p384', signatureAlgorithm: algorithm.ecdsaSha384 }), nodeSaml: 'it has no ECDSA' },
    { file: 'exclusive-with-comments', body: signXml(buildResponse(), 'Response', { transforms: [algorithm.enveloped, `${algorithm.exclusive}WithComments`] }) },
    { file: 'empty-reference-in-response', body: signXml(buildResponse(), 'Response', { emptyReference: true }), nodeSaml: 'it accepts references by ID alone' },
    { file: 'unsolicited', requestId: null, body: response({ inResponseTo: null, confirmationInResponseTo: null }) },
    { file: 'destination-missing-while-unsigned', body: assertion({ destination: null }) },
    { file: 'issuer-missing-in-unsigned-response', body: signXml(buildResponse({ issuer: null }), 'Assertion') },
    { file: 'clock-two-minutes-ahead', body: response({ issueInstant: secondsLater(119), assertionIssueInstant: secondsLater(119), notBefore: secondsLater(119) }) },
    { file: 'clock-behind', body: response({ issueInstant: secondsLater(-418), assertionIssueInstant: secondsLater(-418), notBefore: secondsLater(-418), notOnOrAfter: secondsLater(-118), confirmationNotOnOrAfter: secondsLater(-118) }) },
    { file: 'second-confirmation-fits', body: assertion({ confirmation: confirmations() }) },
    { file: 'one-time-use-and-proxy-restriction', body: assertion({ audienceRestriction: `${audience('https://other.example', spEntityId)}<saml:OneTimeUse/><saml:ProxyRestriction Count="0"/>` }) },
    { file: 'fractions-of-seconds', body: assertion({ assertionIssueInstant: '2027-01-15T11:59:58.1234567Z' }) },
    { file: 'extensions', body: response({ extensions: '<samlp:Extensions><x xmlns="urn:x">hint</x></samlp:Extensions>' }) },
  ]
}

function attributes(): CorpusDocument[] {
  const value = (inner: string, rest = '') => `<saml:AttributeValue${rest}>${inner}</saml:AttributeValue>`
  return [
    { file: 'no-attributes', body: assertion({ attributeStatement: '' }), attributes: {} },
    { file: 'no-name-id', body: assertion({ nameId: '' }), nameId: null, nodeSaml: 'it wants a NameID' },
    { file: 'name-id-empty', body: assertion({ nameId: '<saml:NameID/>' }), nameId: null, nodeSaml: 'it gives an empty identifier' },
    { file: 'name-id-of-white-space', body: assertion({ nameId: '<saml:NameID> \n</saml:NameID>' }), nameId: null, nodeSaml: 'it gives white space as identifier' },
    {
      file: 'proto-attribute',
      body: assertion({ attributeStatement: attributeStatement(attribute('__proto__', 'polluted'), attribute('constructor', 'x'), attribute('nameID', 'owner@acme.example')) }),
      attributes: [['__proto__', ['polluted']], ['constructor', ['x']], ['nameID', ['owner@acme.example']]],
    },
    {
      file: 'typed-values',
      body: assertion({
        attributeStatement: attributeStatement(
          `<saml:Attribute Name="email" FriendlyName="mail"${typed}>${value('engineer@acme.example', ' xsi:type="xs:string"')}</saml:Attribute>`,
          `<saml:Attribute Name="level"${typed}>${value('3', ' xsi:type="xs:integer"')}${value('', ' xsi:nil="true"')}</saml:Attribute>`,
        ),
      }),
      attributes: { email: ['engineer@acme.example'], level: ['3'] },
    },
    {
      file: 'unicode',
      body: assertion({
        nameId: '<saml:NameID>müller.日本@acme.example</saml:NameID>',
        attributeStatement: attributeStatement(attribute('déjà vu', 'Ünï 𝄞 &amp; &lt;b&gt; &quot;q&quot; &#x1F511;')),
      }),
      nameId: 'müller.日本@acme.example',
      attributes: { 'déjà vu': ['Ünï 𝄞 & <b> "q" 🔑'] },
    },
    {
      file: 'white-space-in-values',
      body: assertion({ attributeStatement: attributeStatement(attribute('address', ' Main Street 1\n\tTown&#13; ', '')) }),
      attributes: { address: [' Main Street 1\n\tTown\r ', ''] },
    },
    {
      file: 'targeted-id',
      body: assertion({
        attributeStatement: attributeStatement(
          `<saml:Attribute Name="urn:oid:1.3.6.1.4.1.5923.1.1.1.10">${value('<saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">opaque-1</saml:NameID>')}</saml:Attribute>`,
        ),
      }),
      attributes: { 'urn:oid:1.3.6.1.4.1.5923.1.1.1.10': ['opaque-1'] },
    },
    {
      file: 'values-with-elements-are-left-out',
      body: assertion({
        attributeStatement: attributeStatement(
          `<saml:Attribute Name="email">${value('owner@acme.example<x xmlns="urn:x"/>.evil.example')}${value('<x xmlns="urn:x">deep</x>')}${value('plain')}</saml:Attribute>`,
        ),
      }),
      attributes: { email: ['plain'] },
    },
  ]
}

async function encrypted(): Promise<CorpusDocument[]> {
  const signed = assertion()
  const random = true
  const siblingKey = (xml: string) => {
    const key = /<e:EncryptedKey[\s\S]*<\/e:EncryptedKey>/.exec(xml)![0]
    return xml
      .replace(key, () => '<RetrievalMethod URI="#_key" Type="http://www.w3.org/2001/04/xmlenc#EncryptedKey"/>')
      .replace('</xenc:EncryptedData>', () => `</xenc:EncryptedData>${key.replace('<e:EncryptedKey', '<e:EncryptedKey Id="_key"').replaceAll('<DigestMethod', '<DigestMethod xmlns="http://www.w3.org/2000/09/xmldsig#"')}`)
  }
  const oaep11 = { keyTransport: cipher.oaep11, keyDigest: 'sha256' } as const
  const notThere = 'xml-encryption knows no RSA-OAEP of XML Encryption 1.1'
  return [
    { random, file: 'encrypted-aes256-gcm', body: await encryptAssertion(signed) },
    { random, file: 'encrypted-aes128-gcm', body: await encryptAssertion(signed, { cipher: cipher.aes128gcm }) },
    { random, file: 'encrypted-oaep-sha256', body: await encryptAssertion(signed, oaep11), nodeSaml: notThere },
    { random, file: 'encrypted-and-response-signed', body: signXml(await encryptAssertion(buildResponse()), 'Response') },
    { random, file: 'encrypted-and-both-signed', body: signXml(await encryptAssertion(signed), 'Response') },
    { random, file: 'encrypted-key-beside-the-data', body: siblingKey(await encryptAssertion(signed)), nodeSaml: 'it looks for the key inside EncryptedData' },
    { random, file: 'encrypted-namespaces-from-outside', body: (await encryptOutside()), nodeSaml: 'it parses the assertion on its own' },
    { random, file: 'encrypted-cbc-with-opt-in', allowLegacyEncryption: true, body: await encryptAssertion(signed, { cipher: cipher.aes256cbc }) },
  ]
}

/** The assertion relies on the saml prefix of the response, also inside the encryption. */
async function encryptOutside(): Promise<string> {
  const signed = signXml(buildResponse(), 'Assertion')
  const bare = signed.replace(/<saml:Assertion xmlns:saml="[^"]*"/, '<saml:Assertion')
  return encryptAssertion(bare)
}

function otherPrefixes(): string {
  const renamed = buildResponse()
    .replaceAll('samlp:', 'p:')
    .replaceAll('xmlns:samlp=', 'xmlns:p=')
    .replaceAll('saml:', 'a:')
    .replaceAll('xmlns:saml=', 'xmlns:a=')
  return signXml(renamed, 'Assertion', { prefix: 'dsig' })
}

function defaultNamespace(): string {
  const renamed = buildResponse()
    .replaceAll('samlp:', '')
    .replaceAll('xmlns:samlp=', 'xmlns=')
    .replace(/<saml:Assertion xmlns:saml=/, '<saml:Assertion xmlns=')
    .replace(/<saml:Assertion[\s\S]*<\/saml:Assertion>/, (one) => one.replaceAll('saml:', ''))
  return signXml(renamed, 'Response', { prefix: '' })
}

/** Signed with line feeds, delivered with carriage returns before them: the same document after parsing. */
function windowsLineEnds(): string {
  return signXml(buildResponse().replaceAll('><', '>\n<'), 'Assertion').replaceAll('\n', '\r\n')
}

function confirmations(): string {
  const one = (recipient: string) =>
    `<saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData InResponseTo="_request-4f1d2c3b5a69788796a5b4c3d2e1f001" NotOnOrAfter="${secondsLater(300)}" Recipient="${recipient}"/></saml:SubjectConfirmation>`
  return one('https://other.example/acs') + one(acsUrl)
}
