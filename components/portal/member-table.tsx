import type { ReactNode } from 'react'
import { Badge } from '../ui/badge.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'

/** A member as the list shows one. Instants as RFC 3339. */
export type MemberRow = {
  id: string
  name: string
  email: string
  role: 'owner' | 'admin' | 'viewer'
  status: 'active' | 'invited'
  invitationExpiresAt: string | null
  secondFactor: boolean
  ssoLinked: boolean
  lastSignInAt: string | null
}

export const roleNames: Record<MemberRow['role'], string> = {
  owner: 'Owner',
  admin: 'Admin',
  viewer: 'Viewer',
}

/** What each may, for those who choose one. */
export const roleWords: Record<MemberRow['role'], string> = {
  owner: 'Everything, members and their roles included',
  admin: 'Connections, applications and users; invites admins and viewers',
  viewer: 'Looks at everything, changes nothing',
}

/** The organization's own people. `ownId` is the reader; `manage` what can be done with one, null for nothing. */
export function MemberTable({
  members,
  ownId,
  manage,
}: {
  members: MemberRow[]
  ownId: string
  manage: ((member: MemberRow) => ReactNode) | null
}) {
  const columns: Column<MemberRow>[] = [
    { label: 'Member', bare: true, cell: (row) => <Person row={row} isReader={row.id === ownId} /> },
    { label: 'Role', cell: (row) => roleNames[row.role] },
    { label: 'Sign-in', cell: (row) => <SignIn row={row} /> },
    { label: 'Last sign-in', cell: (row) => <LastSignIn row={row} /> },
    ...(manage ? [{ label: 'Manage', bare: true, className: 'md:w-60', cell: manage }] : []),
  ]
  return <DataTable caption="Members" columns={columns} rows={members} rowKey={(row) => row.id} />
}

function Person({ row, isReader }: { row: MemberRow; isReader: boolean }) {
  return (
    <div className="grid min-w-0">
      <span className="flex flex-wrap items-center gap-2 break-words font-medium">
        {row.name}
        {isReader && <Badge>You</Badge>}
      </span>
      <span className="break-all text-muted text-sm">{row.email}</span>
    </div>
  )
}

function SignIn({ row }: { row: MemberRow }) {
  if (row.status === 'invited')
    return row.invitationExpiresAt ? (
      <Badge tone="accent">Invited</Badge>
    ) : (
      <Badge tone="warn">Invitation expired</Badge>
    )
  return (
    <span className="flex flex-wrap gap-1.5">
      {row.ssoLinked && <Badge tone="good">Company</Badge>}
      {row.secondFactor ? <Badge tone="good">Second factor</Badge> : <Badge>No second factor</Badge>}
    </span>
  )
}

function LastSignIn({ row }: { row: MemberRow }) {
  if (row.lastSignInAt) return <Time at={row.lastSignInAt} />
  if (row.invitationExpiresAt)
    return (
      <span className="text-muted">
        May join until <Time at={row.invitationExpiresAt} />
      </span>
    )
  return <span className="text-muted">Never</span>
}
