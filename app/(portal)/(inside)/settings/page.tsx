import type { Metadata } from 'next'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { MemberTable } from '#components/portal/member-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { CopyField } from '#components/ui/copy-field.tsx'
import { Section } from '#components/ui/section.tsx'
import { describeServiceProvider } from '#lib/connections/saml/service-provider.ts'
import { listMembers } from '#lib/members/list-members.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Settings' }

export default async function SettingsPage() {
  const [actor, site] = await Promise.all([requireActor(), loadSite()])
  const members = await listMembers(house(), actor)
  const provider = describeServiceProvider(house().config, site.issuer)
  return (
    <div className="grid gap-6">
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
      <Section title="Members" lead="Who may sign in to this portal." flush>
        <MemberTable members={members} />
      </Section>
    </div>
  )
}
