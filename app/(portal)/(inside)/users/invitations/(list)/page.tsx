import type { Metadata } from 'next'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadTenantFilter } from '#app/(portal)/tenant-filter.ts'
import { Invite } from '#components/forms/invite.tsx'
import { InvitationTable, invitationStatusWords } from '#components/portal/invitation-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { invitationQuerySchema } from '#lib/accounts/invitation-input.ts'
import { listInvitations } from '#lib/accounts/list-invitations.ts'
import { house } from '#server/house-access.ts'
import { resendInvitation, revokeInvitation, sendInvitation } from '../actions.ts'

export const metadata: Metadata = { title: 'Invitations' }

const statuses = Object.entries(invitationStatusWords).map(([value, { label }]) => ({ value, label }))

export default async function InvitationsPage({ searchParams }: PageProps<'/users/invitations'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const [page, { filter, chosen }] = await Promise.all([
    listInvitations(house(), actor, {
      ...listParams(params),
      tenant: textParam(params, 'tenant'),
      status: invitationQuerySchema.shape.status.safeParse(textParam(params, 'status')).data,
      limit: 25,
    }),
    loadTenantFilter(actor, params),
  ])
  const invite = mayChange(actor) ? (
    <Invite
      tenant={chosen?.slug ?? (filter.options.length === 1 ? filter.options[0]!.value : '')}
      tenants={filter.options.map(({ value, label }) => ({ slug: value, name: label }))}
      send={sendInvitation}
    />
  ) : undefined
  return (
    <>
      <PageHeader
        title="Invitations"
        lead="People who were sent a link to come in. They choose a password, or sign in through their company’s connection."
        actions={invite}
      />
      <ListToolbar
        placeholder="Search address"
        filters={[filter, { name: 'status', label: 'Status', all: 'Any status', options: statuses }]}
      />
      <Panel>
        {page.data.length > 0 ? (
          <InvitationTable
            invitations={page.data}
            deeds={mayChange(actor) ? { resend: resendInvitation, revoke: revokeInvitation } : null}
          />
        ) : isNarrowed(params) ? (
          <EmptyState title="No invitation matches">Change the filter, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="Nobody has been invited yet" action={invite}>
            Send somebody a link by mail. They become a user of the company when they accept it.
          </EmptyState>
        )}
        <Pager path="/users/invitations" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
