import Link from 'next/link'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Id } from '../ui/facts.tsx'
import { Time } from '../ui/time.tsx'
import { applicationPath } from './addresses.ts'
import { type ApplicationSummary, applicationTypeWords } from './application-views.ts'

const columns: Column<ApplicationSummary>[] = [
  {
    label: 'Application',
    bare: true,
    cell: (row) => (
      <div className="grid min-w-0">
        <Link href={applicationPath(row.id)} className="row-link break-words font-medium hover:underline">
          {row.name}
        </Link>
        <span className="text-muted text-sm">
          <Id>{row.clientId}</Id>
        </span>
      </div>
    ),
  },
  { label: 'Product', cell: (row) => row.product },
  { label: 'Type', cell: (row) => applicationTypeWords[row.type].short },
  { label: 'Last used', cell: (row) => <LastUse at={row.lastUsedAt} /> },
]

/** Applications as rows. */
export function ApplicationTable({ applications }: { applications: ApplicationSummary[] }) {
  return <DataTable caption="Applications" columns={columns} rows={applications} rowKey={(row) => row.id} />
}

/** When something was last used, or that it never was. */
export function LastUse({ at }: { at: Date | string | null }) {
  return at ? <Time at={at} /> : <span className="text-muted">Never</span>
}
