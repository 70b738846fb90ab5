import type { Metadata } from 'next'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadTenantFilter } from '#app/(portal)/tenant-filter.ts'
import { MissedLogoutList } from '#components/portal/missed-logout-list.tsx'
import { UserSessionTable } from '#components/portal/user-session-table.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Section } from '#components/ui/section.tsx'
import { listMissedLogouts } from '#lib/sessions/list-missed-logouts.ts'
import { listUserSessionRows } from '#lib/sessions/list-user-sessions.ts'
import { house } from '#server/house-access.ts'
import { endAllOfPerson, endAllOfTenant, endSession } from '../actions.ts'

export const metadata: Metadata = { title: 'Sessions' }

export default async function SessionsPage({ searchParams }: PageProps<'/sessions'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const { filter, chosen } = await loadTenantFilter(actor, params)
  const [page, missed] = await Promise.all([
    listUserSessionRows(house(), actor, { ...listParams(params), tenant: chosen?.id, limit: 25 }),
    listMissedLogouts(house(), actor),
  ])
  const deeds = mayChange(actor) ? { end: endSession, endAllOfPerson } : null
  return (
    <>
      <PageHeader
        title="Sessions"
        lead="Who is signed in now. A session opens further applications without another sign-in, until it is ended or its time is over."
        actions={deeds && chosen && page.data.length > 0 && <EndAllOfTenant tenant={chosen} />}
      />
      <ListToolbar placeholder="Search person, tenant, address" filters={[filter]} />
      <div className="grid gap-6">
        <Panel>
          {page.data.length > 0 ? (
            <UserSessionTable sessions={page.data} deeds={deeds} />
          ) : isNarrowed(params) ? (
            <EmptyState title="No session matches">Change the filter, or clear the search.</EmptyState>
          ) : (
            <EmptyState title="Nobody is signed in">
              When somebody signs in to one of your applications, their session appears here.
            </EmptyState>
          )}
          <Pager path="/sessions" params={params} nextCursor={page.nextCursor} />
        </Panel>
        {missed.length > 0 && (
          <Section
            title="Logouts that were not heard"
            lead="These applications asked to be told when a session ends, and did not take the message. People may still be signed in there."
            flush
          >
            <MissedLogoutList missed={missed} />
          </Section>
        )}
      </div>
    </>
  )
}

function EndAllOfTenant({ tenant }: { tenant: { id: string; name: string } }) {
  return (
    <ConfirmButton
      label="End all of this tenant"
      title={`End all sessions of ${tenant.name}?`}
      confirmLabel="End all sessions"
      done={`All sessions of ${tenant.name} have been ended.`}
      run={endAllOfTenant.bind(null, tenant.id)}
    >
      <p>
        Everybody of <strong>{tenant.name}</strong> has to sign in again, on every device. Tokens issued in
        their sessions stop working, also those for offline access.
      </p>
    </ConfirmButton>
  )
}
