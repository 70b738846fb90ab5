import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'

export type MemberView = {
  id: string
  name: string
  email: string
  role: string
  lastSignInAt: Date | string | null
}

const roles: Record<string, string> = {
  owner: 'Owner: everything',
  admin: 'Admin: everything but members',
  viewer: 'Viewer: may look',
}

const columns: Column<MemberView>[] = [
  {
    label: 'Member',
    bare: true,
    cell: (row) => (
      <div className="grid min-w-0">
        <span className="break-words font-medium">{row.name}</span>
        <span className="break-all text-muted text-sm">{row.email}</span>
      </div>
    ),
  },
  { label: 'Role', cell: (row) => roles[row.role] ?? row.role },
  {
    label: 'Last sign-in',
    cell: (row) =>
      row.lastSignInAt ? <Time at={row.lastSignInAt} /> : <span className="text-muted">Never</span>,
  },
]

/** The organization's own people. */
export function MemberTable({ members }: { members: MemberView[] }) {
  return <DataTable caption="Members" columns={columns} rows={members} rowKey={(row) => row.id} />
}
