import type { Metadata } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { tenantPath, usersPath } from '#components/portal/addresses.ts'
import { LastUse } from '#components/portal/application-table.tsx'
import { IdentityTable } from '#components/portal/identity-table.tsx'
import { UnprovenAddress } from '#components/portal/user-deeds.tsx'
import { userStatusWords, userTitle } from '#components/portal/user-views.ts'
import { Badge } from '#components/ui/badge.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { Section } from '#components/ui/section.tsx'
import { Time } from '#components/ui/time.tsx'
import { listSecondFactors } from '#lib/accounts/list-second-factors.ts'
import { listIdentities } from '#lib/directory/list-identities.ts'
import type { UserView } from '#lib/directory/user.ts'
import type { FactorSummary } from '#lib/second-factor/second-factor.ts'
import { loadTenant } from '#lib/tenants/load-tenant.ts'
import type { TenantView } from '#lib/tenants/tenant.ts'
import { house } from '#server/house-access.ts'
import { confirmAddress, unlinkIdentity } from '../../actions.ts'
import { loadShown } from '../load.ts'

type Props = { params: Promise<{ user: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: userTitle(await loadShown((await params).user)) }
}

export default async function UserPage({ params }: Props) {
  const [actor, given] = await Promise.all([requireActor(), params])
  const user = await loadShown(given.user)
  const { id } = user
  const [tenant, identities, factors] = await Promise.all([
    loadTenant(house(), actor, { tenant: user.tenant }),
    listIdentities(house(), actor, { user: id, limit: 100 }),
    listSecondFactors(house(), actor, { user: id }),
  ])
  return (
    <div className="grid gap-6">
      {user.status !== 'active' && <StatusNotice user={user} />}
      {user.emailUnproven && (
        <UnprovenAddress
          email={user.email}
          confirm={mayChange(actor) ? confirmAddress.bind(null, id, user.email) : null}
        />
      )}
      <Section
        title="How they sign in"
        action={
          <Link
            href={`/traces?${new URLSearchParams({ query: user.email })}`}
            className="text-accent underline-offset-2 hover:underline"
          >
            Sign-in traces
          </Link>
        }
      >
        <Facts
          facts={[
            { label: 'Last sign-in', value: <LastUse at={user.lastSignInAt} /> },
            { label: 'Password', value: passwordSentence(user, tenant) },
            { label: 'Second step', value: <SecondSteps factors={factors} /> },
            { label: 'E-mail address', value: <Address user={user} /> },
            { label: 'User name', value: user.username ?? <None /> },
            { label: 'SSO user name', value: user.ssoUsername ?? <None /> },
          ]}
        />
      </Section>
      <Section
        title="Identities"
        lead="Who connections say this person is. Whoever is known by one of these is taken for them, before any other rule."
        flush
      >
        {identities.data.length > 0 ? (
          <IdentityTable
            who={userTitle(user)}
            identities={identities.data}
            unlink={mayChange(actor) ? unlinkIdentity.bind(null, id) : null}
          />
        ) : (
          <EmptyState title="Not known to any connection yet">
            At the first sign-in through a connection that matches people, its rules find this user, and the
            link stays.
          </EmptyState>
        )}
      </Section>
      <Section title="Where they belong">
        <Facts
          facts={[
            {
              label: 'Tenant',
              value: (
                <Link href={tenantPath(tenant)} className="hover:underline">
                  {tenant.name}
                </Link>
              ),
            },
            { label: 'Namespaces', value: <Namespaces names={user.namespaces} /> },
            { label: 'Tags', value: <Tags tags={user.tags} /> },
            { label: 'Further claims', value: <Claims attributes={user.attributes} /> },
            { label: 'Created', value: <Time at={user.createdAt} /> },
            { label: 'Last changed', value: <Time at={user.updatedAt} /> },
            { label: 'ID', value: <Id>{id}</Id> },
          ]}
        />
      </Section>
    </div>
  )
}

/** Why somebody cannot sign in, and where to go about it. */
function StatusNotice({ user: { status, tenant } }: { user: UserView }) {
  const { label, text } = userStatusWords[status]
  return (
    <Notice tone={status === 'disabled' ? 'neutral' : 'warn'} title={label}>
      <p>{text}</p>
      {status === 'invited' && <NoticeLink href="/users/invitations" tenant={tenant} label="Invitations" />}
      {status === 'pending' && <NoticeLink href="/users/requests" tenant={tenant} label="Requests to join" />}
    </Notice>
  )
}

function NoticeLink({ href, tenant, label }: { href: string; tenant: string; label: string }) {
  return (
    <Link
      href={`${href}?${new URLSearchParams({ tenant })}`}
      className="text-accent underline underline-offset-2"
    >
      {label}
    </Link>
  )
}

function passwordSentence(user: UserView, tenant: TenantView): string {
  if (!user.hasPassword) return 'None is set'
  if (tenant.passwordSignIn) return 'One is set'
  return tenant.enforceSso
    ? `One is set, but does not count: ${tenant.name} signs in through single sign-on alone`
    : `One is set, but does not count: ${tenant.name} does not sign in with passwords`
}

function SecondSteps({ factors: { authenticators } }: { factors: FactorSummary }) {
  if (authenticators.length === 0) return <None />
  return (
    <ul className="grid gap-0.5">
      {authenticators.map(({ id, kind, name, lastUsedAt }) => (
        <li key={id} className="break-words">
          {kind === 'passkey' ? 'Passkey' : 'One-time codes'} <span className="text-muted">({name})</span>
          {lastUsedAt ? (
            <>
              , last used <Time at={lastUsedAt} />
            </>
          ) : (
            ', not used yet'
          )}
        </li>
      ))}
    </ul>
  )
}

function Address({ user: { email, emailVerified, emailUnproven } }: { user: UserView }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="break-all">{email}</span>
      {emailVerified && <Badge tone="good">Confirmed</Badge>}
      {emailUnproven && <Badge tone="warn">Not proven</Badge>}
    </span>
  )
}

function Namespaces({ names }: { names: string[] }) {
  if (names.length === 0) return <None />
  return (
    <Row>
      {names.map((name) => (
        <Link key={name} href={usersPath({ namespace: name })} className="hover:underline">
          <Badge>{name}</Badge>
        </Link>
      ))}
    </Row>
  )
}

function Tags({ tags }: { tags: UserView['tags'] }) {
  const entries = Object.entries(tags)
  if (entries.length === 0) return <None />
  return (
    <ul className="grid gap-0.5">
      {entries.map(([category, value]) => (
        <li key={category} className="break-words">
          <span className="text-muted">{category}:</span> {[value].flat().join(', ') || '–'}
        </li>
      ))}
    </ul>
  )
}

/** Names alone: what they say may be personal, and stands in the settings. */
function Claims({ attributes }: { attributes: UserView['attributes'] }) {
  const names = Object.keys(attributes).filter((name) => name !== 'email_verified')
  return names.length > 0 ? <Id>{names.join(', ')}</Id> : <None />
}

function Row({ children }: { children: ReactNode }) {
  return <span className="flex flex-wrap gap-1.5">{children}</span>
}

function None() {
  return <span className="text-muted">None</span>
}
