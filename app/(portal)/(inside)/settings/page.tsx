import type { Metadata } from 'next'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { describeDuration } from '#components/forms/duration-choices.ts'
import { OrganizationLogo } from '#components/forms/organization-logo.tsx'
import { OrganizationName } from '#components/forms/organization-name.tsx'
import { SessionLimitsForm } from '#components/forms/session-limits.tsx'
import { BrandPreview } from '#components/portal/brand-preview.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { CopyField } from '#components/ui/copy-field.tsx'
import { Facts } from '#components/ui/facts.tsx'
import { Section } from '#components/ui/section.tsx'
import { describeServiceProvider } from '#lib/connections/saml/service-provider.ts'
import { loadOrganizationBrand } from '#lib/organizations/organization-brand.ts'
import { loadSessionLimits } from '#lib/organizations/session-limits.ts'
import { house } from '#server/house-access.ts'
import { removeLogo, saveLogo, saveOrganization, saveSessionLimits } from './actions.ts'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const [actor, site] = await Promise.all([requireActor(), loadSite()])
  const [limits, brand] = await Promise.all([
    loadSessionLimits(house(), actor),
    loadOrganizationBrand(house(), actor),
  ])
  const provider = describeServiceProvider(house().config, site.issuer)
  return (
    <div className="grid gap-6">
      <Section
        title="Name and logo"
        lead="On the pages where the people of your customers sign in and out. Changes reach every page within ten seconds."
      >
        {actor.role === 'owner' ? (
          <div className="grid gap-8">
            <div className="max-w-md">
              <OrganizationName name={brand.name} save={saveOrganization} />
            </div>
            <OrganizationLogo name={brand.name} logo={brand.logo} save={saveLogo} remove={removeLogo} />
          </div>
        ) : (
          <BrandPreview name={brand.name} logo={brand.logo} />
        )}
      </Section>
      <Section
        title="Addresses"
        lead={`What applications and identity providers know ${site.name} by. They follow from PUBLIC_URL.`}
      >
        <div className="grid max-w-2xl gap-5">
          <CopyField
            label="Issuer"
            value={site.issuer}
            hint="For applications. Their libraries find everything else from here."
          />
          <CopyField
            label="SAML entity ID"
            value={provider.entityId}
            hint="For identity providers: who they are talking to."
          />
          <CopyField label="SAML metadata URL" value={provider.metadataUrl} />
          <div className="flex flex-wrap items-center justify-between gap-3">
            <div className="min-w-0 flex-1 basis-60">
              <p className="font-medium">SAML certificate</p>
              <p className="text-muted text-sm">
                Signs our requests, and encrypts what identity providers send where they support it.
              </p>
            </div>
            <a href={provider.certificateUrl} download className={buttonClass()}>
              Download
            </a>
          </div>
        </div>
      </Section>
      <Section
        title="How long people stay signed in"
        lead="The people of your customers, in one browser, without signing in again. Changes reach the sessions there are."
      >
        {actor.role === 'owner' ? (
          <div className="max-w-md">
            <SessionLimitsForm limits={limits} save={saveSessionLimits} />
          </div>
        ) : (
          <Facts
            facts={[
              { label: 'Ends when unused for', value: describeDuration(limits.sessionIdleSeconds) },
              { label: 'Ends at the latest after', value: describeDuration(limits.sessionAbsoluteSeconds) },
            ]}
          />
        )}
      </Section>
    </div>
  )
}
