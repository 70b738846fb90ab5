import { secondsAfter } from '../base/clock.ts'
import type { SigningKeyRecord } from '../store/signing-keys.ts'

/** Keys that go from next to current to retired; those of the built-in identity provider stay. */
export type RotatedPurpose = 'id-token' | 'saml'

export const rotatedPurposes: RotatedPurpose[] = ['id-token', 'saml']

const hour = 3600
const day = 24 * hour

export type KeyPlan = {
  /** When the current key's time is over. */
  endsAt(current: SigningKeyRecord): Date
  /** How long before that end the next key is made, and how long before it takes over, by schedule. */
  makeNextBefore: number
  switchBefore: number
  /** How long the next key is published at least before it takes over: by schedule, and by hand. */
  leadSeconds: number
  leadByHandSeconds: number
  /** How long a retired key is kept, because something it signed or encrypted may still arrive. */
  retainedSeconds: number
}

/**
 * `id-token`: once a year, after a day in the JWK set. By hand after ten minutes: our own instances read the keys again
 * after one minute and answers with the set may be kept for five; clients that meet a key they do not know read the set
 * again. Retired for a week: no ID token, session or cached set lives as long.
 *
 * `saml`: identity providers must be given the new certificate by people, so the next one is there sixty days before
 * the current one expires, and somebody says when. Only on the last day is it switched without being asked: from then on
 * the current one is of no use to anybody who looks at its date. By hand at once, since nobody but the admins knows
 * whether the other side is ready. Retired for thirty days: some still encrypt with the old one for a while.
 */
export const keyPlans: Record<RotatedPurpose, KeyPlan> = {
  'id-token': {
    endsAt: (current) => secondsAfter(current.activatedAt ?? current.createdAt, 365 * day),
    makeNextBefore: day,
    switchBefore: 0,
    leadSeconds: day,
    leadByHandSeconds: 600,
    retainedSeconds: 7 * day,
  },
  saml: {
    endsAt: (current) => current.notAfterAt!,
    makeNextBefore: 60 * day,
    switchBefore: day,
    leadSeconds: day,
    leadByHandSeconds: 0,
    retainedSeconds: 30 * day,
  },
}

export type KeyStep =
  | { kind: 'make-next' }
  | { kind: 'switch'; next: SigningKeyRecord }
  | { kind: 'remove'; retired: SigningKeyRecord }

/** What is due at `now` for the keys of one organization and purpose. */
export function dueKeySteps(purpose: RotatedPurpose, keys: SigningKeyRecord[], now: Date): KeyStep[] {
  const plan = keyPlans[purpose]
  const current = keys.find(({ state }) => state === 'current')
  const next = keys.find(({ state }) => state === 'next')
  const steps: KeyStep[] = keys
    .filter((key) => key.state === 'retired' && now >= removedAt(purpose, key))
    .map((retired) => ({ kind: 'remove', retired }))
  if (!current) return steps
  const before = (seconds: number) => now >= secondsAfter(plan.endsAt(current), -seconds)
  if (!next && before(plan.makeNextBefore)) steps.push({ kind: 'make-next' })
  if (next && before(plan.switchBefore) && now >= secondsAfter(next.createdAt, plan.leadSeconds))
    steps.push({ kind: 'switch', next })
  return steps
}

/** When the next key takes over if nobody does it by hand before. */
export function switchesAt(purpose: RotatedPurpose, current: SigningKeyRecord, next: SigningKeyRecord): Date {
  const plan = keyPlans[purpose]
  const due = secondsAfter(plan.endsAt(current), -plan.switchBefore)
  const published = secondsAfter(next.createdAt, plan.leadSeconds)
  return due > published ? due : published
}

/** From when on the next key may be switched to by hand. */
export function switchableAt(purpose: RotatedPurpose, next: SigningKeyRecord): Date {
  return secondsAfter(next.createdAt, keyPlans[purpose].leadByHandSeconds)
}

/** When a retired key is removed by itself. */
export function removedAt(purpose: RotatedPurpose, retired: SigningKeyRecord): Date {
  return secondsAfter(retired.retiredAt ?? retired.createdAt, keyPlans[purpose].retainedSeconds)
}
