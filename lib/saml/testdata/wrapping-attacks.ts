import { buildAssertion, buildResponse, signXml } from './build-response.ts'
import type { CorpusDocument } from './make-corpus.ts'

// The eight classical ways to wrap a signed message (XSW 1–8), against a signed response and a signed assertion.
// In each of them the genuine signed element stays in the document unchanged, and a forged one stands where a careless
// reader looks first.

const signatureForm = /<ds:Signature [\s\S]*?<\/ds:Signature>/
const assertionForm = /<saml:Assertion[\s\S]*<\/saml:Assertion>/
const forgedNameId = '<saml:NameID>owner@acme.example</saml:NameID>'
const forgedAssertion = () => buildAssertion({ assertionId: '_forged-assertion', nameId: forgedNameId })
const forgedResponse = (extensions = '') =>
  buildResponse({
    responseId: '_forged-response',
    assertionId: '_forged-assertion',
    nameId: forgedNameId,
    extensions,
  })

export function wrappingAttacks(): CorpusDocument[] {
  return (['Response', 'Assertion'] as const).flatMap((signed) => {
    const genuine = signXml(buildResponse(), signed)
    const kind = signed.toLowerCase()
    const attacks = signed === 'Response' ? againstResponse(genuine) : againstAssertion(genuine)
    return attacks.map(([number, body, cause]) => ({ file: `xsw-${number}-${kind}-signed`, cause, body }))
  })
}

type Attack = [number: number, body: string, cause: CorpusDocument['cause'] & string]

function againstResponse(genuine: string): Attack[] {
  const signature = signatureForm.exec(genuine)![0]
  const unsigned = genuine.replace(signature, '')
  const assertion = assertionForm.exec(genuine)![0]
  const inSignature = (content: string) => signature.replace('</ds:Signature>', `${content}</ds:Signature>`)
  const forgedAround = (inner: string) => forgedAssertion().replace('<saml:Subject>', `${inner}<saml:Subject>`)
  const replaceAssertion = (by: string) => genuine.replace(assertionForm, () => by)
  return [
    [1, forgedResponse(inSignature(unsigned)), 'saml_multiple_assertions'],
    [2, forgedResponse(unsigned + signature), 'saml_multiple_assertions'],
    [3, replaceAssertion(forgedAssertion() + assertion), 'saml_multiple_assertions'],
    [4, replaceAssertion(forgedAround(assertion)), 'saml_multiple_assertions'],
    [5, replaceAssertion(forgedAround(signature) + assertion), 'saml_multiple_assertions'],
    [6, replaceAssertion(forgedAround(inSignature(assertion))), 'saml_multiple_assertions'],
    [
      7,
      replaceAssertion(`<samlp:Extensions>${assertion}</samlp:Extensions>${forgedAssertion()}`),
      'saml_multiple_assertions',
    ],
    [
      8,
      forgedResponse(inSignature(`<ds:Object>${unsigned}</ds:Object>`)),
      'saml_multiple_assertions',
    ],
  ]
}

function againstAssertion(genuine: string): Attack[] {
  const signature = signatureForm.exec(genuine)![0]
  const assertion = assertionForm.exec(genuine)![0]
  const unsigned = assertion.replace(signature, '')
  const inSignature = (content: string) => signature.replace('</ds:Signature>', `${content}</ds:Signature>`)
  const forgedAround = (inner: string) => forgedAssertion().replace('<saml:Subject>', `${inner}<saml:Subject>`)
  const replaceAssertion = (by: string) => genuine.replace(assertionForm, () => by)
  return [
    [1, forgedResponse(inSignature(genuine.replace(signature, ''))), 'saml_multiple_assertions'],
    [2, forgedResponse(`<samlp:Extensions>${genuine}</samlp:Extensions>`), 'saml_multiple_assertions'],
    [3, replaceAssertion(forgedAssertion() + assertion), 'saml_multiple_assertions'],
    [4, replaceAssertion(forgedAround(assertion)), 'saml_multiple_assertions'],
    [5, replaceAssertion(forgedAround(signature) + unsigned), 'saml_multiple_assertions'],
    [6, replaceAssertion(forgedAround(inSignature(unsigned))), 'saml_multiple_assertions'],
    [
      7,
      replaceAssertion(`<samlp:Extensions>${forgedAssertion()}</samlp:Extensions>${assertion}`),
      'saml_multiple_assertions',
    ],
    [
      8,
      replaceAssertion(forgedAround(inSignature(`<ds:Object>${unsigned}</ds:Object>`))),
      'saml_multiple_assertions',
    ],
  ]
}
