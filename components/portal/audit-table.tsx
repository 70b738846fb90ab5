import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Disclosure } from '../ui/disclosure.tsx'
import { Id } from '../ui/facts.tsx'
import { Time } from '../ui/time.tsx'
import { type AuditEntryView, type Change, describeAction, listChanges } from './audit-words.ts'

const columns: Column<AuditEntryView>[] = [
  {
    label: 'What',
    bare: true,
    cell: (row) => <What entry={row} />,
  },
  {
    label: 'From address',
    cell: (row) => (row.address ? <Id>{row.address}</Id> : <span className="text-muted">The server</span>),
  },
  {
    label: 'Time',
    cell: (row) => <Time at={row.at} precision="second" />,
  },
]

/** What was done, by whom and from where, newest first. */
export function AuditTable({ entries }: { entries: AuditEntryView[] }) {
  return <DataTable caption="Audit log" columns={columns} rows={entries} rowKey={(row) => row.id} />
}

function What({ entry }: { entry: AuditEntryView }) {
  const changes = listChanges(entry.before, entry.after)
  return (
    <div className="grid min-w-0 gap-1">
      <p className="break-words">
        <span className="font-medium">{entry.actorName}</span> {describeAction(entry)}
        {entry.result !== 'success' && (
          <span className="ml-2 inline-block align-middle">
            <Badge tone="bad">Refused</Badge>
          </span>
        )}
      </p>
      {entry.reason && <p className="text-muted text-sm">{entry.reason}</p>}
      {changes.length > 0 && (
        <div className="text-sm">
          <Disclosure summary={changes.length === 1 ? '1 field' : `${changes.length} fields`}>
            <Changes changes={changes} />
          </Disclosure>
        </div>
      )}
    </div>
  )
}

function Changes({ changes }: { changes: Change[] }) {
  return (
    <dl className="grid max-w-2xl gap-x-4 gap-y-1.5 sm:grid-cols-[10rem_1fr]">
      {changes.map((change) => (
        <div key={change.field} className="grid sm:col-span-2 sm:grid-cols-subgrid">
          <dt className="break-words text-muted">{change.field}</dt>
          <dd className="min-w-0 break-words">
            {change.before !== '–' && <del className="text-muted">{change.before}</del>}
            {change.before !== '–' && change.after !== '–' && ' → '}
            {change.after !== '–' && <ins className="no-underline">{change.after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
