import { VestibuleError } from '#lib/base/errors.ts'

/**
 * One element, written as Exclusive XML Canonicalization writes it (https://www.w3.org/TR/xml-exc-c14n/):
 * namespace declarations first, then attributes by name, no self-closing tags, no white space of our own.
 * What this module writes therefore is its own canonical form, and may be hashed as it stands,
 * provided that callers declare a prefix where it is first used and nowhere below, and prefix no attribute.
 * `content` is markup; text goes through `escapeText`. Attributes that are undefined are left out.
 */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content = '',
): string {
  let tag = name
  for (const key of Object.keys(attributes).sort(byCanonicalOrder)) {
    const value = attributes[key]
    if (value !== undefined) tag += ` ${key}="${escapeAttribute(value)}"`
  }
  return `<${tag}>${content}</${name}>`
}

/** Canonical form of character data (Canonical XML 1.0 §2.3). Throws `validation_failed` for what XML cannot carry. */
export function escapeText(text: string): string {
  return checkCharacters(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;')
}

function escapeAttribute(value: string): string {
  return checkCharacters(value)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
}

/** XML 1.0 §2.2: no control characters but tab and line ends, no lone surrogates, no U+FFFE and U+FFFF. */
function checkCharacters(text: string): string {
  if (text.isWellFormed() && !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) return text
  throw new VestibuleError(
    'validation_failed',
    'A value holds a control character that XML cannot carry. Remove it and try again.',
  )
}

function byCanonicalOrder(left: string, right: string): number {
  const declares = (name: string) => (name.startsWith('xmlns') ? 0 : 1)
  return declares(left) - declares(right) || (left < right ? -1 : 1)
}
