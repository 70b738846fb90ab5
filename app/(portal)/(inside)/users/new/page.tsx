import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadKnownTenants } from '#app/(portal)/load-known.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewUser } from '#components/forms/new-user.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { createUser } from '../actions.ts'

export const metadata: Metadata = { title: 'New user' }

const trail = [{ href: '/users', label: 'Users' }]

export default async function NewUserPage({ searchParams }: PageProps<'/users/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor))
    return (
      <NotForViewers trail={trail} title="New user">
        create the user
      </NotForViewers>
    )
  const tenants = await loadKnownTenants(actor)
  return (
    <>
      <PageHeader
        trail={trail}
        title="New user"
        lead="Somebody of a customer. They can sign in as soon as they are here."
      />
      <NewUser
        tenant={textParam(params, 'tenant') ?? (tenants.length === 1 ? tenants[0]!.slug : '')}
        tenants={tenants}
        create={createUser}
      />
    </>
  )
}
