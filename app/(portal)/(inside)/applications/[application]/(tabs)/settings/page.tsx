import type { Metadata } from 'next'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import type { ApplicationValues } from '#components/forms/application-schemas.ts'
import { ApplicationSettings } from '#components/forms/application-settings.tsx'
import { keyOf } from '#components/forms/key-of.ts'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { Facts, Id } from '#components/ui/facts.tsx'
import { Section } from '#components/ui/section.tsx'
import type { ApplicationView } from '#lib/applications/application.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { house } from '#server/house-access.ts'
import { deleteApplication, updateApplication } from '../../../actions.ts'
import { loadShown } from '../../load.ts'

type Props = { params: Promise<{ application: string }> }

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Settings of ${(await loadShown((await params).application)).name}` }
}

export default async function ApplicationSettingsPage({ params }: Props) {
  const [actor, given] = await Promise.all([requireActor(), params])
  const application = await loadShown(given.application)
  if (!mayChange(actor)) return <ReadOnly application={application} />
  const { id, name, product } = application
  const values = toValues(application)
  return (
    <div className="grid gap-6">
      <Section title="Settings">
        <div className="max-w-2xl">
          <ApplicationSettings
            key={keyOf(values)}
            settings={values}
            products={await listProducts(house(), actor)}
            save={updateApplication.bind(null, id)}
          />
        </div>
      </Section>
      <Section
        tone="danger"
        title="Delete this application"
        lead="Nobody can sign in to it any more, and every token it holds ends at once."
        action={
          <ConfirmButton
            label="Delete application"
            title={`Delete ${name}?`}
            confirmLabel="Delete application"
            typed={name}
            run={deleteApplication.bind(null, id)}
          >
            <p>This cannot be undone. What is lost:</p>
            <ul>
              <li>its client ID and secrets; a new application gets new ones</li>
              <li>every sign-in that is under way, and every token issued to it</li>
            </ul>
            <p className="mt-2">
              The connections of <strong>{product}</strong>, traces and the audit log are kept.
            </p>
          </ConfirmButton>
        }
      />
    </div>
  )
}

function ReadOnly({ application }: { application: ApplicationView }) {
  const yesNo = (value: boolean) => (value ? 'Yes' : 'No')
  return (
    <Section title="Settings" lead="Your role can look, not change.">
      <Facts
        facts={[
          { label: 'Redirect URLs', value: <Id>{application.redirectUrls.join('\n')}</Id> },
          {
            label: 'After signing out',
            value: <Id>{application.postLogoutRedirectUrls.join('\n') || '–'}</Id>,
          },
          { label: 'Back-channel sign-out', value: <Id>{application.backchannelLogoutUrl ?? '–'}</Id> },
          { label: 'Sign-in may start at', value: <Id>{application.initiateLoginUrl ?? '–'}</Id> },
          { label: 'Proves who it is by', value: <Id>{application.tokenEndpointAuthMethod}</Id> },
          { label: 'Requires PKCE', value: yesNo(application.requirePkce) },
          { label: 'Requires pushed requests', value: yesNo(application.requirePar) },
          { label: 'Binds tokens to a key', value: yesNo(application.requireDpop) },
          { label: 'Access tokens', value: application.accessTokenFormat },
        ]}
      />
    </Section>
  )
}

function toValues(application: ApplicationView): ApplicationValues {
  const { type, name, product, requirePkce, requireDpop, requirePar, accessTokenFormat } = application
  return {
    type,
    name,
    product,
    redirectUrls: application.redirectUrls.join('\n'),
    postLogoutRedirectUrls: application.postLogoutRedirectUrls.join('\n'),
    backchannelLogoutUrl: application.backchannelLogoutUrl ?? '',
    backchannelLogoutSessionRequired: application.backchannelLogoutSessionRequired,
    initiateLoginUrl: application.initiateLoginUrl ?? '',
    requirePkce,
    tokenEndpointAuthMethod: application.tokenEndpointAuthMethod,
    jwks: application.jwks ? JSON.stringify(application.jwks, null, 2) : '',
    jwksUrl: application.jwksUrl ?? '',
    accessTokenFormat,
    requireDpop,
    requirePar,
  }
}
