import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'

export type MissedLogoutView = {
  id: string
  applicationName: string
  attempts: number
  /** Null once it was given up. */
  nextAttemptAt: Date | string | null
  lastError: string
  createdAt: Date | string
}

const columns: Column<MissedLogoutView>[] = [
  {
    label: 'Application',
    bare: true,
    cell: (row) => <span className="break-words font-medium">{row.applicationName}</span>,
  },
  { label: 'What went wrong', cell: (row) => <span className="break-words">{row.lastError}</span> },
  {
    label: 'State',
    cell: (row) =>
      row.nextAttemptAt === null ? (
        <Badge tone="bad">Given up</Badge>
      ) : (
        <span>
          Next attempt <Time at={row.nextAttemptAt} />
        </span>
      ),
  },
  {
    label: 'Attempts',
    cell: (row) => row.attempts,
  },
  { label: 'Logout', cell: (row) => <Time at={row.createdAt} /> },
]

/** Logouts an application has not heard of, newest first. */
export function MissedLogoutList({ missed }: { missed: MissedLogoutView[] }) {
  return <DataTable caption="Logouts not heard" columns={columns} rows={missed} rowKey={(row) => row.id} />
}
