import { headers } from 'next/headers'
import { cache } from 'react'
import { addressHeader, pathHeader, requestIdHeader } from '#lib/http/incoming.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'
import { house } from '#server/house-access.ts'

/** What the front server has established about the request a page answers. */
export async function loadRequestFacts(): Promise<{
  host: string
  address: string
  userAgent: string
  requestId: string
  /** Path and query of the page, where the front tells it. */
  path: string | null
}> {
  const sent = await headers()
  return {
    host: sent.get('host') ?? '',
    address: sent.get(addressHeader) ?? 'unknown',
    userAgent: (sent.get('user-agent') ?? '').slice(0, 300),
    requestId: sent.get(requestIdHeader) ?? '',
    path: sent.get(pathHeader),
  }
}

/** The organization this host belongs to; throws `unknown_host`. */
export const loadSite = cache(async (): Promise<OrganizationSite> => {
  const { host } = await loadRequestFacts()
  return house().organizations(host)
})
