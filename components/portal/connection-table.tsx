import Link from 'next/link'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { connectionPath } from './addresses.ts'
import { ConnectionState } from './connection-state.tsx'
import { type ConnectionSummary, connectionTitle, kindName } from './connection-views.ts'
import { ProviderIcon } from './provider-icon.tsx'

/** Connections as rows. `within` leaves out the tenant where the page is already that tenant's. */
export function ConnectionTable({
  connections,
  now,
  within,
}: {
  connections: ConnectionSummary[]
  now: Date
  within?: 'tenant'
}) {
  const tenant: Column<ConnectionSummary> = {
    label: 'Tenant',
    cell: (row) => row.tenantName,
  }
  const columns: Column<ConnectionSummary>[] = [
    {
      label: 'Connection',
      bare: true,
      cell: (row) => (
        <div className="flex min-w-0 items-start gap-3">
          <ProviderIcon path={row.iconPath} large />
          <div className="grid min-w-0">
            <Link
              href={connectionPath(row.clientID)}
              className="row-link break-words font-medium hover:underline"
            >
              {connectionTitle(row)}
            </Link>
            <span className="text-muted text-sm">
              {row.provider} · {kindName(row.kind)}
            </span>
          </div>
        </div>
      ),
    },
    ...(within === 'tenant' ? [] : [tenant]),
    { label: 'Product', cell: (row) => row.product },
    { label: 'State', cell: (row) => <ConnectionState connection={row} now={now} /> },
    {
      label: 'Last used',
      cell: (row) =>
        row.lastUsedAt ? <Time at={row.lastUsedAt} /> : <span className="text-muted">Never</span>,
    },
  ]
  return (
    <DataTable caption="Connections" columns={columns} rows={connections} rowKey={(row) => row.clientID} />
  )
}
