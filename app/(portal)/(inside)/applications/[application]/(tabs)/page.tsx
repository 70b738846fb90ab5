import { Plus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ApplicationSecrets } from '#components/forms/application-secrets.tsx'
import { applicationPath } from '#components/portal/addresses.ts'
import { LastUse } from '#components/portal/application-table.tsx'
import { ConnectionTable } from '#components/portal/connection-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { CopyField } from '#components/ui/copy-field.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { Section } from '#components/ui/section.tsx'
import { Time } from '#components/ui/time.tsx'
import type { ApplicationView } from '#lib/applications/application.ts'
import { usesSecret } from '#lib/applications/application-input.ts'
import { listApplicationSecrets } from '#lib/applications/list-application-secrets.ts'
import { listConnections } from '#lib/connections/list-connections.ts'
import { house } from '#server/house-access.ts'
import { createApplicationSecret, deleteApplicationSecret } from '../../actions.ts'
import { loadShown } from '../load.ts'

type Props = { params: Promise<{ application: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: (await loadShown((await params).application)).name }
}

export default async function ApplicationPage({ params }: Props) {
  const [actor, site, given] = await Promise.all([requireActor(), loadSite(), params])
  const application = await loadShown(given.application)
  const { id, product } = application
  const [secrets, connections] = await Promise.all([
    listApplicationSecrets(house(), actor, { application: id }),
    listConnections(house(), actor, { product, limit: 10 }),
  ])
  const actions = mayChange(actor)
    ? {
        create: createApplicationSecret.bind(null, id),
        remove: deleteApplicationSecret.bind(null, id),
      }
    : null
  return (
    <div className="grid gap-6">
      <Section title="Client">
        <div className="grid max-w-2xl gap-5">
          <CopyField label="Client ID" value={application.clientId} />
          <CopyField
            label="Issuer"
            value={site.issuer}
            hint="Libraries find everything else from here. Some ask for the whole address, which ends in /.well-known/openid-configuration."
          />
        </div>
      </Section>
      {usesSecret(application) || secrets.length > 0 ? (
        <ApplicationSecrets secrets={secrets} needed={usesSecret(application)} actions={actions} />
      ) : (
        <WithoutSecret application={application} />
      )}
      <Connections product={product} connections={connections} mayAdd={mayChange(actor)} />
      <Section
        title="Facts"
        action={
          <Link
            href={`${applicationPath(id)}/settings`}
            className="text-accent underline-offset-2 hover:underline"
          >
            {mayChange(actor) ? 'Change settings' : 'All settings'}
          </Link>
        }
      >
        <Facts
          facts={[
            { label: 'Redirect URLs', value: <UrlList urls={application.redirectUrls} /> },
            { label: 'After signing out', value: <UrlList urls={application.postLogoutRedirectUrls} /> },
            { label: 'Last used', value: <LastUse at={application.lastUsedAt} /> },
            { label: 'Created', value: <Time at={application.createdAt} /> },
            { label: 'Last changed', value: <Time at={application.updatedAt} /> },
            { label: 'ID', value: <Id>{id}</Id> },
          ]}
        />
      </Section>
    </div>
  )
}

/** How an application proves who it is when it has no secret. */
function WithoutSecret({
  application: { tokenEndpointAuthMethod, type, jwksUrl },
}: {
  application: ApplicationView
}) {
  const byKey = tokenEndpointAuthMethod === 'private_key_jwt'
  return (
    <Section
      title={byKey ? 'It signs with its own key' : 'It has no secret'}
      lead={
        byKey
          ? jwksUrl
            ? `Its public keys are read from ${jwksUrl}.`
            : 'Its public keys are in its settings.'
          : type === 'public'
            ? 'What runs in a browser can keep none. PKCE ties each sign-in to the browser that began it.'
            : 'What people install can keep none. PKCE ties each sign-in to the device that began it.'
      }
    />
  )
}

function Connections({
  product,
  connections,
  mayAdd,
}: {
  product: string
  connections: Awaited<ReturnType<typeof listConnections>>
  mayAdd: boolean
}) {
  return (
    <Section
      title="Your connections for this product"
      lead={`People sign in to ${product} through these. An application uses them all, whichever was there first.`}
      flush
      action={
        connections.nextCursor !== null && (
          <Link
            href={`/connections?${new URLSearchParams({ product })}`}
            className="text-accent underline-offset-2 hover:underline"
          >
            All connections
          </Link>
        )
      }
    >
      {connections.data.length > 0 ? (
        <ConnectionTable connections={connections.data} now={house().clock.now()} />
      ) : (
        <EmptyState
          title="No connection for this product yet"
          action={
            mayAdd && (
              <Link href="/connections/new" className={buttonClass('secondary')}>
                <Plus aria-hidden="true" />
                New connection
              </Link>
            )
          }
        >
          Until there is one, people can sign in with a password where their tenant allows it.
        </EmptyState>
      )}
    </Section>
  )
}

function UrlList({ urls }: { urls: string[] }) {
  if (urls.length === 0) return <span className="text-muted">None</span>
  return (
    <ul className="grid gap-0.5">
      {urls.map((url) => (
        <li key={url}>
          <Id>{url}</Id>
        </li>
      ))}
    </ul>
  )
}
