import { type CauseFacts, explainSamlCause, type SamlCause } from './causes.ts'

/**
 * Why a logout message was refused, in a plain sentence for an IT admin. Causes are those of a sign-in; where a sentence
 * would speak of signing in, logout has its own.
 */
export function explainLogoutCause(cause: SamlCause, facts: CauseFacts): string {
  return (sentences[cause] ?? ((given) => explainSamlCause(cause, given)))(facts)
}

const quoted = (text: string | undefined) => (text ? `“${text}”` : 'nothing')
const damaged = (what: string, idp: string) =>
  `The logout message of ${idp} ${what}. No identity provider sends this on its own: look for a proxy or a browser extension that changes it, or for someone tampering with it.`

const sentences: Partial<Record<SamlCause, (facts: CauseFacts) => string>> = {
  saml_too_large: ({ idp }) => damaged('is larger than 350 KB', idp),
  saml_not_base64: ({ idp }) =>
    `What ${idp} sent to our logout address is empty or not base64. Check for an update of ${idp}; if there is none, look for a proxy that rewrites addresses.`,
  saml_not_utf8: ({ idp }) => damaged('is not UTF-8 text', idp),
  saml_doctype: ({ idp }) => damaged('holds a document type declaration, which is never accepted', idp),
  saml_comment: ({ idp }) => damaged('holds an XML comment, which is never accepted', idp),
  saml_cdata: ({ idp }) => damaged('holds a CDATA section, which is never accepted', idp),
  saml_processing_instruction: ({ idp }) =>
    damaged('holds an XML processing instruction, which is never accepted', idp),
  saml_too_many_elements: ({ idp }) => damaged('has too many elements', idp),
  saml_too_deep: ({ idp }) => damaged('is nested deeper than 40 levels', idp),
  saml_unknown_entity: ({ idp, received }) =>
    damaged(`uses the XML entity ${quoted(received)}, which is not defined`, idp),
  saml_duplicate_xml_attribute: ({ idp, received }) =>
    damaged(`has the XML attribute ${quoted(received)} twice on one element`, idp),
  saml_unbound_prefix: ({ idp, received }) =>
    damaged(`uses the namespace prefix ${quoted(received)} without declaring it`, idp),
  saml_malformed_xml: ({ idp, received }) =>
    `What ${idp} sent to our logout address is not well-formed XML${received ? ` (${received})` : ''}. Check for an update of ${idp}.`,
  saml_wrong_version: ({ idp, received }) =>
    `The logout message of ${idp} has SAML version ${quoted(received)}; only 2.0 is accepted. In ${idp}, set the application to SAML 2.0.`,
  saml_duplicate_id: ({ idp, received }) => damaged(`uses the ID ${quoted(received)} twice`, idp),
  saml_issuer_missing: ({ idp }) =>
    `The logout message of ${idp} does not say who issued it. In ${idp}, check that an entity ID (issuer) is set for this application.`,
  saml_wrong_issuer: ({ idp, expected, received }) =>
    `The logout message was issued by ${quoted(received)}, but this connection belongs to ${quoted(expected)}. If ${idp} changed its entity ID, upload its metadata again; otherwise the message came from another identity provider.`,
  saml_signature_missing: ({ idp }) =>
    `The logout message of ${idp} is not signed, so anybody could have made it. In ${idp}, switch on signing of logout requests and responses for this application.`,
  saml_signature_misplaced: ({ idp, received }) =>
    damaged(`has a signature where none may stand${received ? ` (${received})` : ''}`, idp),
  saml_signature_malformed: ({ idp, received }) =>
    damaged(
      `has a signature that does not have the form SAML asks for${received ? ` (${received})` : ''}`,
      idp,
    ),
  saml_signature_wrapped: ({ idp }) =>
    damaged('has a signature that covers something other than the message', idp),
  saml_forbidden_transform: ({ idp, received }) =>
    damaged(`has a signature with the transform ${quoted(received)}, which is not accepted`, idp),
  saml_unknown_certificate: ({ idp, received }) =>
    `${idp} signed this logout message with a certificate we do not know${received ? ` (${received})` : ''}. If ${idp} changed its signing certificate, upload its metadata again in this connection; otherwise the message does not come from your ${idp}.`,
  saml_signature_invalid: ({ idp }) =>
    `The signature of the logout message does not fit any certificate this connection holds for ${idp}. Upload the current metadata of ${idp}; if that changes nothing, the message was altered on its way.`,
  saml_content_altered: ({ idp }) =>
    damaged('was changed after it was signed, so its content does not match the signature', idp),
  saml_decryption_failed: ({ idp }) =>
    `The name identifier in the logout message of ${idp} is encrypted for a key that is not ours, or was damaged. In ${idp}, replace the encryption certificate of this application by the one this connection shows.`,
  saml_destination_missing: ({ idp, expected }) =>
    `The logout message of ${idp} does not say where it was sent. In ${idp}, enter ${quoted(expected)} as single logout URL.`,
  saml_wrong_destination: ({ idp, expected, received }) =>
    `The logout message of ${idp} was meant for ${quoted(received)}, not for us. In ${idp}, set the single logout URL of this application to ${quoted(expected)}.`,
  saml_stale_response: ({ idp, expected, received }) =>
    `The logout message of ${idp} is from ${quoted(received)}, too old at ${quoted(expected)}. Sign out again; if it happens each time, set the clocks of both machines (NTP). Look for somebody who sends old messages if nobody signed out.`,
  saml_expired: ({ idp, expected, received }) =>
    `The logout request of ${idp} was valid until ${quoted(received)}; here it is ${quoted(expected)}. Set the clocks of both machines (NTP).`,
  saml_in_response_to_missing: ({ idp }) =>
    `${idp} does not say which logout request it answers. Check for an update of ${idp}.`,
  saml_wrong_in_response_to: ({ idp }) =>
    `${idp} answered another logout request than the one this browser brought back. Close other tabs and sign out again.`,
  saml_replayed: ({ idp }) =>
    `This logout request of ${idp} came before; each works once. Look for somebody who sends old messages, or for a browser that reloaded the page.`,
}
