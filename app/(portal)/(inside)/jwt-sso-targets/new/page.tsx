import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewTarget } from '#components/forms/new-target.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { createTarget } from '../actions.ts'
import { loadKnown } from '../load-known.ts'

export const metadata: Metadata = { title: 'New JWT SSO target' }

const trail = [{ href: '/jwt-sso-targets', label: 'JWT SSO targets' }]

export default async function NewTargetPage({ searchParams }: PageProps<'/jwt-sso-targets/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor)) return <NotForViewers />
  const tenant = textParam(params, 'tenant') ?? ''
  return <NewTarget trail={trail} tenant={tenant} known={await loadKnown(actor)} create={createTarget} />
}

function NotForViewers() {
  return (
    <>
      <PageHeader trail={trail} title="New JWT SSO target" />
      <Notice title="Your role can look, not change">
        Ask an owner or admin of the organization to create the target.
      </Notice>
    </>
  )
}
