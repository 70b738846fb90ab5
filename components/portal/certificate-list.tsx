import { Badge } from '../ui/badge.tsx'
import { Id } from '../ui/facts.tsx'
import { Time } from '../ui/time.tsx'
import { type CertificateAge, certificateAge, inDays } from './certificate-age.ts'
import type { CertificateView } from './connection-views.ts'

function state(age: CertificateAge) {
  if (age.state === 'ended') return <Badge tone="bad">Expired {inDays(age)}</Badge>
  if (age.state === 'ending') return <Badge tone="warn">Expires {inDays(age)}</Badge>
  if (age.state === 'future') return <Badge tone="warn">Valid {inDays(age)}</Badge>
  return <Badge tone="good">Valid</Badge>
}

/** Signing certificates of an identity provider, with what one compares in its console. */
export function CertificateList({
  certificates,
  unlisted = [],
  now,
}: {
  certificates: CertificateView[]
  /** Those its metadata does not list any more, and until when they are trusted (RFC 3339). */
  unlisted?: { sha256Fingerprint: string; trustedUntil: string }[]
  now: Date
}) {
  const trustedUntil = new Map(unlisted.map((one) => [one.sha256Fingerprint, one.trustedUntil]))
  return (
    <ul className="divide-y divide-line">
      {certificates.map((certificate) => (
        <li key={certificate.sha256Fingerprint} className="grid gap-1.5 py-3 first:pt-0 last:pb-0">
          <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
            <span className="min-w-0 break-words font-medium">{certificate.subject}</span>
            {state(certificateAge(certificate, now))}
          </div>
          <p className="text-muted text-sm">
            <Time at={certificate.notBefore} precision="day" /> to{' '}
            <Time at={certificate.notAfter} precision="day" />
          </p>
          {trustedUntil.has(certificate.sha256Fingerprint) && (
            <p className="text-sm">
              Not in its metadata any more. Accepted until{' '}
              <Time at={trustedUntil.get(certificate.sha256Fingerprint)!} />, for machines that change over
              later.
            </p>
          )}
          <p className="text-muted text-sm">
            SHA-256 <Id>{certificate.sha256Fingerprint}</Id>
          </p>
        </li>
      ))}
    </ul>
  )
}
