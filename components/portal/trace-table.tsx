import Link from 'next/link'
import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { tracePath } from './addresses.ts'
import { splitSentence } from './split-sentence.ts'
import { TraceOutcome } from './trace-outcome.tsx'
import type { TraceSummary } from './trace-views.ts'

const outcome: Column<TraceSummary> = {
  label: 'Outcome',
  className: 'md:w-28',
  cell: (row) => (
    <span className="flex flex-wrap gap-1.5">
      <TraceOutcome outcome={row.outcome} />
      {row.purpose === 'test' && <Badge>Test</Badge>}
      {row.purpose === 'sign-out' && <Badge>Sign-out</Badge>}
      {row.purpose === 'jwt-sso' && <Badge>JWT SSO</Badge>}
      {row.purpose === 'portal' && <Badge>Portal</Badge>}
    </span>
  ),
}

const sentence: Column<TraceSummary> = {
  label: 'What happened',
  bare: true,
  cell: (row) => (
    <div className="grid min-w-0 gap-0.5">
      <Link
        href={tracePath(row.id)}
        className="row-link line-clamp-2 max-w-xl break-words font-medium hover:underline"
      >
        {splitSentence(row.sentence).what}
      </Link>
      {(row.email ?? row.subject) && (
        <span className="break-all text-muted text-sm">{row.email ?? row.subject}</span>
      )}
    </div>
  ),
}

const place: Column<TraceSummary> = {
  label: 'Connection',
  cell: (row) => {
    const place = [row.tenant, row.product].filter((name) => name && name !== '-').join(' · ')
    return (
      <div className="grid min-w-0">
        {row.connectionName && row.connectionName !== '-' ? (
          <span className="break-words">{row.connectionName}</span>
        ) : (
          <span className="text-muted">No connection</span>
        )}
        {place && <span className="break-words text-muted text-sm">{place}</span>}
      </div>
    )
  },
}

const time: Column<TraceSummary> = { label: 'Time', cell: (row) => <Time at={row.at} /> }

/** Sign-ins as rows, newest first. `within` leaves out what the page already says. */
export function TraceTable({ traces, within }: { traces: TraceSummary[]; within?: 'connection' }) {
  const columns = within === 'connection' ? [outcome, sentence, time] : [outcome, sentence, place, time]
  return <DataTable caption="Sign-ins" columns={columns} rows={traces} rowKey={(row) => row.id} />
}
