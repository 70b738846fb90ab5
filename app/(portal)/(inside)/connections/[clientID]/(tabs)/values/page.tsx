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
        title={connection.kind === 'jwt' ? 'For the customer’s page' : 'For the identity provider'}
        lead={
          connection.kind === 'jwt'
            ? 'Its developer needs these, and a secret of this connection.'
            : `The administrator of ${connection.provider} enters these in the application made for you.`
        }
      >
        <div className="grid gap-5">
          {connection.kind === 'saml' && <SamlValues connection={connection} />}
          {connection.kind === 'oidc' && <OidcValues connection={connection} />}
          {connection.kind === 'jwt' && <JwtValues connection={connection} />}
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

async function JwtValues({ connection: { jwt, clientID, allowUnsolicited } }: { connection: Shown }) {
  const { issuer } = await loadSite()
  if (!jwt) return null
  return (
    <>
      <div className="grid max-w-2xl gap-5">
        <CopyField label="Audience" value={jwt.audience} hint="Goes into the token as aud." />
        <CopyField
          label="Where people go with the token"
          value={`${issuer}/{return_to_path}?sso_jwt={token}&{return_to_params}`}
          hint="The two come with the person, percent-encoded once. Without return_to_params, nothing follows the token."
        />
        {allowUnsolicited && (
          <CopyField
            label="Where people go whom nobody sent"
            value={`${issuer}/i/${clientID}?sso_jwt={token}`}
            hint="For a link in the customer’s intranet: people who open it begin at the customer’s page."
          />
        )}
      </div>
      <ProviderGuide title="How the page is built" steps={pageGuide} values={{}} open />
    </>
  )
}

const pageGuide = [
  'Read return_to_path and return_to_params from the address with which the person comes, and keep them until the person is signed in.',
  'Make a token with a JWT library: algorithm HS512, and as key one of the secrets of this connection, as text.',
  'It holds data with the member email, and if you like id, firstName, lastName and tags; aud as above; and iat, nbf and exp in whole seconds since 1970.',
  'Set iat to now, nbf to three minutes before and exp to five minutes after. Older tokens, and longer-lived ones, are refused.',
  'Redirect the person to the address above at once. Each token works one time, so make a new one for every sign-in; a random jti makes two of one second differ.',
]

function guideTitle({ preset }: Shown) {
  return { title: preset.key === 'generic' ? 'How it is set up' : `How it is set up in ${preset.name}` }
}
