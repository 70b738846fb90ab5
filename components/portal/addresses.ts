/**
 * Addresses of the portal's pages. A tenant goes by its slug where that is safe in a path everywhere; slugs may hold
 * any character, and the others go by id or, where that is not at hand, by a search for the slug.
 */
export function tenantPath(tenant: { slug: string; id?: string }): string {
  if (/^(?!\.+$)[A-Za-z0-9._~-]+$/.test(tenant.slug)) return `/tenants/${tenant.slug}`
  return tenant.id ? `/tenants/${tenant.id}` : `/tenants?${new URLSearchParams({ query: tenant.slug })}`
}

/** By its name where that is safe in a path everywhere, else by its id. */
export function namespacePath(namespace: { id: string; name: string }): string {
  const safe = /^(?!\.+$)[A-Za-z0-9._~-]+$/.test(namespace.name)
  return `/namespaces/${safe ? namespace.name : namespace.id}`
}

export function connectionPath(clientId: string): string {
  return `/connections/${encodeURIComponent(clientId)}`
}

export function applicationPath(id: string): string {
  return `/applications/${encodeURIComponent(id)}`
}

export function targetPath(id: string): string {
  return `/jwt-sso-targets/${encodeURIComponent(id)}`
}

/** The token inspector, told what a token should be for. */
export function inspectorPath(audience: string): string {
  return `/jwt-inspector?${new URLSearchParams({ audience })}`
}

export function userPath(id: string): string {
  return `/users/${encodeURIComponent(id)}`
}

export function usersPath(filter: { tenant?: string; status?: string; namespace?: string }): string {
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value))
  return query.size > 0 ? `/users?${query}` : '/users'
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
