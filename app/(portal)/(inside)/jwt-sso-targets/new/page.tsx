import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadKnown } from '#app/(portal)/load-known.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewTarget } from '#components/forms/new-target.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { createTarget } from '../actions.ts'

export const metadata: Metadata = { title: 'New JWT SSO target' }

const trail = [{ href: '/jwt-sso-targets', label: 'JWT SSO targets' }]

export default async function NewTargetPage({ searchParams }: PageProps<'/jwt-sso-targets/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor))
    return (
      <NotForViewers trail={trail} title="New JWT SSO target">
        create the target
      </NotForViewers>
    )
  const tenant = textParam(params, 'tenant') ?? ''
  return <NewTarget trail={trail} tenant={tenant} known={await loadKnown(actor)} create={createTarget} />
}
