import { Plus, Users } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { cache } from 'react'
import { orNotFound } from '#app/(portal)/or-not-found.ts'
import { pathParam } from '#app/(portal)/path-param.ts'
import { isOwner, mayChange } from '#app/(portal)/permissions.ts'
import { type Member, requireActor } from '#app/(portal)/session.ts'
import { keyOf } from '#components/forms/key-of.ts'
import { NewDomain } from '#components/forms/new-domain.tsx'
import { TenantEntry } from '#components/forms/tenant-entry.tsx'
import { TenantSettings } from '#components/forms/tenant-settings.tsx'
import { tracesPath, usersPath } from '#components/portal/addresses.ts'
import { ConnectionTable } from '#components/portal/connection-table.tsx'
import { DomainList } from '#components/portal/domain-list.tsx'
import { TenantLiveness } from '#components/portal/tenant-liveness.tsx'
import { TenantSignIn } from '#components/portal/tenant-sign-in.tsx'
import { TenantState } from '#components/portal/tenant-table.tsx'
import { TraceTable } from '#components/portal/trace-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Section } from '#components/ui/section.tsx'
import { Time } from '#components/ui/time.tsx'
import { listConnections } from '#lib/connections/list-connections.ts'
import type { DomainView } from '#lib/domains/domain.ts'
import { listDomains } from '#lib/domains/list-domains.ts'
import type { Page } from '#lib/store/db.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import type { TenantView } from '#lib/tenants/tenant.ts'
import { listTraces } from '#lib/traces/list-traces.ts'
import { house } from '#server/house-access.ts'
import { deleteTenant, updateTenant } from '../actions.ts'
import { claimDomain, deleteDomain, verifyDomain } from '../domain-actions.ts'

const loadShown = cache(async (slug: string) => {
  const actor = await requireActor()
  return orNotFound(loadTenant(house(), actor, { tenant: pathParam(slug) }))
})

export async function generateMetadata({ params }: PageProps<'/tenants/[slug]'>): Promise<Metadata> {
  return { title: (await loadShown((await params).slug)).name }
}

export default async function TenantPage({ params }: PageProps<'/tenants/[slug]'>) {
  const [actor, { slug }] = await Promise.all([requireActor(), params])
  const tenant = await loadShown(slug)
  const [connections, domains, traces] = await Promise.all([
    listConnections(house(), actor, { tenant: tenant.slug, limit: 100 }),
    listDomains(house(), actor, { tenant: tenant.slug, limit: 100 }),
    listTraces(house(), actor, { tenant: tenant.slug, limit: 5 }),
  ])
  const newConnection = `/connections/new?tenant=${encodeURIComponent(tenant.slug)}`
  const add = mayChange(actor) && (
    <Link href={newConnection} className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      New connection
    </Link>
  )
  return (
    <>
      <PageHeader
        trail={[{ href: '/tenants', label: 'Tenants' }]}
        title={tenant.name}
        state={<TenantState live={tenant.live} />}
        actions={
          <>
            <Link href={usersPath({ tenant: tenant.slug })} className={buttonClass('secondary')}>
              <Users aria-hidden="true" />
              Users
            </Link>
            {add}
          </>
        }
      />
      <div className="grid gap-6">
        <Section title="Connections" lead="Where the people of this company sign in." flush>
          {connections.data.length > 0 ? (
            <ConnectionTable connections={connections.data} now={house().clock.now()} within="tenant" />
          ) : (
            <EmptyState title="No connection yet" action={add}>
              Connect the company’s identity provider. You need its SAML metadata: a file, a text or an
              address.
            </EmptyState>
          )}
        </Section>
        <Domains tenant={tenant} domains={domains} actor={actor} />
        <Section
          title="Recent sign-ins"
          flush
          action={
            traces.data.length > 0 && (
              <Link
                href={tracesPath({ tenant: tenant.slug })}
                className="text-accent underline-offset-2 hover:underline"
              >
                All sign-ins
              </Link>
            )
          }
        >
          {traces.data.length > 0 ? (
            <TraceTable traces={traces.data} />
          ) : (
            <EmptyState title="Nobody has signed in yet">
              Every attempt appears here with a sentence that says what happened.
            </EmptyState>
          )}
        </Section>
        {mayChange(actor) ? (
          <Administration
            tenant={tenant}
            connections={countConnections(connections)}
            connected={connections.data.some(({ active }) => active)}
          />
        ) : (
          <Section title="Facts">
            <Facts
              facts={[
                { label: 'Slug', value: <Id>{tenant.slug}</Id> },
                { label: 'Created', value: <Time at={tenant.createdAt} /> },
              ]}
            />
          </Section>
        )}
      </div>
    </>
  )
}

