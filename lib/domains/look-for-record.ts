import type { House } from '../house.ts'
import { txtRecordOf } from './domain.ts'

/** What a look into the DNS has shown. `unknown`: no answer came, so nothing can be said. */
export type Finding =
  | { outcome: 'found' }
  | { outcome: 'missing'; received: string[] }
  | { outcome: 'unknown'; cause: unknown }

/** Looks for the TXT record of a claim. Never throws: what the name servers do wrong is `unknown`. */
export async function lookForRecord(
  house: Pick<House, 'resolveTxt'>,
  claim: { domain: string; token: string },
): Promise<Finding> {
  const { name, value } = txtRecordOf(claim)
  try {
    // One record may come in several strings (RFC 7208 §3.3 joins them the same way).
    const received = (await house.resolveTxt(name)).map((strings) => strings.join('').trim())
    return received.includes(value) ? { outcome: 'found' } : { outcome: 'missing', received }
  } catch (cause) {
    return { outcome: 'unknown', cause }
  }
}

/** What was looked for and what was found, for the admin who asked. */
export function explainFinding(claim: { domain: string; token: string }, finding: Finding): string {
  const { name, value } = txtRecordOf(claim)
  if (finding.outcome === 'found') return `The TXT record at ${name} is there.`
  if (finding.outcome === 'unknown')
    return `The name servers of ${claim.domain} did not answer, so nothing has changed. Try again in a few minutes.`
  if (finding.received.length === 0)
    return `There is no TXT record at ${name}. It must hold "${value}". A new record can take an hour to be seen.`
  const held = finding.received.slice(0, 3).map(quote).join(', ')
  return `The TXT record at ${name} holds ${held}. It must hold "${value}".`
}

/** What strangers wrote, short and in one line. */
function quote(text: string): string {
  const plain = text.replace(/[\p{C}]/gu, ' ')
  return `"${plain.length > 100 ? `${plain.slice(0, 100)}…` : plain}"`
}
