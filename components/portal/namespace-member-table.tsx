import Link from 'next/link'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { tenantPath, userPath } from './addresses.ts'
import { MembershipButton } from './membership-button.tsx'
import { UserState } from './user-table.tsx'
import { fullName, type UserStatus, userTitle } from './user-views.ts'

export type NamespaceUser = {
  id: string
  tenant: string
  email: string
  firstName: string | null
  lastName: string | null
  status: UserStatus
  namespaces: string[]
}

type Outcome = { ok: true } | { ok: false; message: string }
type Deed = (namespace: string, user: string) => Promise<Outcome>
type Namespace = { id: string; name: string }

const person: Column<NamespaceUser> = {
  label: 'Person',
  bare: true,
  cell: (row) => (
    <div className="grid min-w-0">
      <Link href={userPath(row.id)} className="break-words font-medium hover:underline">
        {userTitle(row)}
      </Link>
      {fullName(row) && <span className="break-all text-muted text-sm">{row.email}</span>}
    </div>
  ),
}

const tenant: Column<NamespaceUser> = {
  label: 'Tenant',
  cell: (row) => (
    <Link href={tenantPath({ slug: row.tenant })} className="break-words hover:underline">
      {row.tenant}
    </Link>
  ),
}

const status: Column<NamespaceUser> = {
  label: 'Status',
  cell: (row) => <UserState status={row.status} />,
}

/** Who is in a namespace, newest user first. `remove` is null for those who may only look. */
export function NamespaceMemberTable({
  users,
  namespace,
  remove,
}: {
  users: NamespaceUser[]
  namespace: Namespace
  remove: Deed | null
}) {
  const columns = [person, tenant, status, ...(remove ? [removal(namespace, remove)] : [])]
  return (
    <DataTable
      caption={`Users in ${namespace.name}`}
      columns={columns}
      rows={users}
      rowKey={(row) => row.id}
    />
  )
}

function removal(namespace: Namespace, remove: Deed): Column<NamespaceUser> {
  return {
    label: 'Take out',
    bare: true,
    className: 'md:w-28',
    cell: (row) => (
      <ConfirmButton
        size="sm"
        label="Take out"
        title={`Take ${row.email} out of ${namespace.name}?`}
        confirmLabel="Take out"
        done={`${row.email} is in ${namespace.name} no longer.`}
        run={remove.bind(null, namespace.id, row.id)}
      >
        <p>
          <strong>{row.email}</strong> stays a user of {row.tenant}, and loses what is allowed to those in{' '}
          <strong>{namespace.name}</strong>.
        </p>
      </ConfirmButton>
    ),
  }
}

/** Users of the organization, each with a button that puts them in or takes them out again. */
export function NamespaceCandidateTable({
  users,
  namespace,
  deeds,
}: {
  users: NamespaceUser[]
  namespace: Namespace
  deeds: { add: Deed; remove: Deed }
}) {
  const membership: Column<NamespaceUser> = {
    label: 'In it',
    bare: true,
    className: 'md:w-36',
    cell: (row) => {
      const isIn = row.namespaces.includes(namespace.name)
      const deed = isIn ? deeds.remove : deeds.add
      return <MembershipButton who={row.email} isIn={isIn} change={deed.bind(null, namespace.id, row.id)} />
    },
  }
  return (
    <DataTable
      caption="Users"
      columns={[person, tenant, status, membership]}
      rows={users}
      rowKey={(row) => row.id}
    />
  )
}