/** The e-mail domains by which this company's people find their sign-in. */
function Domains({
  tenant,
  domains,
  actor,
}: {
  tenant: TenantView
  domains: Page<DomainView>
  actor: Member
}) {
  const claim = claimDomain.bind(null, tenant.id)
  const add = mayChange(actor) && <NewDomain claim={claim} mayVouch={isOwner(actor)} />
  const actions = mayChange(actor)
    ? {
        check: verifyDomain.bind(null, tenant.id),
        remove: deleteDomain.bind(null, tenant.id),
        ...(isOwner(actor) && { vouch: claim }),
      }
    : undefined
  return (
    <Section
      title="Domains"
      lead="Who enters an address in one of them is led to the sign-in of this company."
      action={domains.data.length > 0 && add}
      flush
    >
      {domains.data.length > 0 ? (
        <DomainList domains={domains.data} tenantName={tenant.name} actions={actions} />
      ) : (
        <EmptyState title="No domain yet" action={add}>
          Add the domain of the company’s e-mail addresses, and its people need to know nothing else to sign
          in.
        </EmptyState>
      )}
    </Section>
  )
}

/** What owners and admins may change about a tenant. */
function Administration({
  tenant,
  connections,
  connected,
}: {
  tenant: TenantView
  connections: string
  connected: boolean
}) {
  const { name, slug, passwordSignIn, registration, joinRequests, tagCategories } = tenant
  const save = updateTenant.bind(null, tenant.id, slug)
  return (
    <>
      <Section title="Settings">
        <div className="grid max-w-xl gap-6">
          <TenantSettings key={keyOf([name, slug])} tenant={{ name, slug }} save={save} />
          <TenantSignIn ways={tenant} connected={connected} save={save} />
          <TenantLiveness live={tenant.live} save={save} />
        </div>
      </Section>
      <Section
        title="How people come in"
        lead="Without being invited by an admin, and without a connection that lets them in."
      >
        <div className="max-w-xl">
          <TenantEntry
            key={keyOf([passwordSignIn, registration, joinRequests, tagCategories])}
            tenant={tenant}
            save={save}
          />
        </div>
      </Section>
      <Section
        tone="danger"
        title="Delete this tenant"
        lead="Its connections go with it, and codes and tokens issued through them end at once."
        action={
          <ConfirmButton
            label="Delete tenant"
            title={`Delete ${tenant.name}?`}
            confirmLabel="Delete tenant"
            typed={tenant.slug}
            run={deleteTenant.bind(null, tenant.id)}
          >
            <p>
              This cannot be undone. <strong>{tenant.name}</strong> loses
            </p>
            <ul>
              <li>
                <strong>{connections}</strong> with their client secrets
              </li>
              <li>its domains, which others can have then</li>
              <li>every sign-in that is under way, and every token issued</li>
            </ul>
            <p className="mt-2">Traces and the audit log are kept.</p>
          </ConfirmButton>
        }
      />
    </>
  )
}

function countConnections(page: { data: unknown[]; nextCursor: string | null }): string {
  const count = page.data.length
  if (page.nextCursor !== null) return `more than ${count} connections`
  return count === 1 ? '1 connection' : `${count} connections`
}
