/** A key of ours as a page shows it. Instants as RFC 3339. */
export type KeyView = {
  id: string
  createdAt: string
  activatedAt: string | null
  retiredAt: string | null
  certificate: { subject: string; notAfter: string; sha256Fingerprint: string } | null
}

/** The keys for one purpose: what is used, what comes, what has been. */
export type KeysView = {
  purpose: 'id-token' | 'saml'
  current: KeyView
  endsAt: string
  next: (KeyView & { switchableAt: string; switchesAt: string }) | null
  nextMadeAt: string | null
  retired: (KeyView & { removedAt: string })[]
}
