import type { Metadata } from 'next'
import Link from 'next/link'
import { textParam } from '#app/(portal)/list-params.ts'
import { orNull } from '#app/(portal)/or-not-found.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { JwtSecrets } from '#components/forms/jwt-secrets.tsx'
import { ReplaceMetadata } from '#components/forms/replace-metadata.tsx'
import { ReplacePage } from '#components/forms/replace-page.tsx'
import { ReplaceProvider } from '#components/forms/replace-provider.tsx'
import { connectionPath, tracesPath } from '#components/portal/addresses.ts'
import { CertificateList } from '#components/portal/certificate-list.tsx'
import { ConnectionNotices } from '#components/portal/connection-notices.tsx'
import { TraceTable } from '#components/portal/trace-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { Section } from '#components/ui/section.tsx'
import { Time } from '#components/ui/time.tsx'
import { listJwtSecrets } from '#lib/connections/jwt/list-jwt-secrets.ts'
import { presets } from '#lib/connections/presets.ts'
import { loadMetadataState, type MetadataState } from '#lib/connections/saml/load-metadata-state.ts'
import { listTraces } from '#lib/traces/list-traces.ts'
import { house } from '#server/house-access.ts'
import {
  createJwtSecret,
  deleteJwtSecret,
  readMetadata,
  replaceMetadata,
  replacePage,
  replaceProvider,
} from '../../actions.ts'
import { loadShown, mayChangeShown } from '../load.ts'

type Props = {
  params: Promise<{ clientID: string }>
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title } = await loadShown((await params).clientID)
  return { title }
}

export default async function ConnectionPage({ params, searchParams }: Props) {
  const [actor, { clientID }, query] = await Promise.all([requireActor(), params, searchParams])
  const connection = await loadShown(clientID)
  const [traces, state, editable] = await Promise.all([
    listTraces(house(), actor, { connection: connection.id, limit: 5 }),
    connection.kind === 'saml' ? orNull(loadMetadataState(house(), actor, { id: connection.id })) : null,
    mayChangeShown(connection),
  ])
  const now = house().clock.now()
  return (
    <div className="grid gap-6">
      <ConnectionNotices
        connection={connection}
        metadata={state}
        now={now}
        used={traces.data.length > 0}
        created={textParam(query, 'created') !== undefined}
        settingsPath={`${connectionPath(connection.clientID)}/settings`}
      />
      {connection.kind === 'saml' && (
        <SamlProvider connection={connection} state={state} mayChange={editable} now={now} />
      )}
      {connection.kind === 'oidc' && <OidcProvider connection={connection} mayChange={editable} />}
      {connection.kind === 'jwt' && <CustomersPage connection={connection} mayChange={editable} />}
      <Section
        title="Recent sign-ins"
        flush
        action={
          traces.data.length > 0 && (
            <Link
              href={tracesPath({ connection: connection.id })}
              className="text-accent underline-offset-2 hover:underline"
            >
              All sign-ins
            </Link>
          )
        }
      >
        {traces.data.length > 0 ? (
          <TraceTable traces={traces.data} within="connection" />
        ) : (
          <EmptyState title="Nobody has signed in through it yet">
            {connection.kind === 'jwt'
              ? 'Test it yourself first: “Test sign-in” goes to the customer’s page and shows each check.'
              : 'Test it yourself first: “Test sign-in” goes to the identity provider and shows each check.'}
          </EmptyState>
        )}
      </Section>
    </div>
  )
}

type Shown = Awaited<ReturnType<typeof loadShown>>

