import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadKnown } from '#app/(portal)/load-known.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { loadFutureValues, loadRedirectUri } from '#app/(portal)/service-provider-values.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewConnectionForm } from '#components/forms/new-connection-form.tsx'
import { NewJwtConnection } from '#components/forms/new-jwt-connection-form.tsx'
import { NewOidcConnectionForm } from '#components/forms/new-oidc-connection-form.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { ProviderChoice } from '#components/portal/provider-choice.tsx'
import { ProviderGuide } from '#components/portal/provider-guide.tsx'
import { RedirectUri } from '#components/portal/redirect-uri.tsx'
import { ServiceProviderValueList } from '#components/portal/service-provider-values.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Section } from '#components/ui/section.tsx'
import type { ConnectionKind } from '#lib/connections/contract.ts'
import { mintClientId } from '#lib/connections/create-connection.ts'
import { iconPathOf, isPresetKey, type PresetKey, presetKeys, presets } from '#lib/connections/presets.ts'
import { house } from '#server/house-access.ts'
import { createConnection, createJwtConnection, createOidcConnection, readMetadata } from '../actions.ts'
import { newClientIdSchema } from '../client-id.ts'

export const metadata: Metadata = { title: 'New connection' }

const trail = [{ href: '/connections', label: 'Connections' }]

const kindNames: Record<ConnectionKind, string> = { saml: 'SAML', oidc: 'OpenID Connect', jwt: 'JWT' }
const kinds = Object.keys(kindNames) as ConnectionKind[]

/** What is chosen so far, as it stands in the address: reloading, or coming back tomorrow, shows the same. */
type Chosen = { id: string; tenant: string; provider: PresetKey; kind: ConnectionKind }

/**
 * The clientID is settled before the connection exists, because the ACS URL or redirect URI is made of it.
 */
export default async function NewConnectionPage({ searchParams }: PageProps<'/connections/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor))
    return (
      <NotForViewers trail={trail} title="New connection">
        create the connection
      </NotForViewers>
    )
  const tenant = textParam(params, 'tenant') ?? ''
  const provider = presetParam(textParam(params, 'provider'))
  const kind = kinds.find((one) => one === textParam(params, 'kind')) ?? 'saml'
  const id = newClientIdSchema.safeParse(params.id)
  if (!id.success) redirect(addressOf({ id: mintClientId(house()), tenant, provider, kind }))
  const chosen = { id: id.data, tenant, provider, kind }
  const [lists, site] = await Promise.all([loadKnown(actor), loadSite()])
  const known = { tenant, ...lists }
  return (
    <>
      <PageHeader
        trail={trail}
        title={`New ${kindNames[kind]} connection`}
        lead="You can leave and come back to this very address while the other side does its part."
        actions={
          <Link href={`/connections/import?${new URLSearchParams({ tenant })}`} className={buttonClass()}>
            Import settings
          </Link>
        }
      />
      {/* Once the secret is shown, nothing offers to leave it. */}
      <div className="grid gap-6 has-[[data-created]]:[&>[data-choice]]:hidden">
        <div data-choice>
          <Section
            title={kind === 'jwt' ? 'A login page of the customer’s own' : 'Which identity provider it is'}
            lead={
              kind === 'jwt'
                ? 'For a customer without an identity provider: their page hands people over with a signed JWT.'
                : 'Most speak SAML and OpenID Connect. Take the one the other side prefers.'
            }
          >
            <ProviderChoice
              providers={kind === 'jwt' ? [] : providerChoices(chosen)}
              protocols={protocolChoices(chosen)}
            />
          </Section>
        </div>
        {kind === 'jwt' && (
          <NewJwtConnection
            {...known}
            audience={new URL(site.issuer).host}
            testIdpUrl={`${site.issuer}/test-idp`}
            create={createJwtConnection.bind(null, id.data)}
          />
        )}
        {kind === 'saml' && (
          <NewConnectionForm
            {...known}
            values={<SamlValues chosen={chosen} />}
            metadataExample={presets[provider].metadataExample}
            read={readMetadata}
            create={createConnection.bind(null, id.data)}
          />
        )}
        {kind === 'oidc' && (
          <NewOidcConnectionForm
            {...known}
            values={<OidcValues chosen={chosen} />}
            discoveryExample={presets[provider].discoveryExample}
            create={createOidcConnection.bind(null, id.data)}
          />
        )}
      </div>
    </>
  )
}

function addressOf({ id, tenant, provider, kind }: Chosen): string {
  return `/connections/new?${new URLSearchParams({ id, tenant, provider, kind })}`
}

function presetParam(text: string | undefined): PresetKey {
  return text !== undefined && isPresetKey(text) ? text : 'generic'
}

function providerChoices(chosen: Chosen) {
  return presetKeys.map((key) => ({
    key,
    label: presets[key].name,
    href: addressOf({ ...chosen, provider: key }),
    chosen: key === chosen.provider,
    iconPath: iconPathOf(key),
  }))
}

function protocolChoices(chosen: Chosen) {
  return kinds.map((kind) => ({
    key: kind,
    label: kindNames[kind],
    href: addressOf({ ...chosen, kind }),
    chosen: kind === chosen.kind,
  }))
}

async function SamlValues({ chosen: { id, provider } }: { chosen: Chosen }) {
  const values = await loadFutureValues(id)
  return (
    <div className="grid gap-5">
      <ServiceProviderValueList values={values} />
      <Guide provider={provider} steps={presets[provider].saml} values={values} />
    </div>
  )
}

async function OidcValues({ chosen: { id, provider } }: { chosen: Chosen }) {
  const redirectUri = await loadRedirectUri({ ownAcs: true, clientID: id })
  return (
    <div className="grid gap-5">
      <RedirectUri value={redirectUri} />
      <Guide provider={provider} steps={presets[provider].oidc} values={{ redirectUri }} />
    </div>
  )
}

function Guide({
  provider,
  ...guide
}: { provider: PresetKey } & Pick<Parameters<typeof ProviderGuide>[0], 'steps' | 'values'>) {
  const isKnown = provider !== 'generic'
  const title = isKnown ? `How it is set up in ${presets[provider].name}` : 'How it is set up'
  return <ProviderGuide key={provider} title={title} open={isKnown} {...guide} />
}
