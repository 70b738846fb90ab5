/**
 * Why a SAML message was refused: one code for each reason, and the sentence an IT admin reads in the trace.
 * The sentence says what is wrong, what to change and where. It is never shown to the person who signs in.
 */

/** The closed list of reasons. Grouped by the step that finds them. */
export type SamlCause =
  // the message and its XML (security gate)
  | 'saml_too_large'
  | 'saml_not_base64'
  | 'saml_not_utf8'
  | 'saml_not_deflated'
  | 'saml_doctype'
  | 'saml_comment'
  | 'saml_cdata'
  | 'saml_processing_instruction'
  | 'saml_too_many_elements'
  | 'saml_too_deep'
  | 'saml_unknown_entity'
  | 'saml_duplicate_xml_attribute'
  | 'saml_unbound_prefix'
  | 'saml_malformed_xml'
  // the envelope (SAML core §3.2.2, §3.3.3)
  | 'saml_not_a_response'
  | 'saml_wrong_version'
  | 'saml_malformed_response'
  | 'saml_duplicate_id'
  // the status (SAML core §3.2.2.2)
  | 'saml_status_no_passive'
  | 'saml_status_authn_failed'
  | 'saml_status_request_denied'
  | 'saml_status_invalid_name_id_policy'
  | 'saml_status_no_authn_context'
  | 'saml_status_unknown_principal'
  | 'saml_status_request_unsupported'
  | 'saml_status_requester'
  | 'saml_status_responder'
  | 'saml_status_version_mismatch'
  | 'saml_status_other'
  // who sent it, and what is inside
  | 'saml_issuer_missing'
  | 'saml_wrong_issuer'
  | 'saml_wrong_assertion_issuer'
  | 'saml_assertion_missing'
  | 'saml_multiple_assertions'
  | 'saml_malformed_assertion'
  // signatures (XML Signature 1.1, SAML core §5.4)
  | 'saml_signature_missing'
  | 'saml_signature_misplaced'
  | 'saml_signature_malformed'
  | 'saml_signature_wrapped'
  | 'saml_weak_algorithm'
  | 'saml_forbidden_algorithm'
  | 'saml_forbidden_canonicalization'
  | 'saml_forbidden_transform'
  | 'saml_idp_certificate_missing'
  | 'saml_idp_certificate_unreadable'
  | 'saml_unknown_certificate'
  | 'saml_signature_invalid'
  | 'saml_content_altered'
  // encryption (XML Encryption 1.1)
  | 'saml_legacy_encryption'
  | 'saml_unsupported_encryption'
  | 'saml_decryption_failed'
  | 'saml_encrypted_identifier'
  // addressed to us, now, and in answer to our request (SAML bindings §3.5, profiles §4.1.4)
  | 'saml_destination_missing'
  | 'saml_wrong_destination'
  | 'saml_issued_in_future'
  | 'saml_stale_response'
  | 'saml_stale_assertion'
  | 'saml_in_response_to_missing'
  | 'saml_wrong_in_response_to'
  | 'saml_unexpected_in_response_to'
  | 'saml_bearer_missing'
  | 'saml_recipient_missing'
  | 'saml_wrong_recipient'
  | 'saml_confirmation_without_end'
  | 'saml_confirmation_expired'
  | 'saml_not_yet_valid'
  | 'saml_expired'
  | 'saml_unknown_condition'
  | 'saml_audience_missing'
  | 'saml_wrong_audience'
  | 'saml_no_authn'
  | 'saml_session_expired'
  | 'saml_duplicate_attribute'
  // logout (SAML core §3.7, bindings §3.4)
  | 'saml_logout_parameters'
  | 'saml_not_a_logout_message'
  | 'saml_malformed_logout'
  | 'saml_name_id_missing'
  | 'saml_logout_failed'
  // found by whoever keeps the memory of accepted assertions
  | 'saml_replayed'

/** `idp` is the name people know the identity provider by, such as "Okta". */
export type CauseFacts = { idp: string; expected?: string; received?: string }

/** One plain sentence, or two, about what is wrong, what to change and where. Plain text, not HTML. */
export function explainSamlCause(cause: SamlCause, facts: CauseFacts): string {
  return sentences[cause](facts)
}

