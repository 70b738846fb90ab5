import { createHash, createPublicKey } from 'node:crypto'
import { secondsAfter } from '#lib/base/clock.ts'
import { status } from './namespaces.ts'
import { people } from './people.ts'
import {
  type AssertionPlan,
  mintXmlId,
  type PlanInput,
  persistentNameId,
  planAssertion,
  type ResponsePlan,
} from './response-plan.ts'

/** The ways in which a response can be made wrong on purpose. */
export type Fault =
  | 'unsigned'
  | 'altered'
  | 'unknown-cert'
  | 'expired-cert'
  | 'sha1'
  | 'wrong-issuer'
  | 'wrong-audience'
  | 'no-audience'
  | 'wrong-destination'
  | 'wrong-recipient'
  | 'wrong-in-response-to'
  | 'replay'
  | 'skew+600'
  | 'skew-600'
  | 'no-email'
  | 'no-nameid'
  | 'duplicate-attribute'
  | 'no-authn'
  | 'status-denied'
  | 'two-assertions'
  | 'comment-in-nameid'
  | 'doctype'
  | 'encrypted-wrong-key'
  | 'encrypted-cbc'

export type FaultDescription = {
  /** A few words for a list. */
  title: string
  /** The cause code the trace must show; null when the answer is good and passes its checks. */
  expectedCause: string | null
  /** What is done and what comes of it. */
  sentence: string
}

/** What each fault does to a good response. A new fault is a name above and an entry here. */
export const faults: Record<
  Fault,
  FaultDescription & { spoil: (plan: ResponsePlan, input: PlanInput) => ResponsePlan }
