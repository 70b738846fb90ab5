import type { AuditEntry } from '../audit/record-audit-event.ts'
import type { SigningKeyRecord } from '../store/signing-keys.ts'

const names: Record<string, string> = { 'id-token': 'ID tokens', saml: 'SAML' }

/** A key as the audit log names it. */
export function keyTarget({ id, purpose }: Pick<SigningKeyRecord, 'id' | 'purpose'>): AuditEntry['target'] {
  return { type: 'signing-key', id, name: `for ${names[purpose] ?? purpose} (${id})` }
}
