/** Text made safe for XML element content and double-quoted attributes, white space in attributes included. */
export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
}

/** ` name="value"` for every value that is there. */
export function writeAttributes(values: Record<string, string | undefined>): string {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ` ${name}="${escapeXml(value!)}"`)
    .join('')
}

/** Refuses an ID that is no NCName: XML Schema wants one, and some identity providers check (SAML core §1.3.4). */
export function checkMessageId(id: string): void {
  if (!/^[A-Za-z_][\w.-]*$/.test(id)) throw new TypeError('The id of a SAML message must be an NCName.')
}
