import { deflateRawSync } from 'node:zlib'
import {
  buildLogoutRequest,
  buildLogoutResponse,
  logoutUrl,
  type LogoutParts,
  type QueryChoices,
  signQuery,
  signRequest,
  signResponse,
} from './build-logout.ts'
import { algorithm, buildResponse, cipher, encryptData, secondsLater, signXml, statusOf } from './build-response.ts'
import { swap } from './hostile-documents.ts'
import type { LogoutDocument } from './make-logout-corpus.ts'

const request = (changes: Partial<LogoutParts> = {}) => signRequest(buildLogoutRequest(changes))
const response = (changes: Partial<LogoutParts> = {}) => signResponse(buildLogoutResponse(changes))
const query = (changes: Partial<LogoutParts> = {}, choices: QueryChoices = {}) =>
  signQuery(buildLogoutRequest(changes), choices)
const answerQuery = (changes: Partial<LogoutParts> = {}, choices: QueryChoices = {}) =>
  signQuery(buildLogoutResponse(changes), { field: 'SAMLResponse', ...choices })

const name = 'LogoutRequest' as const
const answer = 'LogoutResponse' as const
const redirect = 'redirect' as const
const post = 'post' as const
const victim = 'owner@acme.example'

const encryptedId = async (text: string, choices: Parameters<typeof encryptData>[1] = {}) =>
  `<saml:EncryptedID>${await encryptData(text, choices)}</saml:EncryptedID>`
const plainNameId = '<saml:NameID xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion">engineer@acme.example</saml:NameID>'

export async function logoutDocuments(): Promise<LogoutDocument[]> {
  return [
    ...goodRequests(),
    ...goodResponses(),
    ...(await encryptedNames()),
    ...parameters(),
    ...gate(),
    ...envelope(),
    ...signatures(),
    ...wrapping(),
    ...addressing(),
    ...statuses(),
  ]
}

function goodRequests(): LogoutDocument[] {
  const lower = (value: string) =>
    encodeURIComponent(value).replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase())
  const several = '<samlp:SessionIndex>_s1</samlp:SessionIndex><samlp:SessionIndex>_s2</samlp:SessionIndex>'
  return [
    { name, binding: post, file: 'request-by-post', body: request() },
    { name, binding: redirect, file: 'request-by-redirect', body: query() },
    { name, binding: redirect, file: 'request-without-relay-state', body: query({}, { relayState: null }), relayState: '' },
    { name, binding: redirect, file: 'request-with-empty-relay-state', body: query({}, { relayState: '' }), relayState: '' },
    { name, binding: redirect, file: 'request-in-lower-case-escapes', body: query({}, { encode: lower }) },
    { name, binding: redirect, file: 'request-with-blanks-as-plus', body: query({}, { relayState: 'a b+c', encode: (value) => encodeURIComponent(value).replaceAll('%20', '+') }), relayState: 'a b+c' },
    { name, binding: redirect, file: 'request-with-parameters-in-another-order', body: query().split('&').reverse().join('&') },
    { name, binding: redirect, file: 'request-with-a-parameter-of-the-idp', body: `tenant=globex&${query()}&tenant=initech` },
    { name, binding: redirect, file: 'request-with-encoding-named', body: `${query()}&SAMLEncoding=${encodeURIComponent('urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE')}` },
    { name, binding: redirect, file: 'request-rsa-sha512', body: query({}, { signatureAlgorithm: algorithm.rsaSha512, hash: 'sha512' }) },
    { name, binding: redirect, file: 'request-ecdsa-sha256', random: true, certificates: ['idp-ec'], body: query({}, { key: 'idp-ec', signatureAlgorithm: algorithm.ecdsaSha256 }) },
    { name, binding: redirect, file: 'request-of-second-certificate', certificates: ['idp', 'idp-second'], body: query({}, { key: 'idp-second' }) },
    { name, binding: post, file: 'request-of-expired-certificate', certificates: ['idp-expired'], body: signRequest(buildLogoutRequest(), { key: 'idp-expired' }) },
    { name, binding: post, file: 'request-for-all-sessions', body: request({ sessionIndexes: '' }), sessionIndexes: [] },
    { name, binding: post, file: 'request-for-several-sessions', body: request({ sessionIndexes: several }), sessionIndexes: ['_s1', '_s2'] },
    { name, binding: post, file: 'request-with-end', body: request({ notOnOrAfter: secondsLater(60) }) },
    { name, binding: post, file: 'request-with-extensions', body: request({ extensions: '<samlp:Extensions><aslo:Asynchronous xmlns:aslo="urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo"/></samlp:Extensions>' }) },
    { name, binding: post, file: 'request-to-the-address-of-the-connection', body: request({ destination: `${logoutUrl}/clientid0000000000000` }) },
    { name, binding: post, file: 'request-for-a-name-with-blanks', body: request({ nameId: '<saml:NameID> engineer@acme.example </saml:NameID>' }), nameId: ' engineer@acme.example ' },
  ]
}

