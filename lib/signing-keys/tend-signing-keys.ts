import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { systemActor } from '../base/actor.ts'
import { daysUntil, dueWarning } from '../base/expiry-warning.ts'
import type { House } from '../house.ts'
import { notifyAdmins } from '../mail/notify-admins.ts'
import { dueKeySteps, type KeyStep, type RotatedPurpose, rotatedPurposes } from '../signing/key-schedule.ts'
import { mintSigningKey } from '../signing/mint-signing-key.ts'
import { loadOrganization } from '../store/organizations.ts'
import {
  deleteRetiredSigningKey,
  insertSigningKey,
  listKeysOfOrganizations,
  noteKeyWarning,
  promoteNextSigningKey,
  type SigningKeyRecord,
} from '../store/signing-keys.ts'
import { keyTarget } from './key-target.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'keys' | 'config'>

/**
 * Does what is due for the keys of every organization: makes the next one, switches, removes the retired, and warns of
 * our own certificate's end. Any number of instances may do it at once; each step is taken by one of them.
 */
export async function tendSigningKeys(house: Parts): Promise<void> {
  const rows = await listKeysOfOrganizations(house.db, rotatedPurposes)
  for (const keys of Map.groupBy(
    rows,
    ({ organizationId, purpose }) => `${organizationId} ${purpose}`,
  ).values()) {
    const purpose = keys[0]!.purpose as RotatedPurpose
    for (const step of dueKeySteps(purpose, keys, house.clock.now())) await take(house, keys[0]!, step)
  }
  await warnOfOwnCertificates(house)
}

async function take(
  house: Parts,
  { organizationId, purpose }: Pick<SigningKeyRecord, 'organizationId' | 'purpose'>,
  step: KeyStep,
): Promise<void> {
  const done = await takeStep(house, organizationId, purpose as RotatedPurpose, step)
  if (!done) return
  await house.keys.reload(organizationId, purpose as RotatedPurpose)
  await recordAuditEvent(house, systemActor(organizationId), {
    action: done.action,
    target: keyTarget({ id: done.id, purpose }),
    reason: 'By schedule.',
  })
}

/** Null when another instance was quicker. */
async function takeStep(
  house: Parts,
  organizationId: string,
  purpose: RotatedPurpose,
  step: KeyStep,
): Promise<{ action: string; id: string } | null> {
  switch (step.kind) {
    case 'make-next': {
      const row = await mintSigningKey(house, { organizationId, purpose, scope: '', state: 'next' })
      return (await insertSigningKey(house.db, row)) ? { action: 'signing-key.made', id: row.id } : null
    }
    case 'switch': {
      const done = await promoteNextSigningKey(house.db, step.next, house.clock.now())
      return done ? { action: 'signing-key.switched', id: step.next.id } : null
    }
    case 'remove': {
      const done = await deleteRetiredSigningKey(house.db, organizationId, step.retired.id)
      return done ? { action: 'signing-key.removed', id: step.retired.id } : null
    }
  }
}

/** Our certificate is in the hands of other companies' admins, so ours are told in time. */
async function warnOfOwnCertificates(house: Parts): Promise<void> {
  const now = house.clock.now()
  for (const key of await listKeysOfOrganizations(house.db, ['saml'])) {
    const days = key.state === 'current' && key.notAfterAt && dueWarning(key.notAfterAt, key.warnedDays, now)
    if (!days) continue
    await notifyAdmins(house, key.organizationId, {
      onceKey: `signing-key ${key.id} ${days}`,
      ...(await describeWarning(house, key, now)),
    })
    await noteKeyWarning(house.db, key.id, days)
  }
}

async function describeWarning(house: Parts, key: SigningKeyRecord, now: Date) {
  const { host } = await loadOrganization(house.db, key.organizationId)
  const issuer = `${house.config.secure ? 'https' : 'http'}://${host}`
  const when = daysUntil(key.notAfterAt!, now)
  return {
    subject: `Your SAML certificate expires ${when}`,
    body: {
      title: `Your SAML certificate expires ${when}`,
      paragraphs: [
        'It is the one with which Vestibule signs its requests to identity providers, and with which they encrypt their answers.',
        'The next certificate is ready. Give it to the admins of your customers’ identity providers, or let them read your SAML metadata again, which holds both; then switch to it in the portal. On the last day it is switched without being asked.',
      ],
      facts: [{ label: 'Expires on', value: key.notAfterAt!.toISOString().slice(0, 10) }],
      action: { label: 'Open signing keys', url: `${issuer}/settings/signing-keys` },
    },
  }
}
