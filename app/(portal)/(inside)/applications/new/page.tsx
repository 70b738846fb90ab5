import type { Metadata } from 'next'
import { textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewApplication } from '#components/forms/new-application.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { listProducts } from '#lib/products/list-products.ts'
import { house } from '#server/house-access.ts'
import { createApplication } from '../actions.ts'

export const metadata: Metadata = { title: 'New application' }

const trail = [{ href: '/applications', label: 'Applications' }]

export default async function NewApplicationPage({ searchParams }: PageProps<'/applications/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor))
    return (
      <NotForViewers trail={trail} title="New application">
        create the application
      </NotForViewers>
    )
  return (
    <NewApplication
      trail={trail}
      product={textParam(params, 'product') ?? ''}
      products={await listProducts(house(), actor)}
      create={createApplication}
    />
  )
}