function goodResponses(): LogoutDocument[] {
  return [
    { name: answer, binding: post, file: 'response-by-post', body: response() },
    { name: answer, binding: redirect, file: 'response-by-redirect', body: answerQuery() },
    { name: answer, binding: redirect, file: 'response-partial', body: answerQuery({ status: statusOf('Responder', 'PartialLogout') }), status: 'PartialLogout' },
    { name: answer, binding: post, file: 'response-partial-success', body: response({ status: statusOf('Success', 'PartialLogout') }), status: 'PartialLogout' },
  ]
}

async function encryptedNames(): Promise<LogoutDocument[]> {
  const random = true
  const by = async (text: string, choices?: Parameters<typeof encryptData>[1]) =>
    request({ nameId: await encryptedId(text, choices) })
  return [
    { random, name, binding: post, file: 'request-with-encrypted-name', body: await by(plainNameId) },
    { random, name, binding: redirect, file: 'request-with-encrypted-name-by-redirect', body: query({ nameId: await encryptedId(plainNameId) }) },
    { random, name, binding: post, file: 'encrypted-for-another-key', cause: 'saml_decryption_failed', body: await by(plainNameId, { recipient: 'other-sp' }) },
    { random, name, binding: post, file: 'encrypted-by-cbc', cause: 'saml_legacy_encryption', body: await by(plainNameId, { cipher: cipher.aes256cbc }) },
    { random, name, binding: post, file: 'encrypted-by-triple-des', cause: 'saml_unsupported_encryption', body: await by(plainNameId, { cipher: cipher.tripleDes }) },
    { random, name, binding: post, file: 'encrypted-something-else', cause: 'saml_malformed_logout', body: await by('<x/>') },
    { random, name, binding: post, file: 'encrypted-comment', cause: 'saml_comment', body: await by(plainNameId.replace('acme', '<!-- -->acme')) },
    { random, name, binding: post, file: 'encrypted-unsigned', cause: 'saml_signature_missing', body: buildLogoutRequest({ nameId: await encryptedId(plainNameId) }) },
    { random, name, binding: post, file: 'encrypted-and-plain-name', cause: 'saml_malformed_logout', body: request({ nameId: `<saml:NameID>${victim}</saml:NameID>${await encryptedId(plainNameId)}` }) },
  ]
}

