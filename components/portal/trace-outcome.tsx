import { Badge } from '../ui/badge.tsx'

/** Whether somebody got in. */
export function TraceOutcome({ outcome }: { outcome: string }) {
  return outcome === 'success' ? <Badge tone="good">Signed in</Badge> : <Badge tone="bad">Refused</Badge>
}