/** Refusal of a message, thrown inside this room and turned into a verdict or a VestibuleError at its edge. */
export class SamlRefusal extends Error {
  readonly samlCause: SamlCause
  readonly expected: string | undefined
  readonly received: string | undefined

  constructor(cause: SamlCause, seen: { expected?: string; received?: string } = {}) {
    super(cause)
    this.name = 'SamlRefusal'
    this.samlCause = cause
    this.expected = seen.expected
    this.received = seen.received === undefined ? undefined : shorten(seen.received)
  }
}

/** What came from outside, short enough for a trace and without control characters. */
export function shorten(text: string, limit = 300): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim()
  return plain.length > limit ? `${plain.slice(0, limit - 1)}…` : plain
}

const quoted = (text: string | undefined) => (text ? `“${text}”` : 'nothing')
const because = (text: string | undefined) => (text ? ` It said: “${text}”.` : '')
const damaged = (what: string, idp: string) =>
  `The response of ${idp} ${what}. No identity provider sends this on its own: look for a proxy or a browser extension that changes the form, or for someone tampering with it.`

const sentences: Record<SamlCause, (facts: CauseFacts) => string> = {
  saml_too_large: ({ idp, received }) =>
    `The response of ${idp} is larger than 350 KB${received ? ` (${received})` : ''}. In ${idp}, release fewer attributes; a list of all groups is the usual reason, so filter it to the groups this application needs.`,
  saml_not_base64: ({ idp }) =>
    `The form field SAMLResponse that ${idp} posted is empty or not base64. Check that ${idp} uses the HTTP-POST binding for this application.`,
  saml_not_utf8: ({ idp }) =>
    `The response of ${idp} is not UTF-8 text. In ${idp}, check attributes copied from an old directory for characters in another encoding.`,
  saml_not_deflated: ({ idp }) =>
    `${idp} sent a message in its address that cannot be inflated. Check that ${idp} uses the HTTP-Redirect binding with the DEFLATE encoding.`,
  saml_doctype: ({ idp }) => damaged('holds a document type declaration, which is never accepted', idp),
  saml_comment: ({ idp }) => damaged('holds an XML comment, which is never accepted', idp),
  saml_cdata: ({ idp }) =>
    `The response of ${idp} holds a CDATA section, which is never accepted. In ${idp}, remove attributes that carry XML or HTML.`,
  saml_processing_instruction: ({ idp }) =>
    damaged('holds an XML processing instruction, which is never accepted', idp),
  saml_too_many_elements: ({ idp, received }) =>
    `The response of ${idp} has too many elements${received ? ` (${received})` : ''}. In ${idp}, release fewer attribute values; a list of all groups is the usual reason.`,
  saml_too_deep: ({ idp }) => damaged('is nested deeper than 40 levels', idp),
  saml_unknown_entity: ({ idp, received }) =>
    damaged(`uses the XML entity ${quoted(received)}, which is not defined`, idp),
  saml_duplicate_xml_attribute: ({ idp, received }) =>
    damaged(`has the XML attribute ${quoted(received)} twice on one element`, idp),
  saml_unbound_prefix: ({ idp, received }) =>
    damaged(`uses the namespace prefix ${quoted(received)} without declaring it`, idp),
  saml_malformed_xml: ({ idp, received }) =>
    `What ${idp} posted is not well-formed XML${received ? ` (${received})` : ''}. Check that ${idp} posts an uncompressed SAML 2.0 response to this address.`,
  saml_not_a_response: ({ idp, received }) =>
    `${idp} posted ${quoted(received)} where a SAML 2.0 Response is expected. In ${idp}, check that this address is entered as the assertion consumer service (ACS or single sign-on URL), not as the logout address.`,
  saml_wrong_version: ({ idp, received }) =>
    `${idp} answered with SAML version ${quoted(received)}; only 2.0 is accepted. In ${idp}, set the application to SAML 2.0.`,
  saml_malformed_response: ({ idp, received }) =>
    `The response of ${idp} does not follow the SAML 2.0 schema${received ? ` (${received})` : ''}. Check for an update of ${idp}, or for a custom response template there.`,
  saml_duplicate_id: ({ idp, received }) => damaged(`uses the ID ${quoted(received)} twice`, idp),
  saml_status_no_passive: ({ idp, received }) =>
    `${idp} could not sign the person in without asking them something.${because(received)} Let the person sign in to ${idp} first, or ask for a login that may show a page.`,
  saml_status_authn_failed: ({ idp, received }) =>
    `${idp} could not authenticate the person.${because(received)} Look into the sign-in log of ${idp} at this time.`,
  saml_status_request_denied: ({ idp, received }) =>
    `${idp} refused the login.${because(received)} In ${idp}, check that the person or one of their groups is assigned to this application.`,
  saml_status_invalid_name_id_policy: ({ idp, received }) =>
    `${idp} cannot give the name identifier format this connection asks for.${because(received)} Clear the identifier format of the connection, or set the same format as “Name ID format” in ${idp}.`,
  saml_status_no_authn_context: ({ idp, received }) =>
    `${idp} cannot give the kind of authentication it was asked for.${because(received)} In ${idp}, check the sign-on policy of this application.`,
  saml_status_unknown_principal: ({ idp, received }) =>
    `${idp} does not know the person.${because(received)} In ${idp}, check that the account exists and is active.`,
  saml_status_request_unsupported: ({ idp, received }) =>
    `${idp} does not support our login request.${because(received)} In ${idp}, check the sign-on address and binding of this application.`,
  saml_status_requester: ({ idp, received }) =>
    `${idp} found our login request wrong.${because(received)} In ${idp}, compare entity ID, ACS URL and our signing certificate with the values this connection shows.`,
  saml_status_responder: ({ idp, received }) =>
    `${idp} failed while answering.${because(received)} Look into the log of ${idp} at this time; an attribute or claim rule that fails is the usual reason.`,
  saml_status_version_mismatch: ({ idp, received }) =>
    `${idp} does not speak SAML 2.0 here.${because(received)} In ${idp}, set the application to SAML 2.0.`,
  saml_status_other: ({ idp, received }) =>
    `${idp} answered that the login did not succeed.${because(received)} Look into the log of ${idp} at this time.`,
  saml_issuer_missing: ({ idp }) =>
    `The response of ${idp} does not say who issued it. In ${idp}, check that an entity ID (issuer) is set for this application.`,
  saml_wrong_issuer: ({ idp, expected, received }) =>
    `The response was issued by ${quoted(received)}, but this connection belongs to ${quoted(expected)}. If ${idp} changed its entity ID, upload its metadata again; otherwise the response came from another identity provider or application.`,
  saml_wrong_assertion_issuer: ({ idp, expected, received }) =>
    `The assertion was issued by ${quoted(received)}, but this connection belongs to ${quoted(expected)}. If ${idp} changed its entity ID, upload its metadata again.`,
  saml_assertion_missing: ({ idp }) =>
    `The response of ${idp} says success but holds no assertion, so nobody is named in it. In ${idp}, check the claim or attribute rules of this application.`,
  saml_multiple_assertions: ({ idp, received }) =>
    damaged(`holds more than one assertion${received ? ` (${received})` : ''}; exactly one is accepted`, idp),
  saml_malformed_assertion: ({ idp, received }) =>
    `The assertion of ${idp} does not follow the SAML 2.0 schema${received ? ` (${received})` : ''}. Check for an update of ${idp}, or for a custom assertion template there.`,
  saml_signature_missing: ({ idp }) =>
    `Neither the response nor the assertion of ${idp} is signed. In ${idp}, switch on signing of the assertion (or of the response) for this application.`,
  saml_signature_misplaced: ({ idp }) =>
    damaged('has a signature that is not a direct part of the response or the assertion', idp),
  saml_signature_malformed: ({ idp, received }) =>
    damaged(
      `has a signature that does not have the form SAML asks for${received ? ` (${received})` : ''}`,
      idp,
    ),
  saml_signature_wrapped: ({ idp }) =>
    damaged('has a signature that covers something other than the part it stands in', idp),
  saml_weak_algorithm: ({ idp, received }) =>
    `${idp} signs with ${quoted(received)}, which can be forged today. In ${idp}, set the signature algorithm of this application to RSA-SHA256 and the digest to SHA-256.`,
  saml_forbidden_algorithm: ({ idp, received }) =>
    `${idp} signs with ${quoted(received)}, which is not accepted. In ${idp}, set the signature algorithm of this application to RSA-SHA256 and the digest to SHA-256.`,
  saml_forbidden_canonicalization: ({ idp, received }) =>
    `${idp} prepares the XML for signing by ${quoted(received)}; only exclusive canonicalization is accepted, as SAML asks. In ${idp}, set the canonicalization to exclusive (xml-exc-c14n).`,
  saml_forbidden_transform: ({ idp, received }) =>
    damaged(`has a signature with the transform ${quoted(received)}, which is not accepted`, idp),
  saml_idp_certificate_missing: ({ idp }) =>
    `This connection holds no certificate of ${idp}, so nothing it signs can be checked. Upload the metadata of ${idp} again.`,
  saml_idp_certificate_unreadable: ({ idp }) =>
    `No certificate this connection holds for ${idp} can be read. Upload the metadata of ${idp} again.`,
  saml_unknown_certificate: ({ idp, received }) =>
    `${idp} signed this response with a certificate we do not know${received ? ` (${received})` : ''}. If ${idp} changed its signing certificate, copy the current one, or upload its metadata again, in this connection; otherwise the response does not come from your ${idp}.`,
  saml_signature_invalid: ({ idp }) =>
    `The signature does not fit any certificate this connection holds for ${idp}. Upload the current metadata of ${idp}; if that changes nothing, the response was altered on its way.`,
  saml_content_altered: ({ idp }) =>
    damaged('was changed after it was signed, so its content does not match the signature', idp),
  saml_legacy_encryption: ({ idp, received }) =>
    `${idp} encrypts with ${quoted(received)}, which is outdated. In ${idp}, set the assertion encryption to AES-256-GCM; if it cannot, allow legacy encryption in this connection.`,
  saml_unsupported_encryption: ({ idp, received }) =>
    `${idp} encrypts in a way that is not accepted (${quoted(received)}). In ${idp}, set the encryption to AES-256-GCM and the key transport to RSA-OAEP.`,
  saml_decryption_failed: ({ idp }) =>
    `The assertion of ${idp} is encrypted for a key that is not ours, or was damaged. In ${idp}, replace the encryption certificate of this application by the one this connection shows.`,
  saml_encrypted_identifier: ({ idp }) =>
    `${idp} encrypts the name identifier or an attribute on its own. In ${idp}, switch that off and encrypt the whole assertion instead.`,
  saml_destination_missing: ({ idp, expected }) =>
    `The signed response of ${idp} does not say where it was sent. In ${idp}, enter ${quoted(expected)} as ACS URL and destination.`,
  saml_wrong_destination: ({ idp, expected, received }) =>
    `The response of ${idp} was meant for ${quoted(received)}, not for us. In ${idp}, set the ACS URL and destination of this application to ${quoted(expected)}.`,
  saml_issued_in_future: ({ idp, expected, received }) =>
    `By its own clock ${idp} issued this at ${quoted(received)}, which is still to come; here it is ${quoted(expected)}. Set the clocks of both machines (NTP).`,
  saml_stale_response: ({ idp, expected, received }) =>
    `The response of ${idp} is from ${quoted(received)}, too old at ${quoted(expected)}. Sign in again; if it happens each time, set the clocks of both machines (NTP).`,
  saml_stale_assertion: ({ idp, expected, received }) =>
    `The assertion of ${idp} is from ${quoted(received)}, too old at ${quoted(expected)}. Sign in again; if it happens each time, set the clocks of both machines (NTP).`,
  saml_in_response_to_missing: ({ idp }) =>
    `${idp} does not say which login request it answers. Start the login at the application; if you did, check in ${idp} that this application is set up for SP-initiated login.`,
  saml_wrong_in_response_to: ({ idp }) =>
    `${idp} answered another login request than the one this browser started. Close other sign-in tabs and start the login again.`,
  saml_unexpected_in_response_to: ({ idp }) =>
    `${idp} answers a login request that is not waiting any more. Start the login again at the application.`,
  saml_bearer_missing: ({ idp }) =>
    `The assertion of ${idp} has no bearer subject confirmation, so it is not made for signing in with a browser. In ${idp}, choose the Web Browser SSO profile for this application.`,
  saml_recipient_missing: ({ idp, expected }) =>
    `The assertion of ${idp} does not name its recipient. In ${idp}, set the recipient (ACS URL) of this application to ${quoted(expected)}.`,
  saml_wrong_recipient: ({ idp, expected, received }) =>
    `The assertion of ${idp} is for the recipient ${quoted(received)}. In ${idp}, set the recipient (ACS URL) of this application to ${quoted(expected)}.`,
  saml_confirmation_without_end: ({ idp }) =>
    `The subject confirmation of ${idp} has no NotOnOrAfter, so the assertion could be used forever. In ${idp}, set a lifetime for assertions.`,
  saml_confirmation_expired: ({ idp, expected, received }) =>
    `The assertion of ${idp} could be delivered until ${quoted(received)}; here it is ${quoted(expected)}. Sign in again; if it happens each time, set the clocks of both machines (NTP).`,
  saml_not_yet_valid: ({ idp, expected, received }) =>
    `The assertion of ${idp} is valid from ${quoted(received)} only; here it is ${quoted(expected)}. Set the clocks of both machines (NTP).`,
  saml_expired: ({ idp, expected, received }) =>
    `The assertion of ${idp} was valid until ${quoted(received)}; here it is ${quoted(expected)}. Sign in again; if it happens each time, set the clocks of both machines (NTP) or lengthen the assertion lifetime in ${idp}.`,
  saml_unknown_condition: ({ idp, received }) =>
    `${idp} ties the assertion to a condition we do not know (${quoted(received)}). In ${idp}, remove that condition for this application.`,
  saml_audience_missing: ({ idp, expected }) =>
    `The assertion of ${idp} names no audience, so it could be meant for any application. In ${idp}, set the audience (SP entity ID) of this application to ${quoted(expected)}.`,
  saml_wrong_audience: ({ idp, expected, received }) =>
    `The assertion of ${idp} is meant for ${quoted(received)}. In ${idp}, set the audience (SP entity ID) of this application to ${quoted(expected)}.`,
  saml_no_authn: ({ idp }) =>
    `The assertion of ${idp} does not state that the person signed in. In ${idp}, choose the Web Browser SSO profile for this application.`,
  saml_session_expired: ({ idp, received }) =>
    `The session of the person at ${idp} ended at ${quoted(received)}. Sign in to ${idp} again.`,
  saml_duplicate_attribute: ({ idp, received }) =>
    `${idp} sends the attribute ${quoted(received)} twice. In ${idp}, remove one of the two mappings, or send one attribute with several values.`,
  saml_logout_parameters: ({ idp, received }) =>
    `${idp} sent a logout message whose parameters are not as the SAML bindings write them${received ? ` (${received})` : ''}. Check for an update of ${idp}; if there is none, look for a proxy that rewrites addresses.`,
  saml_not_a_logout_message: ({ idp, received }) =>
    `${idp} sent ${quoted(received)} to our logout address. In ${idp}, check that this address is entered as single logout URL (SLO), not as the assertion consumer service.`,
  saml_malformed_logout: ({ idp, received }) =>
    `The logout message of ${idp} does not follow the SAML 2.0 schema${received ? ` (${received})` : ''}. Check for an update of ${idp}.`,
  saml_name_id_missing: ({ idp }) =>
    `${idp} asks us to sign somebody out and does not say whom. In ${idp}, check that the name identifier of this application has a value for everybody.`,
  saml_logout_failed: ({ idp, received }) =>
    `${idp} did not end the session of the person.${because(received)} Look into the log of ${idp} at this time; that the session there had ended before is the usual reason.`,
  saml_replayed: ({ idp }) =>
    `This response of ${idp} was used before; each works once. Start the login again instead of reloading the page or going back.`,
}

/** Every cause there is, for pages that list them and for tests. */
export const samlCauses = Object.keys(sentences) as readonly SamlCause[]
