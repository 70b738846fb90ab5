import { Badge } from '../ui/badge.tsx'
import { certificateAge, inDays } from './certificate-age.ts'

type Stateful = {
  active: boolean
  lastUsedAt: Date | string | null
  certificatesEndAt: Date | string | null
}

/** The one thing about a connection its admin should know first. */
export function ConnectionState({ connection, now }: { connection: Stateful; now: Date }) {
  if (!connection.active) return <Badge>Deactivated</Badge>
  const age = connection.certificatesEndAt && certificateAge({ notAfter: connection.certificatesEndAt }, now)
  if (age && age.state === 'ended') return <Badge tone="bad">Certificate expired</Badge>
  if (age && age.state === 'ending') return <Badge tone="warn">Certificate ends {inDays(age)}</Badge>
  if (!connection.lastUsedAt) return <Badge tone="accent">Not used yet</Badge>
  return <Badge tone="good">Active</Badge>
}