/** The query of a redirect: what a second parser could read in another way than the one that checks the signature. */
function parameters(): LogoutDocument[] {
  const signed = query()
  const message = /SAMLRequest=[^&]*/.exec(signed)![0]
  const forged = signQuery(buildLogoutRequest({ nameId: `<saml:NameID>${victim}</saml:NameID>` }), { key: 'attacker' })
  const forgedMessage = /SAMLRequest=[^&]*/.exec(forged)![0]
  const cause = 'saml_logout_parameters'
  return [
    { name, binding: redirect, file: 'second-message-behind', cause, body: `${signed}&${forgedMessage}` },
    { name, binding: redirect, file: 'second-message-in-front', cause, body: `${forgedMessage}&${signed}` },
    { name, binding: redirect, file: 'second-message-in-escapes', cause, body: `${signed}&${forgedMessage.replace('SAMLRequest', 'SAMLReque%73t')}` },
    { name, binding: redirect, file: 'second-relay-state', cause, body: `${signed}&RelayState=relay-2` },
    { name, binding: redirect, file: 'second-signature', cause, body: `${signed}&Signature=AAAA` },
    { name, binding: redirect, file: 'second-algorithm', cause, body: `SigAlg=${encodeURIComponent(algorithm.rsaSha1)}&${signed}` },
    { name, binding: redirect, file: 'request-and-response', cause, body: `${signed}&SAMLResponse=${message.slice('SAMLRequest='.length)}` },
    { name, binding: redirect, file: 'other-encoding', cause, body: `${signed}&SAMLEncoding=urn:x` },
    { name, binding: redirect, file: 'broken-escape', cause, body: signed.replace('RelayState=relay-1', 'RelayState=%zz') },
    { name, binding: redirect, file: 'signature-not-base64', cause, body: swap(signed, /Signature=.*/, 'Signature=%21%21') },
    { name, binding: redirect, file: 'nothing', cause, body: '' },
    { name, binding: redirect, file: 'other-parameters-only', cause, body: 'RelayState=relay-1&SigAlg=x&Signature=AAAA' },
    { name, binding: redirect, file: 'response-in-place-of-request', cause: 'saml_not_a_logout_message', body: answerQuery() },
    { name: answer, binding: redirect, file: 'request-in-place-of-response', cause: 'saml_not_a_logout_message', body: query() },
  ]
}

function gate(): LogoutDocument[] {
  const flood = '<samlp:SessionIndex>_s</samlp:SessionIndex>'.repeat(3000)
  const deep = `${'<x>'.repeat(45)}${'</x>'.repeat(45)}`
  const by = (message: string) => query({}, { message })
  const bomb = deflateRawSync(Buffer.alloc(50_000_000, 0x20)).toString('base64')
  const broken = (change: (xml: string) => string) => change(request())
  return [
    { name, binding: redirect, file: 'deflate-bomb', cause: 'saml_too_large', body: by(bomb) },
    { name, binding: redirect, file: 'not-deflated', cause: 'saml_not_deflated', body: by(Buffer.from(buildLogoutRequest()).toString('base64')) },
    { name, binding: redirect, file: 'not-base64', cause: 'saml_not_base64', body: by('%%%%') },
    { name, binding: redirect, file: 'empty-message', cause: 'saml_not_base64', body: by('') },
    { name, binding: redirect, file: 'not-utf-8', cause: 'saml_not_utf8', body: by(deflateRawSync(Buffer.from([0x3c, 0xff, 0xfe])).toString('base64')) },
    { name, binding: post, file: 'doctype', cause: 'saml_doctype', body: broken((xml) => `<!DOCTYPE x>${xml}`) },
    { name, binding: post, file: 'comment-in-name', cause: 'saml_comment', body: broken((xml) => swap(xml, 'engineer@acme', 'owner@acme<!---->')) },
    { name, binding: post, file: 'cdata', cause: 'saml_cdata', body: broken((xml) => swap(xml, 'engineer@acme.example', `<![CDATA[${victim}]]>`)) },
    { name, binding: post, file: 'processing-instruction', cause: 'saml_processing_instruction', body: broken((xml) => `<?xml-stylesheet href="x"?>${xml}`) },
    { name, binding: post, file: 'element-flood', cause: 'saml_too_many_elements', body: buildLogoutRequest({ sessionIndexes: flood }) },
    { name, binding: post, file: 'nested-too-deep', cause: 'saml_too_deep', body: buildLogoutRequest({ extensions: `<samlp:Extensions>${deep}</samlp:Extensions>` }) },
    { name, binding: post, file: 'undefined-entity', cause: 'saml_unknown_entity', body: broken((xml) => swap(xml, 'engineer@acme', '&owner;@acme')) },
    { name, binding: post, file: 'attribute-twice', cause: 'saml_duplicate_xml_attribute', body: broken((xml) => swap(xml, ' Version="2.0"', ' Version="2.0" Version="2.0"')) },
    { name, binding: post, file: 'unbound-prefix', cause: 'saml_unbound_prefix', body: broken((xml) => swap(xml, /samlp:SessionIndex/g, 'other:SessionIndex')) },
    { name, binding: post, file: 'not-xml', cause: 'saml_malformed_xml', body: 'no XML' },
  ]
}

