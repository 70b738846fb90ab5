import Link from 'next/link'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { namespacePath } from './addresses.ts'

export type NamespaceSummary = { id: string; name: string; memberCount: number; createdAt: string }

const columns: Column<NamespaceSummary>[] = [
  {
    label: 'Namespace',
    bare: true,
    cell: (row) => (
      <Link href={namespacePath(row)} className="row-link break-words font-medium hover:underline">
        {row.name}
      </Link>
    ),
  },
  {
    label: 'Users',
    cell: (row) =>
      row.memberCount === 0 ? (
        <span className="text-muted">Nobody yet</span>
      ) : (
        row.memberCount.toLocaleString('en')
      ),
  },
  { label: 'Created', cell: (row) => <Time at={row.createdAt} precision="day" /> },
]

/** Groups of users as rows. */
export function NamespaceTable({ namespaces }: { namespaces: NamespaceSummary[] }) {
  return <DataTable caption="Namespaces" columns={columns} rows={namespaces} rowKey={(row) => row.id} />
}

/** `1 user`, `1,200 users`. */
export function countUsers(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'user' : 'users'}`
}
