import { TriangleAlert } from 'lucide-react'
import Link from 'next/link'
import { connectionPath } from './addresses.ts'
import { certificateAge, inDays } from './certificate-age.ts'
import { type ConnectionSummary, connectionTitle } from './connection-views.ts'

/** Connections whose sign-ins will stop, or may already have, unless somebody acts. */
export function AttentionList({ connections, now }: { connections: ConnectionSummary[]; now: Date }) {
  return (
    <ul className="divide-y divide-line">
      {connections.map((connection) => (
        <li key={connection.clientID} className="flex gap-3 px-4 py-3 sm:px-6">
          <TriangleAlert className="mt-0.5 size-4 shrink-0 text-warn" aria-hidden="true" />
          <div className="min-w-0">
            <Link
              href={connectionPath(connection.clientID)}
              className="break-words font-medium hover:underline"
            >
              {connectionTitle(connection)} of {connection.tenantName}
            </Link>
            <p className="text-muted">{sentence(connection, now)}</p>
          </div>
        </li>
      ))}
    </ul>
  )
}

function sentence(connection: ConnectionSummary, now: Date): string {
  if (connection.certificatesEndAt === null)
    return 'It has no signing certificate, so nobody can sign in through it.'
  const age = certificateAge({ notAfter: connection.certificatesEndAt }, now)
  const when = age.state === 'ended' ? `expired ${inDays(age)}` : `expires ${inDays(age)}`
  return `Its last signing certificate ${when}. Ask ${connection.tenantName} for current metadata of ${connection.provider} and replace it here.`
}
