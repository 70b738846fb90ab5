import type { Metadata } from 'next'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { isOwner, mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { InviteMember } from '#components/forms/invite-member.tsx'
import { ManageMember, type MemberActions } from '#components/forms/manage-member.tsx'
import { connectionPath } from '#components/portal/addresses.ts'
import { type MemberRow, MemberTable } from '#components/portal/member-table.tsx'
import { PortalSignInSection } from '#components/portal/portal-sign-in.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listMembers } from '#lib/members/list-members.ts'
import { loadPortalSignIn } from '#lib/members/portal-sign-in.ts'
import { house } from '#server/house-access.ts'
import {
  changePortalSignIn,
  changeRole,
  inviteMember,
  removeFactors,
  removeMember,
  resendInvitation,
} from './actions.ts'

export const metadata: Metadata = { title: 'Members' }

const actions: MemberActions = { changeRole, remove: removeMember, resend: resendInvitation, removeFactors }

export default async function MembersPage({ searchParams }: PageProps<'/settings/members'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const [page, signIn] = await Promise.all([
    listMembers(house(), actor, { ...listParams(params), limit: 25 }),
    loadPortalSignIn(house(), actor),
  ])
  const owns = isOwner(actor)
  const mayManage = (member: MemberRow) => owns || (member.status === 'invited' && member.role !== 'owner')
  return (
    <div className="grid gap-6">
      <div>
        <div className="flex flex-wrap items-start justify-between gap-x-4">
          <div className="min-w-0 flex-1 basis-80">
            <ListToolbar placeholder="Search by name or address" />
          </div>
          {mayChange(actor) && (
            <div className="mb-4">
              <InviteMember
                roles={owns ? ['owner', 'admin', 'viewer'] : ['admin', 'viewer']}
                invite={inviteMember}
              />
            </div>
          )}
        </div>
        <Panel>
          {page.data.length > 0 ? (
            <MemberTable
              members={page.data}
              ownId={actor.id}
              manage={
                mayChange(actor)
                  ? (member) =>
                      mayManage(member) && (
                        <ManageMember
                          member={member}
                          isOwner={owns}
                          isSelf={member.id === actor.id}
                          actions={actions}
                        />
                      )
                  : null
              }
            />
          ) : isNarrowed(params) ? (
            <EmptyState title="No member matches">Try part of a name, or clear the search.</EmptyState>
          ) : (
            <EmptyState title="No members">Invite the first one.</EmptyState>
          )}
          <Pager path="/settings/members" params={params} nextCursor={page.nextCursor} />
        </Panel>
      </div>
      <PortalSignInSection
        signIn={signIn}
        connectionPath={signIn.connection && connectionPath(signIn.connection.clientID)}
        change={owns ? changePortalSignIn : null}
      />
    </div>
  )
}
