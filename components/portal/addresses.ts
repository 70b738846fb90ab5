/** Addresses of the portal's pages. Slugs may hold any character, so they are encoded here and nowhere else. */
export function tenantPath(slug: string): string {
  return `/tenants/${encodeURIComponent(slug)}`
}

export function connectionPath(clientId: string): string {
  return `/connections/${encodeURIComponent(clientId)}`
}

export function tracePath(id: string): string {
  return `/traces/${encodeURIComponent(id)}`
}

export function tracesPath(filter: {
  tenant?: string
  product?: string
  connection?: string
  outcome?: string
}): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value))
  return query.size > 0 ? `/traces?${query}` : '/traces'
}
