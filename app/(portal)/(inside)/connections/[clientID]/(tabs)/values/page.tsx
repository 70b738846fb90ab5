import type { Metadata } from 'next'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { loadConnectionValues } from '#app/(portal)/service-provider-values.ts'
import { ServiceProviderValueList } from '#components/portal/service-provider-values.tsx'
import { CopyField } from '#components/ui/copy-field.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { SecretField } from '#components/ui/secret-field.tsx'
import { Section } from '#components/ui/section.tsx'
import { loadShown } from '../../load.ts'

type Props = { params: Promise<{ clientID: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { title } = await loadShown((await params).clientID)
  return { title: `Values of ${title}` }
}

export default async function ConnectionValuesPage({ params }: Props) {
  const connection = await loadShown((await params).clientID)
  const [values, site] = await Promise.all([loadConnectionValues(connection), loadSite()])
  const pair = new URLSearchParams({ tenant: connection.tenant, product: connection.product })
  return (
    <div className="grid gap-6">
      <Section
        title="For the identity provider"
        lead={`The administrator of ${connection.provider} enters these in the application made for you.`}
      >
        <ServiceProviderValueList values={values} />
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