/** What is known of a SAML identity provider. */
function SamlProvider({
  connection,
  state,
  mayChange,
  now,
}: {
  connection: Shown
  state: MetadataState | null
  mayChange: boolean
  now: Date
}) {
  const { idpMetadata } = connection
  if (!idpMetadata) return null
  return (
    <>
      <Section
        title="Identity provider"
        lead="As its metadata describes it."
        action={
          mayChange && (
            <ReplaceMetadata
              metadataUrl={connection.metadataUrl}
              read={readMetadata}
              save={replaceMetadata.bind(null, connection.clientID)}
            />
          )
        }
      >
        <Facts
          facts={[
            { label: 'Provider', value: connection.provider },
            { label: 'Entity ID', value: <Id>{idpMetadata.entityID}</Id> },
            {
              label: 'Sign-on URL',
              value: <Id>{idpMetadata.sso.redirectUrl ?? idpMetadata.sso.postUrl ?? ''}</Id>,
            },
            ...(connection.metadataUrl
              ? [
                  { label: 'Metadata from', value: <Id>{connection.metadataUrl}</Id> },
                  { label: 'Last read', value: <LastRead state={state} /> },
                ]
              : []),
            { label: 'Last changed', value: <Time at={connection.updatedAt} /> },
          ]}
        />
      </Section>
      <Section
        title="Signing certificates"
        lead="An answer is accepted only when one of these has signed it. Compare the fingerprint with the identity provider’s console."
      >
        <CertificateList certificates={connection.certificates} unlisted={state?.unlisted} now={now} />
      </Section>
    </>
  )
}

/** What is known of an OpenID provider. Its keys are fetched from it, so none are listed. */
function OidcProvider({ connection, mayChange }: { connection: Shown; mayChange: boolean }) {
  const { oidcProvider } = connection
  if (!oidcProvider) return null
  const { issuer, clientId, discoveryUrl, metadata } = oidcProvider
  return (
    <Section
      title="Identity provider"
      lead="An OpenID provider. Its keys are fetched from it, and again when it signs with a new one."
      action={
        mayChange && (
          <ReplaceProvider
            provider={{
              oidcDiscoveryUrl: discoveryUrl ?? '',
              oidcMetadata: metadata ? JSON.stringify(metadata, null, 2) : '',
            }}
            example={presets[connection.preset.key].discoveryExample}
            save={replaceProvider.bind(null, connection.clientID)}
          />
        )
      }
    >
      <Facts
        facts={[
          { label: 'Provider', value: connection.provider },
          { label: 'Issuer', value: <Id>{issuer}</Id> },
          discoveryUrl
            ? { label: 'Discovery URL', value: <Id>{discoveryUrl}</Id> }
            : { label: 'Metadata', value: 'Entered by hand' },
          { label: 'Client ID', value: <Id>{clientId}</Id> },
          { label: 'Client secret', value: 'Kept sealed; nobody can read it back' },
          { label: 'Last changed', value: <Time at={connection.updatedAt} /> },
        ]}
      />
    </Section>
  )
}

/** What is known of a customer's own login page, and what it signs with. */
async function CustomersPage({ connection, mayChange }: { connection: Shown; mayChange: boolean }) {
  const { jwt, clientID } = connection
  if (!jwt) return null
  const { ssoUrl, audience } = jwt
  const secrets = await listJwtSecrets(house(), await requireActor(), { clientID })
  return (
    <>
      <Section
        title="Login page of the customer"
        lead="It signs people in by itself, and hands them over with a JWT that works once."
        action={
          mayChange && <ReplacePage page={{ ssoUrl, audience }} save={replacePage.bind(null, clientID)} />
        }
      >
        <Facts
          facts={[
            { label: 'SSO URL', value: <Id>{ssoUrl}</Id> },
            { label: 'Audience', value: <Id>{audience}</Id> },
            { label: 'Last changed', value: <Time at={connection.updatedAt} /> },
          ]}
        />
      </Section>
      <JwtSecrets
        secrets={secrets}
        actions={
          mayChange
            ? { create: createJwtSecret.bind(null, clientID), remove: deleteJwtSecret.bind(null, clientID) }
            : null
        }
      />
    </>
  )
}

/** When its metadata was read, and when it will be. */
function LastRead({ state }: { state: MetadataState | null }) {
  if (!state?.checkedAt) return <>Not yet; it is read within minutes, then every day</>
  return (
    <>
      <Time at={state.checkedAt} />
      {state.nextAt && (
        <span className="text-muted">
          , next <Time at={state.nextAt} />
        </span>
      )}
    </>
  )
}
