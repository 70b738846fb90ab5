/**
 * The room of key rotation: who makes the next key, switches to it and removes what has retired, by hand and by
 * schedule. Owns what is audited and told about it; the keys themselves are the signing room's.
 */
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { describeCertificate } from '../saml/metadata.ts'
import {
  keyPlans,
  type RotatedPurpose,
  removedAt,
  rotatedPurposes,
  switchableAt,
  switchesAt,
} from '../signing/key-schedule.ts'
import { listSigningKeyRecords, type SigningKeyRecord } from '../store/signing-keys.ts'

/** A key as admins see it: nothing private. Instants as RFC 3339. */
export type SigningKeyView = {
  id: string
  state: 'current' | 'next' | 'retired'
  createdAt: string
  activatedAt: string | null
  retiredAt: string | null
  certificate: { subject: string; notAfter: string; sha256Fingerprint: string } | null
}

export type SigningKeysView = {
  purpose: RotatedPurpose
  current: SigningKeyView
  /** When the current one's time is over. */
  endsAt: string
  /** The next one, from when on it may take over by hand, and when it does by itself. */
  next: (SigningKeyView & { switchableAt: string; switchesAt: string }) | null
  /** When the next one is made by itself, if there is none. */
  nextMadeAt: string | null
  retired: (SigningKeyView & { removedAt: string })[]
}

/** The keys of the organization that are exchanged from time to time, by purpose. */
export async function listSigningKeys(
  house: Pick<House, 'db' | 'keys'>,
  actor: Actor,
): Promise<SigningKeysView[]> {
  checkRole(actor, 'viewer')
  return Promise.all(rotatedPurposes.map((purpose) => viewPurpose(house, actor.organizationId, purpose)))
}

async function viewPurpose(
  house: Pick<House, 'db' | 'keys'>,
  organizationId: string,
  purpose: RotatedPurpose,
): Promise<SigningKeysView> {
  // Makes the first one where there is none yet.
  await house.keys.load(organizationId, purpose)
  const rows = await listSigningKeyRecords(house.db, organizationId, purpose, '')
  const current = rows.find(({ state }) => state === 'current')!
  const next = rows.find(({ state }) => state === 'next')
  const endsAt = keyPlans[purpose].endsAt(current)
  const nextMadeAt = new Date(endsAt.getTime() - keyPlans[purpose].makeNextBefore * 1000)
  return {
    purpose,
    current: viewKey(current),
    endsAt: endsAt.toISOString(),
    next: next
      ? {
          ...viewKey(next),
          switchableAt: switchableAt(purpose, next).toISOString(),
          switchesAt: switchesAt(purpose, current, next).toISOString(),
        }
      : null,
    nextMadeAt: next ? null : nextMadeAt.toISOString(),
    retired: rows
      .filter(({ state }) => state === 'retired')
      .map((row) => ({ ...viewKey(row), removedAt: removedAt(purpose, row).toISOString() }))
      .reverse(),
  }
}

export function viewKey(row: SigningKeyRecord): SigningKeyView {
  return {
    id: row.id,
    state: row.state as SigningKeyView['state'],
    createdAt: row.createdAt.toISOString(),
    activatedAt: row.activatedAt?.toISOString() ?? null,
    retiredAt: row.retiredAt?.toISOString() ?? null,
    certificate: row.certificate ? viewCertificate(row.certificate) : null,
  }
}

function viewCertificate(certificate: string): NonNullable<SigningKeyView['certificate']> {
  const { subject, notAfter, sha256Fingerprint } = describeCertificate(certificate)
  return { subject, notAfter: notAfter.toISOString(), sha256Fingerprint }
}
