import Link from 'next/link'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { Id } from '../ui/facts.tsx'
import { Time } from '../ui/time.tsx'
import { connectionPath } from './addresses.ts'
import { LastUse } from './application-table.tsx'
import type { IdentitySummary } from './user-views.ts'

type Outcome = { ok: true } | { ok: false; message: string }

const columns: Column<IdentitySummary>[] = [
  {
    label: 'Connection',
    bare: true,
    cell: (row) => (
      <Link href={connectionPath(row.connection)} className="break-words font-medium hover:underline">
        {row.connectionName}
      </Link>
    ),
  },
  { label: 'Known there as', cell: (row) => <Id>{row.subject}</Id> },
  { label: 'Last sign-in', cell: (row) => <LastUse at={row.lastSignInAt} /> },
  { label: 'Linked', cell: (row) => <Time at={row.createdAt} precision="day" /> },
]

/** By what connections know a person. `unlink` is null for those who may only look. */
export function IdentityTable({
  who,
  identities,
  unlink,
}: {
  who: string
  identities: IdentitySummary[]
  unlink: ((identity: string) => Promise<Outcome>) | null
}) {
  const deed: Column<IdentitySummary> = {
    label: 'Unlink it',
    bare: true,
    className: 'md:w-24',
    cell: (row) => unlink && <Unlink who={who} identity={row} run={unlink.bind(null, row.id)} />,
  }
  return (
    <DataTable
      caption="Identities"
      columns={unlink ? [...columns, deed] : columns}
      rows={identities}
      rowKey={(row) => row.id}
    />
  )
}

function Unlink({
  who,
  identity,
  run,
}: {
  who: string
  identity: IdentitySummary
  run: () => Promise<Outcome>
}) {
  return (
    <ConfirmButton
      size="sm"
      label="Unlink"
      title="Unlink this identity?"
      confirmLabel="Unlink"
      done="Unlinked. The next sign-in there is matched anew."
      run={run}
    >
      <p>
        <strong>{identity.subject}</strong> at <strong>{identity.connectionName}</strong> is not taken for{' '}
        <strong>{who}</strong> any more. Sessions that came through this connection end at once, with the
        tokens issued in them.
      </p>
      <p className="mt-2">
        Whoever signs in there next is matched by the rules of the connection, which may find the same person
        again.
      </p>
    </ConfirmButton>
  )
}