> = {
  unsigned: {
    title: 'Not signed',
    expectedCause: 'saml_signature_missing',
    sentence: 'Nothing is signed. Anyone could have written this response, so it is refused.',
    spoil: (plan) => ({ ...plan, signing: 'none' }),
  },
  altered: {
    title: 'Altered after signing',
    expectedCause: 'saml_content_altered',
    sentence: 'The NameID is changed after the signature was made, so the signature no longer fits.',
    spoil: (plan) => ({
      ...plan,
      // The signature of a response cannot see a change made inside the encryption.
      signing: plan.encryption && plan.signing === 'response' ? 'both' : plan.signing,
      tamper: (xml) => xml.replace('</saml:NameID>', '.altered</saml:NameID>'),
    }),
  },
  'unknown-cert': {
    title: 'Signed with an unknown certificate',
    expectedCause: 'saml_unknown_certificate',
    sentence:
      'The signature is sound, but its certificate is in no metadata: a stranger, or a forgotten rotation.',
    spoil: (plan, { idp }) => ({
      ...plan,
      signer: { key: idp.otherKey, certificate: idp.otherCertificate },
    }),
  },
  'expired-cert': {
    title: 'Signed with an expired certificate',
    expectedCause: 'saml_unknown_certificate',
    sentence:
      'Signed with a certificate that expired. The usual metadata does not name it, so it is unknown; a connection made from metadata?certificate=expired accepts it and notes the date.',
    spoil: (plan, { idp }) => ({
      ...plan,
      signer: { key: idp.expiredKey, certificate: idp.expiredCertificate },
    }),
  },
  sha1: {
    title: 'Signed with SHA-1',
    expectedCause: 'saml_weak_algorithm',
    sentence: 'Digest and signature use SHA-1, which can be forged and is refused.',
    spoil: (plan) => ({ ...plan, hash: 'sha1' }),
  },
  'wrong-issuer': {
    title: 'From another issuer',
    expectedCause: 'saml_wrong_issuer',
    sentence: 'The response names an identity provider that is not the one of the connection.',
    spoil: (plan, { idp }) => ({ ...plan, issuer: `${idp.baseUrl}/another-issuer` }),
  },
  'wrong-audience': {
    title: 'For another audience',
    expectedCause: 'saml_wrong_audience',
    sentence: 'The assertion was made for a different application.',
    spoil: (plan, { idp }) => spoilAssertions(plan, { audience: `${idp.baseUrl}/another-application` }),
  },
  'no-audience': {
    title: 'For no audience',
    expectedCause: 'saml_audience_missing',
    sentence: 'The assertion does not say which application it is for.',
    spoil: (plan) => spoilAssertions(plan, { audience: null }),
  },
  'wrong-destination': {
    title: 'Wrong destination',
    expectedCause: 'saml_wrong_destination',
    sentence: 'The response says it was sent to a different address than the one it arrives at.',
    spoil: (plan, { idp }) => ({ ...plan, destination: `${idp.baseUrl}/another-address` }),
  },
  'wrong-recipient': {
    title: 'Wrong recipient',
    expectedCause: 'saml_wrong_recipient',
    sentence: 'The assertion may only be delivered to a different address.',
    spoil: (plan, { idp }) => spoilAssertions(plan, { recipient: `${idp.baseUrl}/another-address` }),
  },
  'wrong-in-response-to': {
    title: 'Answers another request',
    expectedCause: 'saml_wrong_in_response_to',
    sentence: 'InResponseTo names a request that was never sent.',
    spoil: (plan, { random }) => ({ ...plan, inResponseTo: mintXmlId(random) }),
  },
  replay: {
    title: 'Replayed',
    expectedCause: 'saml_replayed',
    sentence:
      'Every response with this fault has the same assertion ID. The first sign-in passes, the next one within its lifetime is refused as a replay.',
    spoil: (plan, { idp }) => spoilAssertions(plan, { id: replayedId(idp.entityId) }),
  },
  'skew+600': {
    title: 'Clock ten minutes ahead',
    expectedCause: 'saml_issued_in_future',
    sentence: 'All times lie ten minutes in the future, as from a server whose clock is wrong.',
    spoil: (plan) => ({ ...plan, issuedAt: secondsAfter(plan.issuedAt, 600) }),
  },
  'skew-600': {
    title: 'Clock ten minutes behind',
    expectedCause: 'saml_stale_response',
    sentence: 'All times lie ten minutes in the past: the response is stale before it arrives.',
    spoil: (plan) => ({ ...plan, issuedAt: secondsAfter(plan.issuedAt, -600) }),
  },
  'no-email': {
    title: 'No email address',
    expectedCause: null,
    sentence:
      'Neither an attribute nor the NameID holds an email address. This is valid SAML; whether the sign-in succeeds is up to the connection.',
    spoil: (plan, { person }) => ({
      ...plan,
      assertions: plan.assertions.map((assertion) => ({
        ...assertion,
        nameId: persistentNameId(person),
        attributes: assertion.attributes.filter(({ name }) => name !== 'email'),
      })),
    }),
  },
  'no-nameid': {
    title: 'No NameID',
    expectedCause: null,
    sentence:
      'The subject has no NameID and there is no id attribute, so the email address is all there is to know the person by.',
    spoil: (plan) => ({
      ...plan,
      assertions: plan.assertions.map((assertion) => ({
        ...assertion,
        nameId: null,
        attributes: assertion.attributes.filter(({ name }) => name !== 'id'),
      })),
    }),
  },
  'duplicate-attribute': {
    title: 'An attribute twice',
    expectedCause: 'saml_duplicate_attribute',
    sentence: 'The attribute email comes twice with different values, and nothing says which one counts.',
    spoil: (plan, { idp }) => ({
      ...plan,
      assertions: plan.assertions.map((assertion) => ({
        ...assertion,
        attributes: [
          ...assertion.attributes.filter(({ name }) => name !== 'email'),
          ...people(idp.tenant)
            .slice(0, 2)
            .map(({ email }) => ({ name: 'email', values: [email] })),
        ],
      })),
    }),
  },
  'no-authn': {
    title: 'No sign-in reported',
    expectedCause: 'saml_no_authn',
    sentence: 'The assertion has no AuthnStatement: it talks about a person, but not of a sign-in.',
    spoil: (plan) => spoilAssertions(plan, { hasAuthnStatement: false }),
  },
  'status-denied': {
    title: 'Sign-in denied',
    expectedCause: 'saml_status_request_denied',
    sentence: 'The identity provider says no: status RequestDenied, and no assertion.',
    spoil: (plan) => ({
      ...plan,
      assertions: [],
      signing: 'response',
      status: {
        code: status.responder,
        second: status.requestDenied,
        message: 'This person is not assigned to the application.',
      },
    }),
  },
  'two-assertions': {
    title: 'Two assertions',
    expectedCause: 'saml_multiple_assertions',
    sentence: 'A second assertion about somebody else is added, signed like the first one.',
    spoil: (plan, input) => ({
      ...plan,
      assertions: [
        ...plan.assertions,
        planAssertion({ ...input, person: somebodyElse(input), attributes: {} }),
      ],
    }),
  },
  'comment-in-nameid': {
    title: 'A comment in the NameID',
    expectedCause: 'saml_comment',
    sentence:
      'A comment splits the NameID. Signatures do not cover comments, so careless readers see a different person.',
    spoil: (plan) => ({
      ...plan,
      assertions: plan.assertions.map((assertion) => ({
        ...assertion,
        nameId: assertion.nameId && {
          ...assertion.nameId,
          value: `${assertion.nameId.value}.attacker.example`,
        },
      })),
      tamper: (xml) =>
        xml.replace('.attacker.example</saml:NameID>', '<!---->.attacker.example</saml:NameID>'),
    }),
  },
  doctype: {
    title: 'A document type declaration',
    expectedCause: 'saml_doctype',
    sentence: 'The message begins with a DOCTYPE, through which entities could be smuggled in.',
    spoil: (plan) => ({ ...plan, prolog: '<!DOCTYPE Response [<!ENTITY who "anyone">]>' }),
  },
  'encrypted-wrong-key': {
    title: 'Encrypted for somebody else',
    expectedCause: 'saml_decryption_failed',
    sentence: 'The assertion is encrypted with a key that the application does not have.',
    spoil: (plan, { idp }) => ({
      ...plan,
      encryption: { recipient: createPublicKey(idp.otherKey), cipher: 'aes256-gcm' },
    }),
  },
  'encrypted-cbc': {
    title: 'Encrypted the old way',
    expectedCause: 'saml_legacy_encryption',
    sentence:
      'The assertion is encrypted with AES-CBC, which does not protect its content. A connection has to allow that.',
    spoil: (plan, { idp }) => ({
      ...plan,
      encryption: {
        recipient: plan.encryption?.recipient ?? createPublicKey(idp.otherKey),
        cipher: 'aes256-cbc',
      },
    }),
  },
}

/** Whether a word from outside names a fault. */
export function isFault(name: string): name is Fault {
  return Object.hasOwn(faults, name)
}

function spoilAssertions(plan: ResponsePlan, change: Partial<AssertionPlan>): ResponsePlan {
  return { ...plan, assertions: plan.assertions.map((assertion) => ({ ...assertion, ...change })) }
}

function somebodyElse({ idp, person }: PlanInput) {
  return people(idp.tenant).find(({ id }) => id !== person.id)!
}

/** The same for one provider always: there is no memory here that could repeat an earlier response. */
function replayedId(entityId: string): string {
  return `_${createHash('sha256').update(`replay\n${entityId}`).digest('hex').slice(0, 32)}`
}
