import type { Metadata } from 'next'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { type Member, requireActor } from '#app/(portal)/session.ts'
import { MissedLogoutList } from '#components/portal/missed-logout-list.tsx'
import { UserSessionTable } from '#components/portal/user-session-table.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Section } from '#components/ui/section.tsx'
import { isVestibuleError } from '#lib/base/errors.ts'
import { listMissedLogouts } from '#lib/sessions/list-missed-logouts.ts'
import { listUserSessionRows } from '#lib/sessions/list-user-sessions.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import { house } from '#server/house-access.ts'
import { endAllOfPerson, endAllOfTenant, endSession } from '../actions.ts'

export const metadata: Metadata = { title: 'Sessions' }

export default async function SessionsPage({ searchParams }: PageProps<'/sessions'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const chosen = await findChosen(actor, textParam(params, 'tenant'))
  const [page, tenants, missed] = await Promise.all([
    listUserSessionRows(house(), actor, { ...listParams(params), tenant: chosen?.id, limit: 25 }),
    listTenants(house(), actor, { limit: 200 }),
    listMissedLogouts(house(), actor),
  ])
  const options = tenants.data.map(({ slug, name }) => ({ value: slug, label: name }))
  if (chosen && !options.some(({ value }) => value === chosen.slug))
    options.unshift({ value: chosen.slug, label: chosen.name })
  const deeds = mayChange(actor) ? { end: endSession, endAllOfPerson } : null
  return (
    <>
      <PageHeader
        title="Sessions"
        lead="Who is signed in now. A session opens further applications without another sign-in, until it is ended or its time is over."
        actions={deeds && chosen && page.data.length > 0 && <EndAllOfTenant tenant={chosen} />}
      />
      <ListToolbar
        placeholder="Search person, tenant, address"
        filters={[{ name: 'tenant', label: 'Tenant', all: 'All tenants', options }]}
      />
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

/** The tenant the address names, or null when it names none that is there. */
async function findChosen(actor: Member, slug: string | undefined) {
  if (slug === undefined) return null
  return loadTenant(house(), actor, { tenant: slug }).catch((thrown) => {
    if (isVestibuleError(thrown) && thrown.code === 'not_found') return null
    throw thrown
  })
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
