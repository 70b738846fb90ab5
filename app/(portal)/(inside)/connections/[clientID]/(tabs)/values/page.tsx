import type { Metadata } from 'next'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { loadConnectionValues, loadRedirectUri } from '#app/(portal)/service-provider-values.ts'
import { ProviderGuide } from '#components/portal/provider-guide.tsx'
import { RedirectUri } from '#components/portal/redirect-uri.tsx'
import { ServiceProviderValueList } from '#components/portal/service-provider-values.tsx'
import { CopyField } from '#components/ui/copy-field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { SecretField } from '#components/ui/secret-field.tsx'
import { Section } from '#components/ui/section.tsx'
import { presets } from '#lib/connections/presets.ts'
import { loadShown } from '../../load.ts'

type Props = { params: Promise<{ clientID: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title } = await loadShown((await params).clientID)
  return { title: `Values of ${title}` }
}

export default async function ConnectionValuesPage({ params }: Props) {
  const connection = await loadShown((await params).clientID)
  const site = await loadSite()
  const pair = new URLSearchParams({ tenant: connection.tenant, product: connection.product })
  return (
    <div className="grid gap-6">
      <Section
        title="For the identity provider"
        lead={`The administrator of ${connection.provider} enters these in the application made for you.`}
      >
        <div className="grid gap-5">
          {connection.kind === 'saml' ? (
            <SamlValues connection={connection} />
          ) : (
            <OidcValues connection={connection} />
          )}
        </div>
      </Section>
      <Section
        title="For your application"
        lead="To your application this connection is an OpenID Connect provider. Most libraries need only these three."
      >
        <div className="grid max-w-2xl gap-5">
          <CopyField
            label="Discovery URL"
            value={`${site.issuer}/.well-known/openid-configuration`}
            hint={`Libraries that take the issuer instead want ${site.issuer}.`}
          />
          <CopyField label="Client ID" value={connection.clientID} />
          {connection.clientSecret === '' ? (
            <Notice title="The client secret is for owners and admins">
              Your role can look at this connection, not act as it.
            </Notice>
          ) : (
            <SecretField
              label="Client secret"
              value={connection.clientSecret}
              hint="Keep it on your server. Whoever has it can redeem sign-ins of this connection."
            />
          )}
          <CopyField
            label="Client ID by tenant and product"
            value={pair.toString()}
            hint="Instead of the two above, when your code knows the tenant but not its connection."
          />
        </div>
      </Section>
    </div>
  )
}

type Shown = Awaited<ReturnType<typeof loadShown>>

async function SamlValues({ connection }: { connection: Shown }) {
  const values = await loadConnectionValues(connection)
  return (
    <>
      <ServiceProviderValueList values={values} />
      <ProviderGuide
        {...guideTitle(connection)}
        steps={presets[connection.preset.key].saml}
        values={values}
      />
    </>
  )
}

async function OidcValues({ connection }: { connection: Shown }) {
  const [redirectUri, site] = await Promise.all([loadRedirectUri(connection), loadSite()])
  const { oidc } = presets[connection.preset.key]
  return (
    <>
      <RedirectUri value={redirectUri} />
      {connection.allowUnsolicited && (
        <CopyField
          label="Initiate login URI"
          value={`${site.issuer}/api/oauth/initiate/${connection.clientID}`}
          hint="For a tile in the provider’s own portal: people who open it begin their sign-in here."
        />
      )}
      <ProviderGuide {...guideTitle(connection)} steps={oidc} values={{ redirectUri }} />
    </>
  )
}

function guideTitle({ preset }: Shown) {
  return { title: preset.key === 'generic' ? 'How it is set up' : `How it is set up in ${preset.name}` }
}
