import Link from 'next/link'
import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Id } from '../ui/facts.tsx'
import { targetPath } from './addresses.ts'
import { LastUse } from './application-table.tsx'

/** A JWT SSO target as a row of a list. */
export type TargetSummary = {
  id: string
  name: string
  baseUrl: string
  tenant: string | null
  product: string | null
  lastUsedAt: Date | string | null
  lastFailureAt: Date | string | null
}

const columns: Column<TargetSummary>[] = [
  {
    label: 'Target',
    bare: true,
    cell: (row) => (
      <div className="grid min-w-0">
        <span className="flex flex-wrap items-center gap-x-2">
          <Link href={targetPath(row.id)} className="row-link break-words font-medium hover:underline">
            {row.name}
          </Link>
          {failsNow(row) && <Badge tone="warn">Failed last</Badge>}
        </span>
        <span className="text-muted text-sm">
          <Id>{row.baseUrl}</Id>
        </span>
      </div>
    ),
  },
  { label: 'Tenant', cell: (row) => row.tenant ?? <span className="text-muted">Every tenant</span> },
  { label: 'Product', cell: (row) => row.product ?? <span className="text-muted">Any product</span> },
  { label: 'Last used', cell: (row) => <LastUse at={row.lastUsedAt} /> },
]

/** Targets as rows. */
export function TargetTable({ targets }: { targets: TargetSummary[] }) {
  return <DataTable caption="JWT SSO targets" columns={columns} rows={targets} rowKey={(row) => row.id} />
}

/** Whether the last person who wanted to go there was not let. */
export function failsNow({ lastUsedAt, lastFailureAt }: Pick<TargetSummary, 'lastUsedAt' | 'lastFailureAt'>) {
  if (lastFailureAt === null) return false
  return lastUsedAt === null || new Date(lastUsedAt) < new Date(lastFailureAt)
}
