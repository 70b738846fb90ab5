import type { Metadata } from 'next'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { SigningKeys } from '#components/portal/signing-keys.tsx'
import { describeServiceProvider } from '#lib/connections/saml/service-provider.ts'
import { listSigningKeys } from '#lib/signing-keys/list-signing-keys.ts'
import { house } from '#server/house-access.ts'
import { makeNext, removeRetired, switchTo } from './actions.ts'

export const metadata: Metadata = { title: 'Signing keys' }

export default async function SigningKeysPage() {
  const [actor, site] = await Promise.all([requireActor(), loadSite()])
  const keys = await listSigningKeys(house(), actor)
  const { certificateUrl } = describeServiceProvider(house().config, site.issuer)
  return (
    <div className="grid gap-6">
      {keys.map((one) => (
        <SigningKeys
          key={one.purpose}
          keys={one}
          now={house().clock.now()}
          certificateUrl={certificateUrl}
          actions={mayChange(actor) ? { makeNext, switchTo, removeRetired } : undefined}
        />
      ))}
    </div>
  )
}
