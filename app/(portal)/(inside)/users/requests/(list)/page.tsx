import type { Metadata } from 'next'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadTenantFilter } from '#app/(portal)/tenant-filter.ts'
import { JoinRequestList } from '#components/forms/join-request-list.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { joinRequestQuerySchema } from '#lib/accounts/join-request-input.ts'
import { listJoinRequests } from '#lib/accounts/list-join-requests.ts'
import { house } from '#server/house-access.ts'
import { approveRequest, deleteRequest, rejectRequest } from '../actions.ts'

export const metadata: Metadata = { title: 'Requests to join' }

/** Those who wait come first: the list shows them unless it is asked for others. */
const statuses = {
  name: 'status',
  label: 'Status',
  all: 'Waiting',
  options: [
    { value: 'approved', label: 'Approved' },
    { value: 'rejected', label: 'Rejected' },
  ],
}

export default async function RequestsPage({ searchParams }: PageProps<'/users/requests'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const asked = joinRequestQuerySchema.shape.status.safeParse(textParam(params, 'status')).data
  const [page, { filter }] = await Promise.all([
    listJoinRequests(house(), actor, {
      ...listParams(params),
      tenant: textParam(params, 'tenant'),
      status: asked ?? 'pending',
      limit: 25,
    }),
    loadTenantFilter(actor, params),
  ])
  return (
    <>
      <PageHeader
        title="Requests to join"
        lead="People who signed in through a connection that asks you first, or who found a company at the page to join it. They are told what you decide."
      />
      <ListToolbar placeholder="Search address" filters={[filter, statuses]} />
      <Panel>
        {page.data.length > 0 ? (
          <JoinRequestList
            requests={page.data}
            deeds={
              mayChange(actor)
                ? { approve: approveRequest, reject: rejectRequest, remove: deleteRequest }
                : null
            }
          />
        ) : isNarrowed(params) ? (
          <EmptyState title="No request matches">Change the filter, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="Nobody waits">
            Whoever asks to come in appears here. Under “People” of a connection you decide whether those who
            sign in are taken in at once or after you have approved them.
          </EmptyState>
        )}
        <Pager path="/users/requests" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
