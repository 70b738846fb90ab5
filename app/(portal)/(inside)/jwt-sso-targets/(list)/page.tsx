import { Plus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { TargetTable } from '#components/portal/target-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listTargets } from '#lib/jwt-sso-targets/list-targets.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'JWT SSO targets' }

export default async function TargetsPage({ searchParams }: PageProps<'/jwt-sso-targets'>) {
  const [actor, site, params] = await Promise.all([requireActor(), loadSite(), searchParams])
  const { issuer } = site
  const page = await listTargets(house(), actor, { ...listParams(params), issuer, limit: 25 })
  const add = mayChange(actor) && (
    <Link href="/jwt-sso-targets/new" className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      New target
    </Link>
  )
  return (
    <>
      <PageHeader
        title="JWT SSO targets"
        lead="Products that send people to an SSO URL and take them back with a signed token (JWT). We are the URL: people sign in here by any connection, or are signed in already."
        actions={add}
      />
      <ListToolbar placeholder="Search name, base URL, audience" />
      <Panel>
        {page.data.length > 0 ? (
          <TargetTable targets={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No target matches">Clear the search.</EmptyState>
        ) : (
          <EmptyState title="No targets yet" action={add}>
            Set one up where a product asks for an SSO URL and a secret. A customer’s own login page that
            signs people in here is a connection instead.
          </EmptyState>
        )}
        <Pager path="/jwt-sso-targets" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
