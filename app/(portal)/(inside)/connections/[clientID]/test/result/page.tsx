import { RotateCw } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { notFound } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { connectionPath, tenantPath } from '#components/portal/addresses.ts'
import { TraceDetail, TraceHeadline } from '#components/portal/trace-detail.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { loadTrace } from '#lib/traces/load-trace.ts'
import { house } from '#server/house-access.ts'
import { loadShown } from '../../load.ts'

export const metadata: Metadata = { title: 'Test sign-in' }

type Props = {
  params: Promise<{ clientID: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

/** Where a test sign-in comes back to: what happened, check by check. */
export default async function TestResultPage({ params, searchParams }: Props) {
  const [actor, { clientID }, query] = await Promise.all([requireActor(), params, searchParams])
  const connection = await loadShown(clientID)
  const trace = await orNotFound(loadTrace(house(), actor, { id: textParam(query, 'trace') ?? '' }))
  if (trace.connection !== connection.id) notFound()
  const path = connectionPath(connection.clientID)
  return (
    <>
      <PageHeader
        trail={[
          { href: '/connections', label: 'Connections' },
          { href: path, label: connection.title },
        ]}
        title="Test sign-in"
        lead={
          trace.outcome === 'success'
            ? 'It works. People of this tenant can sign in; your application was not told of this test.'
            : 'It does not work yet. Change what the sentence says, then test again.'
        }
        actions={
          <>
            <Link href={path} className={buttonClass()}>
              Back to the connection
            </Link>
            <a href={`${path}/test`} className={buttonClass('primary')}>
              <RotateCw aria-hidden="true" />
              Test again
            </a>
          </>
        }
      />
      <div className="grid gap-6">
        <TraceHeadline trace={trace} as="h2" />
        <TraceDetail
          trace={trace}
          links={{ connection: path, tenant: tenantPath({ slug: connection.tenant }) }}
        />
      </div>
    </>
  )
}
