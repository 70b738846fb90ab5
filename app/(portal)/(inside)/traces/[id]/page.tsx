import type { Metadata } from 'next'
import Link from 'next/link'
import { orNotFound, orNull } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { connectionPath, tenantPath } from '#components/portal/addresses.ts'
import { TraceDetail, TraceHeadline } from '#components/portal/trace-detail.tsx'
import { loadConnection } from '#lib/connections/load-connection.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import { loadTrace } from '#lib/traces/load-trace.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Sign-in trace' }

export default async function TracePage({ params }: PageProps<'/traces/[id]'>) {
  const [actor, { id }] = await Promise.all([requireActor(), params])
  const trace = await orNotFound(loadTrace(house(), actor, { id: pathParam(id) }))
  const [connection, tenant] = await Promise.all([
    trace.connection === null ? null : orNull(loadConnection(house(), actor, { clientID: trace.connection })),
    orNull(loadTenant(house(), actor, { tenant: trace.tenant })),
  ])
  return (
    <>
      <nav aria-label="Breadcrumb" className="mb-3 text-muted text-sm">
        <Link href="/traces" className="hover:text-ink hover:underline">
          Sign-in traces
        </Link>
      </nav>
      <div className="grid gap-6 sm:gap-8">
        <TraceHeadline trace={trace} />
        <TraceDetail
          trace={trace}
          links={{
            connection: connection && connectionPath(connection.clientID),
            tenant: tenant && tenantPath(tenant),
          }}
        />
      </div>
    </>
  )
}
