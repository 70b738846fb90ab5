import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewUser } from '#components/forms/new-user.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { house } from '#server/house-access.ts'
import { createUser } from '../actions.ts'

export const metadata: Metadata = { title: 'New user' }

export default async function NewUserPage({ searchParams }: PageProps<'/users/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const { data: tenants } = await listTenants(house(), actor, { limit: 200 })
  return (
    <>
      <PageHeader
        trail={[{ href: '/users', label: 'Users' }]}
        title="New user"
        lead="Somebody of a customer. They can sign in as soon as they are here."
      />
      {mayChange(actor) ? (
        <NewUser
          tenant={textParam(params, 'tenant') ?? (tenants.length === 1 ? tenants[0]!.slug : '')}
          tenants={tenants.map(({ slug, name }) => ({ slug, name }))}
          create={createUser}
        />
      ) : (
        <Notice title="Your role can look, not change">
          Ask an owner or admin of the organization to create the user.
        </Notice>
      )}
    </>
  )
}
