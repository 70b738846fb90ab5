import Link from 'next/link'
import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Id } from '../ui/facts.tsx'
import { Time } from '../ui/time.tsx'
import { tenantPath } from './addresses.ts'

export type TenantSummary = {
  id: string
  slug: string
  name: string
  live: boolean
  connectionCount: number
  createdAt: Date | string
}

const columns: Column<TenantSummary>[] = [
  {
    label: 'Tenant',
    bare: true,
    cell: (row) => (
      <Link href={tenantPath(row)} className="row-link break-words font-medium hover:underline">
        {row.name}
      </Link>
    ),
  },
  { label: 'Slug', cell: (row) => <Id>{row.slug}</Id> },
  { label: 'State', cell: (row) => <TenantState live={row.live} /> },
  {
    label: 'Connections',
    cell: (row) =>
      row.connectionCount === 0 ? <span className="text-muted">None yet</span> : row.connectionCount,
  },
  { label: 'Created', cell: (row) => <Time at={row.createdAt} precision="day" /> },
]

/** Customer companies as rows. */
export function TenantTable({ tenants }: { tenants: TenantSummary[] }) {
  return <DataTable caption="Tenants" columns={columns} rows={tenants} rowKey={(row) => row.id} />
}

/** Whether a customer uses it in earnest. */
export function TenantState({ live }: { live: boolean }) {
  return live ? <Badge tone="good">Live</Badge> : <Badge>In preparation</Badge>
}
