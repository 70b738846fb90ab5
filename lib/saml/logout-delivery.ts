import { SamlRefusal } from './causes.ts'
import type { MessageField } from './send-message.ts'
import { decodeBase64, decodeSamlMessage, inflateSamlMessage } from './xml.ts'

/** How a logout message came: in the query of an address, exactly as received and without its `?`, or in a form. */
export type LogoutDelivery =
  | { binding: 'redirect'; query: string }
  | { binding: 'post'; form: URLSearchParams }

/** A signature beside the message, with the bytes it covers. */
export type DetachedSignature = { signed: Buffer; algorithm: string; value: Buffer }

export type DeliveredMessage = {
  binding: LogoutDelivery['binding']
  field: MessageField
  /** The message as it was encoded. */
  encoded: string
  relayState: string
  /** Of the redirect binding; null where there is none, and in a form, where the signature stands inside the XML. */
  signature: DetachedSignature | null
}

const messageFields = ['SAMLRequest', 'SAMLResponse'] as const
const wireNames = [...messageFields, 'RelayState', 'SigAlg', 'Signature', 'SAMLEncoding'] as const
type WireName = (typeof wireNames)[number]

const deflateEncoding = 'urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE'

/** Takes the parameters apart; each of SAML's may come once. Throws SamlRefusal. */
export function readDelivery(delivery: LogoutDelivery): DeliveredMessage {
  return delivery.binding === 'redirect' ? readQuery(delivery.query) : readPostedForm(delivery.form)
}

/** The text of the message, through the limits of its binding. Throws XmlRefusal. */
export function decodeDelivered({ encoded, binding }: DeliveredMessage): string {
  return binding === 'redirect' ? inflateSamlMessage(encoded) : decodeSamlMessage(encoded)
}

/**
 * The redirect binding (SAML bindings §3.4.4.1): the signature covers the values as they were written, so they are cut
 * out of the query and never encoded anew.
 */
function readQuery(query: string): DeliveredMessage {
  const raw = cutQuery(query)
  const field = onlyField([...raw.keys()])
  const encoding = raw.get('SAMLEncoding')
  if (encoding !== undefined && decodeValue(encoding) !== deflateEncoding)
    refuse(`SAMLEncoding ${decodeValue(encoding)}`)
  return {
    binding: 'redirect',
    field,
    encoded: decodeValue(raw.get(field)!),
    relayState: decodeValue(raw.get('RelayState') ?? ''),
    signature: readSignature(raw, field),
  }
}

function readSignature(raw: ReadonlyMap<WireName, string>, field: MessageField): DetachedSignature | null {
  const [algorithm, signature] = [raw.get('SigAlg'), raw.get('Signature')]
  if (!algorithm || !signature) return null
  const covered = [field, 'RelayState', 'SigAlg'] as const
  const signed = covered.filter((name) => raw.has(name)).map((name) => `${name}=${raw.get(name)}`)
  return {
    signed: Buffer.from(signed.join('&')),
    algorithm: decodeValue(algorithm),
    value: decodeBase64(decodeValue(signature)) ?? refuse('Signature is not base64'),
  }
}

/** SAML's parameters with their values as written. A name written in another way, or twice, is refused. */
function cutQuery(query: string): ReadonlyMap<WireName, string> {
  const found = new Map<WireName, string>()
  for (const part of query.split('&')) {
    const at = part.indexOf('=')
    const name = at < 0 ? part : part.slice(0, at)
    const known = wireNames.find((one) => one === decodeName(name))
    if (!known) continue
    if (name !== known) refuse(`${known} written as ${name}`)
    if (found.has(known)) refuse(`${known} more than once`)
    found.set(known, at < 0 ? '' : part.slice(at + 1))
  }
  return found
}

function readPostedForm(form: URLSearchParams): DeliveredMessage {
  const field = onlyField([...new Set(form.keys())])
  for (const name of [field, 'RelayState']) if (form.getAll(name).length > 1) refuse(`${name} more than once`)
  const relayState = form.get('RelayState') ?? ''
  return { binding: 'post', field, encoded: form.get(field)!, relayState, signature: null }
}

function onlyField(names: readonly string[]): MessageField {
  const [field, another] = messageFields.filter((one) => names.includes(one))
  if (another) refuse('SAMLRequest and SAMLResponse together')
  return field ?? refuse('neither SAMLRequest nor SAMLResponse')
}

function decodeName(name: string): string | null {
  try {
    return decodeURIComponent(name)
  } catch {
    return null
  }
}

function decodeValue(value: string): string {
  try {
    return decodeURIComponent(value.replaceAll('+', ' '))
  } catch {
    return refuse('a value that does not decode')
  }
}

function refuse(received: string): never {
  throw new SamlRefusal('saml_logout_parameters', { received })
}