function envelope(): LogoutDocument[] {
  const cause = 'saml_malformed_logout'
  const childOf = (xml: string, child: string) => swap(xml, '</samlp:LogoutRequest>', `${child}</samlp:LogoutRequest>`)
  return [
    { name, binding: post, file: 'login-response', cause: 'saml_not_a_logout_message', body: signXml(buildResponse(), 'Response') },
    { name, binding: post, file: 'request-of-other-namespace', cause: 'saml_not_a_logout_message', body: swap(request(), 'urn:oasis:names:tc:SAML:2.0:protocol', 'urn:x') },
    { name, binding: post, file: 'response-as-request', cause: 'saml_not_a_logout_message', body: response() },
    { name, binding: post, file: 'version-1.1', cause: 'saml_wrong_version', body: request({ version: '1.1' }) },
    { name, binding: post, file: 'id-twice', cause: 'saml_duplicate_id', body: signRequest(buildLogoutRequest({ extensions: '<samlp:Extensions><x ID="_logout-0001"/></samlp:Extensions>' })) },
    { name, binding: post, file: 'without-id', cause, body: swap(buildLogoutRequest(), ' ID="_logout-0001"', '') },
    { name, binding: post, file: 'without-time', cause, body: swap(buildLogoutRequest(), / IssueInstant="[^"]*"/, '') },
    { name, binding: redirect, file: 'time-that-is-none', cause, body: query({ issueInstant: '2027-02-30T00:00:00Z' }) },
    { name, binding: redirect, file: 'unknown-child', cause, body: signQuery(childOf(buildLogoutRequest(), '<saml:BaseID/>')) },
    { name, binding: redirect, file: 'request-within-a-request', cause, body: signQuery(childOf(buildLogoutRequest(), buildLogoutRequest({ id: '_logout-0002' }))) },
    { name, binding: redirect, file: 'text-in-message', cause, body: signQuery(childOf(buildLogoutRequest(), 'text')) },
    { name, binding: redirect, file: 'two-names', cause, body: query({ nameId: `<saml:NameID>${victim}</saml:NameID><saml:NameID>engineer@acme.example</saml:NameID>` }) },
    { name, binding: redirect, file: 'name-split-by-element', cause, body: query({ nameId: '<saml:NameID>owner@acme.example<x/>.evil.example</saml:NameID>' }) },
    { name, binding: redirect, file: 'no-name', cause: 'saml_name_id_missing', body: query({ nameId: '' }) },
    { name, binding: redirect, file: 'empty-name', cause: 'saml_name_id_missing', body: query({ nameId: '<saml:NameID> </saml:NameID>' }) },
    { name, binding: redirect, file: 'issuer-missing', cause: 'saml_issuer_missing', body: query({ issuer: null }) },
    { name, binding: redirect, file: 'issuer-wrong', cause: 'saml_wrong_issuer', body: query({ issuer: 'https://idp.globex.example/entity' }) },
    { name, binding: redirect, file: 'issuer-twice', cause, body: query({ extensions: '<saml:Issuer>https://idp.globex.example/entity</saml:Issuer>' }) },
    { name: answer, binding: redirect, file: 'response-with-two-statuses', cause, body: answerQuery({ status: statusOf('Success') + statusOf('Responder') }) },
    { name: answer, binding: redirect, file: 'response-without-status', cause, body: answerQuery({ status: '' }) },
  ]
}

function signatures(): LogoutDocument[] {
  const missing = 'saml_signature_missing'
  const invalid = 'saml_signature_invalid'
  const signed = query()
  const withoutSignature = swap(signed, /&SigAlg=.*/, '')
  const swapped = (from: string | RegExp, to: string) => swap(signed, from, to)
  const posted = request()
  return [
    { name, binding: redirect, file: 'signature-stripped-from-query', cause: missing, body: withoutSignature },
    { name, binding: redirect, file: 'signature-empty-in-query', cause: missing, body: swapped(/&Signature=.*/, '&Signature=') },
    { name, binding: redirect, file: 'signature-without-algorithm', cause: missing, body: swapped(/SigAlg=[^&]*&/, '') },
    { name, binding: redirect, file: 'algorithm-without-signature', cause: missing, body: swapped(/&Signature=.*/, '') },
    { name: answer, binding: redirect, file: 'signature-stripped-from-response-query', cause: missing, body: swap(answerQuery(), /&SigAlg=.*/, '') },
    { name, binding: post, file: 'signature-stripped-from-post', cause: missing, body: buildLogoutRequest() },
    { name: answer, binding: post, file: 'signature-stripped-from-response', cause: missing, body: buildLogoutResponse() },
    { name, binding: redirect, file: 'signature-inside-instead-of-query', cause: 'saml_signature_misplaced', body: swap(signQuery(posted), /&SigAlg=.*/, '') },
    { name, binding: redirect, file: 'signature-inside-beside-query', cause: 'saml_signature_misplaced', body: signQuery(posted) },
    { name, binding: redirect, file: 'signed-by-attacker', cause: invalid, body: query({}, { key: 'attacker' }) },
    { name, binding: redirect, file: 'relay-state-exchanged', cause: invalid, body: swapped('RelayState=relay-1', 'RelayState=relay-2') },
    { name, binding: redirect, file: 'relay-state-removed', cause: invalid, body: swapped('RelayState=relay-1&', '') },
    { name, binding: redirect, file: 'relay-state-added', cause: invalid, body: swap(query({}, { relayState: null }), '&SigAlg', '&RelayState=relay-1&SigAlg') },
    { name, binding: redirect, file: 'message-encoded-anew', cause: invalid, body: swapped(/SAMLRequest=[^&]*/, `SAMLRequest=${encodeURIComponent(deflateRawSync(Buffer.from(buildLogoutRequest()), { level: 1 }).toString('base64'))}`) },
    { name, binding: redirect, file: 'escapes-written-anew', cause: invalid, body: swapped('RelayState=relay-1', 'RelayState=%72elay-1') },
    { name, binding: redirect, file: 'name-exchanged', cause: invalid, body: swapped(/SAMLRequest=[^&]*/, /SAMLRequest=[^&]*/.exec(query({ nameId: `<saml:NameID>${victim}</saml:NameID>` }))![0]) },
    { name, binding: redirect, file: 'signature-of-a-response', cause: invalid, body: swapped(/&Signature=.*/, `&${/Signature=.*/.exec(answerQuery())![0]}`) },
    { name, binding: redirect, file: 'rsa-sha1-in-query', cause: 'saml_weak_algorithm', body: query({}, { signatureAlgorithm: algorithm.rsaSha1, hash: 'sha1' }) },
    { name, binding: redirect, file: 'hmac-in-query', cause: 'saml_forbidden_algorithm', body: query({}, { signatureAlgorithm: algorithm.hmacSha1 }) },
    { name, binding: redirect, file: 'algorithm-exchanged', cause: invalid, body: swapped(encodeURIComponent(algorithm.rsaSha256), encodeURIComponent(algorithm.rsaSha512)) },
    { name, binding: redirect, file: 'no-certificates-known', certificates: [], cause: 'saml_idp_certificate_missing', body: signed },
    { name, binding: redirect, file: 'unreadable-certificate-known', certificates: ['unreadable'], cause: 'saml_idp_certificate_unreadable', body: signed },
    { name, binding: post, file: 'signed-by-unknown-certificate', cause: 'saml_unknown_certificate', body: signRequest(buildLogoutRequest(), { key: 'attacker' }) },
    { name, binding: post, file: 'signed-by-attacker-without-key-info', cause: invalid, body: signRequest(buildLogoutRequest(), { key: 'attacker', claim: null }) },
    { name, binding: post, file: 'name-changed', cause: 'saml_content_altered', body: swap(posted, 'engineer@acme.example', victim) },
    { name, binding: post, file: 'session-index-removed', cause: 'saml_content_altered', body: swap(posted, '<samlp:SessionIndex>_session-1</samlp:SessionIndex>', '') },
    { name, binding: post, file: 'rsa-sha1', cause: 'saml_weak_algorithm', body: signRequest(buildLogoutRequest(), { signatureAlgorithm: algorithm.rsaSha1 }) },
    { name, binding: post, file: 'inclusive-canonicalization', cause: 'saml_forbidden_canonicalization', body: signRequest(buildLogoutRequest(), { canonicalization: algorithm.inclusive }) },
    { name, binding: post, file: 'transform-other', cause: 'saml_forbidden_transform', body: swap(posted, `Algorithm="${algorithm.enveloped}"`, 'Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"') },
    { name, binding: post, file: 'two-references', cause: 'saml_signature_malformed', body: signRequest(buildLogoutRequest(), { references: ['LogoutRequest', 'Issuer'] }) },
  ]
}

/** The genuine signed message stays in the document, and a forged one stands around it. */
function wrapping(): LogoutDocument[] {
  const genuine = request()
  const signature = /<ds:Signature [\s\S]*?<\/ds:Signature>/.exec(genuine)![0]
  const forged = (extensions: string) =>
    buildLogoutRequest({ id: '_logout-forged', nameId: `<saml:NameID>${victim}</saml:NameID>`, extensions })
  const inside = (content: string) => `<samlp:Extensions>${content}</samlp:Extensions>`
  return [
    { name, binding: post, file: 'genuine-in-extensions', cause: 'saml_signature_misplaced', body: forged(inside(genuine)) },
    { name, binding: post, file: 'genuine-in-extensions-signature-in-front', cause: 'saml_signature_wrapped', body: forged(`${signature}${inside(genuine.replace(signature, ''))}`) },
    { name, binding: post, file: 'genuine-in-signature', cause: 'saml_signature_malformed', body: forged(signature.replace('</ds:Signature>', () => `<ds:Object>${genuine.replace(signature, '')}</ds:Object></ds:Signature>`)) },
    { name, binding: post, file: 'genuine-behind', cause: 'saml_malformed_logout', body: swap(forged(''), '</samlp:LogoutRequest>', `${genuine}</samlp:LogoutRequest>`) },
    { name, binding: post, file: 'two-signatures', cause: 'saml_signature_misplaced', body: swap(genuine, signature, signature + signature) },
    { name, binding: post, file: 'two-roots', cause: 'saml_malformed_xml', body: genuine + forged('') },
  ]
}

function addressing(): LogoutDocument[] {
  return [
    { name, binding: redirect, file: 'destination-missing', cause: 'saml_destination_missing', body: query({ destination: null }) },
    { name, binding: redirect, file: 'destination-of-another', cause: 'saml_wrong_destination', body: query({ destination: 'https://sso.other.example/api/logout/callback' }) },
    { name, binding: redirect, file: 'destination-in-other-case', cause: 'saml_wrong_destination', body: query({ destination: logoutUrl.replace('logout', 'Logout') }) },
    { name, binding: redirect, file: 'from-the-future', cause: 'saml_issued_in_future', body: query({ issueInstant: secondsLater(125) }) },
    { name, binding: redirect, file: 'stale', cause: 'saml_stale_response', body: query({ issueInstant: secondsLater(-425) }) },
    { name, binding: redirect, file: 'over', cause: 'saml_expired', body: query({ notOnOrAfter: secondsLater(-125) }) },
    { name: answer, binding: redirect, file: 'response-stale', cause: 'saml_stale_response', body: answerQuery({ issueInstant: secondsLater(-425) }) },
    { name: answer, binding: redirect, file: 'response-to-nothing', cause: 'saml_in_response_to_missing', body: answerQuery({ inResponseTo: null }) },
    { name: answer, binding: redirect, file: 'response-to-another-request', cause: 'saml_wrong_in_response_to', body: answerQuery({ inResponseTo: '_logout-of-somebody-else' }) },
    { name: answer, binding: redirect, file: 'response-of-another', cause: 'saml_wrong_issuer', body: answerQuery({ issuer: 'https://idp.globex.example/entity' }) },
  ]
}

function statuses(): LogoutDocument[] {
  const cause = 'saml_logout_failed'
  return [
    { name: answer, binding: redirect, file: 'response-failed', cause, body: answerQuery({ status: statusOf('Responder', undefined, 'The session is unknown') }) },
    { name: answer, binding: post, file: 'response-denied', cause, body: response({ status: statusOf('Requester', 'RequestDenied') }) },
    { name: answer, binding: post, file: 'response-with-success-below', cause, body: response({ status: statusOf('Responder', 'Success') }) },
  ]
}
