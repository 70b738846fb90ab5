import type { ActionResult } from '#components/forms/action-result.ts'

/** What the management API says in the fixed words of its dialect, in words for the person at the form. */
const words: Record<string, string> = {
  'Please provide a metadata with IDPSSODescriptor':
    'This is not the metadata of an identity provider: it has no IDPSSODescriptor. Ask for the metadata of the identity provider, not for that of an application.',
  "Couldn't parse EntityID from SAML metadata":
    'This metadata does not say whose it is: it has no entityID. Ask for it again, as a whole file.',
  "Couldn't find SAML bindings for POST/REDIRECT":
    'This metadata names no address at which people can sign in by redirect or POST. Ask for the metadata of a SAML 2.0 application.',
  'Metadata URL not valid, allowed ones are localhost/HTTPS URLs':
    'The address has to begin with https://, so that nobody can change the metadata on its way.',
  'Discovery URL not valid, allowed ones are localhost/HTTPS URLs':
    'The address has to begin with https://, so that nobody can change the document on its way.',
  'oidcMetadata is not JSON.': 'This is not JSON. Copy the whole document, from the first { to the last }.',
  'Tenant/Product config mismatch with IdP metadata':
    'This is the metadata of another identity provider: its entity ID differs. For a new identity provider, create a new connection.',
}

/** The same result, refused in words for the portal. */
export function inPortalWords<Value>(result: ActionResult<Value>): ActionResult<Value> {
  if (result.ok) return result
  const rephrase = (message: string) => words[message] ?? words[message.replace(/\.$/, '')] ?? message
  const fields = result.fields.map(({ path, message }) => ({ path, message: rephrase(message) }))
  return { ...result, message: rephrase(result.message), fields }
}
