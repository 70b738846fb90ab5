import Link from 'next/link'
import { browserName } from '#lib/base/browser-name.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Time } from '../ui/time.tsx'
import { connectionPath, tenantPath, userPath } from './addresses.ts'
import { EndUserSession } from './end-user-session.tsx'

export type UserSessionView = {
  id: string
  tenant: string
  tenantName: string
  /** Null for people who are not in the directory. */
  userId: string | null
  subject: string
  email: string | null
  name: string | null
  /** clientID of the connection. */
  connection: string | null
  connectionName: string | null
  applications: { clientId: string; name: string }[]
  address: string
  userAgent: string
  createdAt: Date | string
  lastSeenAt: Date | string
  expiresAt: Date | string
}

type Outcome = { ok: true } | { ok: false; message: string }

/** What may be done to a session; absent for those who may only look. */
export type SessionDeeds = {
  end(id: string): Promise<Outcome>
  endAllOfPerson(id: string): Promise<Outcome>
}

const person: Column<UserSessionView> = {
  label: 'Person',
  bare: true,
  cell: (row) => (
    <div className="grid min-w-0">
      {row.userId === null ? (
        <span className="break-words font-medium">{row.name ?? row.email ?? row.subject}</span>
      ) : (
        <Link href={userPath(row.userId)} className="break-words font-medium hover:underline">
          {row.name ?? row.email ?? row.subject}
        </Link>
      )}
      {row.name && <span className="break-all text-muted text-sm">{row.email ?? row.subject}</span>}
      <Link
        href={tenantPath({ slug: row.tenant })}
        className="break-words text-muted text-sm hover:underline"
      >
        {row.tenantName}
      </Link>
    </div>
  ),
}

const through: Column<UserSessionView> = {
  label: 'Signed in through',
  cell: (row) =>
    row.connection === null ? (
      <span className="text-muted">Password</span>
    ) : (
      <Link href={connectionPath(row.connection)} className="break-words hover:underline">
        {row.connectionName}
      </Link>
    ),
}

const applications: Column<UserSessionView> = {
  label: 'Applications',
  cell: (row) =>
    row.applications.length === 0 ? (
      <span className="text-muted">None</span>
    ) : (
      <span className="break-words">{row.applications.map(({ name }) => name).join(', ')}</span>
    ),
}

const place: Column<UserSessionView> = {
  label: 'Browser',
  cell: (row) => (
    <div className="grid min-w-0">
      <span className="break-words">{browserName(row.userAgent)}</span>
      <span className="break-all text-muted text-sm">{row.address}</span>
    </div>
  ),
}

const times: Column<UserSessionView> = {
  label: 'Last seen',
  cell: (row) => (
    <div className="grid">
      <Time at={row.lastSeenAt} />
      <span className="whitespace-nowrap text-muted text-sm">
        since <Time at={row.createdAt} />
      </span>
    </div>
  ),
}

/** Who is signed in now, newest first. `within` a user everybody is the same. */
export function UserSessionTable({
  sessions,
  deeds,
  within,
}: {
  sessions: UserSessionView[]
  deeds: SessionDeeds | null
  within?: 'user'
}) {
  const columns = [
    ...(within === 'user' ? [] : [person]),
    ...[through, applications, place, times],
    ...(deeds ? [ending(deeds)] : []),
  ]
  return <DataTable caption="Sessions" columns={columns} rows={sessions} rowKey={(row) => row.id} />
}

function ending(deeds: SessionDeeds): Column<UserSessionView> {
  return {
    label: 'End it',
    bare: true,
    className: 'md:w-20',
    cell: (row) => (
      <EndUserSession
        who={row.email ?? row.name ?? row.subject}
        applications={row.applications.length}
        end={deeds.end.bind(null, row.id)}
        endAll={deeds.endAllOfPerson.bind(null, row.id)}
      />
    ),
  }
}
