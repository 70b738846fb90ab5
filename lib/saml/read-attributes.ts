import type { Reading, Seen } from './response-reading.ts'
import { refuse, requiredAttribute } from './response-reading.ts'
import type { XmlElement } from './xml-tree.ts'
import {
  attributeOf,
  childrenOf,
  elementsOf,
  hasOnlyElements,
  isElement,
  samlNamespace,
  schemaInstanceNamespace,
  textOf,
} from './xml-tree.ts'

/**
 * Reads all attributes of the assertion by their Name (SAML core §2.7.3). Names are keys of a Map and nothing more,
 * whatever they are called. The same Name twice is refused: two readers might take two different ones.
 */
export function readAttributes({ assertion, found }: Reading): Seen {
  const attributes = new Map<string, string[]>()
  const friendlyNames = new Map<string, string>()
  for (const statement of childrenOf(assertion, samlNamespace, 'AttributeStatement'))
    for (const element of elementsOf(statement)) {
      if (isElement(element, samlNamespace, 'EncryptedAttribute')) refuse('saml_encrypted_identifier')
      if (!isElement(element, samlNamespace, 'Attribute'))
        refuse('saml_malformed_assertion', { received: `${element.name} among the attributes` })
      const name = requiredAttribute(element, 'Name', 'saml_malformed_assertion')
      if (attributes.has(name)) refuse('saml_duplicate_attribute', { received: name })
      attributes.set(name, readValues(element))
      const friendly = attributeOf(element, 'FriendlyName')
      if (friendly) friendlyNames.set(name, friendly)
    }
  found.attributes = attributes
  found.friendlyNames = friendlyNames
  return { received: [...attributes.keys()].join(', ') || 'none' }
}

function readValues(attribute: XmlElement): string[] {
  return childrenOf(attribute, samlNamespace, 'AttributeValue')
    .map(readValue)
    .filter((value) => value !== null)
}

/**
 * The text of a value; of a NameID alone inside it (eduPersonTargetedID), the text of that.
 * Any other value with elements is left out as a whole, never joined from pieces: text around an element is how
 * one address is made to look like another. Refusing the login instead would lock people out over an attribute nobody uses.
 */
function readValue(element: XmlElement): string | null {
  const nil = attributeOf(element, 'nil', schemaInstanceNamespace)
  if (nil === 'true' || nil === '1') return null
  const text = textOf(element)
  if (text !== null) return text
  const [inner, ...others] = elementsOf(element)
  const named = others.length === 0 && hasOnlyElements(element) && isElement(inner!, samlNamespace, 'NameID')
  return named ? textOf(inner!) : null
}
