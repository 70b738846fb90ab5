/** What two spellings of one address share: lower case, NFKC, without blanks around it. The form in which it is compared. */
export function emailKey(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}

/**
 * The domain of an address in its ASCII form (RFC 5890), lower case and without a final dot; null for what is none:
 * no part before the `@`, an address literal, or a name with a single label.
 */
export function emailDomain(email: string): string | null {
  const at = email.lastIndexOf('@')
  return at < 1 ? null : toDomain(email.slice(at + 1))
}

/** A domain name as it is stored and compared; null when it is not one that mail could go to. */
export function toDomain(name: string): string | null {
  const written = name.normalize('NFKC').trim().toLowerCase().replace(/\.$/, '')
  if (!/^[^\s/?#@:[\]\\%*]+$/.test(written) || !URL.canParse(`https://${written}`)) return null
  const { hostname } = new URL(`https://${written}`)
  const labels = hostname.split('.')
  const wellFormed = labels.every((label) => /^(?!-)[a-z0-9-]{1,63}(?<!-)$/.test(label))
  if (!wellFormed || labels.length < 2 || hostname.length > 253) return null
  return /^\d+$/.test(labels.at(-1)!) ? null : hostname
}
