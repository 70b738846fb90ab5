import Link from 'next/link'
import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { tenantPath, userPath } from './addresses.ts'
import { LastUse } from './application-table.tsx'
import { fullName, type UserStatus, type UserSummary, userStatusWords } from './user-views.ts'

const person: Column<UserSummary> = {
  label: 'Person',
  bare: true,
  cell: (row) => {
    const name = fullName(row)
    return (
      <div className="grid min-w-0">
        <Link href={userPath(row.id)} className="row-link break-words font-medium hover:underline">
          {name ?? row.email}
        </Link>
        {name && <span className="break-all text-muted text-sm">{row.email}</span>}
        {row.username && <span className="break-words text-muted text-sm">{row.username}</span>}
      </div>
    )
  },
}

const tenant: Column<UserSummary> = {
  label: 'Tenant',
  cell: (row) => (
    <Link href={tenantPath({ slug: row.tenant })} className="relative z-1 break-words hover:underline">
      {row.tenant}
    </Link>
  ),
}

const state: Column<UserSummary> = {
  label: 'Status',
  cell: (row) => (
    <span className="flex flex-wrap gap-1.5">
      <UserState status={row.status} />
      {row.emailUnproven && <Badge tone="warn">Address not proven</Badge>}
    </span>
  ),
}

const lastSignIn: Column<UserSummary> = {
  label: 'Last sign-in',
  cell: (row) => <LastUse at={row.lastSignInAt} />,
}

/** People as rows. */
export function UserTable({ users }: { users: UserSummary[] }) {
  return (
    <DataTable
      caption="Users"
      columns={[person, tenant, state, lastSignIn]}
      rows={users}
      rowKey={(row) => row.id}
    />
  )
}

/** Whether somebody can sign in, and if not, why. */
export function UserState({ status }: { status: UserStatus }) {
  const { tone, label } = userStatusWords[status]
  return <Badge tone={tone}>{label}</Badge>
}
