/**
 * Who acts, for authorization and for the audit log. Always of exactly one organization.
 * A `user` acts only on what is about themselves, and reads nothing of the organization.
 * `address` is the client's address as far as the trusted proxies tell it.
 */
export type Actor = {
  type: 'member' | 'apiKey' | 'user' | 'system'
  id: string
  name: string
  role: Role
  organizationId: string
  address: string
  requestId: string
}

/** Owner: everything. Admin: everything but the organization itself, and of members only inviting. Viewer: reads. */
export type Role = 'owner' | 'admin' | 'viewer'

/** Vestibule itself, where something happens in an organization by schedule. */
export function systemActor(organizationId: string): Actor {
  const id = 'vestibule'
  return { type: 'system', id, name: 'Vestibule', role: 'owner', organizationId, address: '', requestId: '' }
}
