/** Who signed in, as the application gets it (SAML Jackson, "Profile Request"). */
export type Profile = {
  id: string
  email: string | null
  firstName: string | null
  lastName: string | null
  roles: string[] | null
  groups: string[] | null
  /** What the identity provider sent, under its names; empty for somebody who signed in with a password. */
  raw: Record<string, string | string[]>
  /** What they are in each category of the tenant. */
  tags?: Record<string, string | string[]>
  /** Of people in the directory. */
  username?: string | null
  /** Whether we stand by it; absent towards connections that are clients of their own, which get what was sent. */
  emailVerified?: boolean
  /** Further claims under the names of OpenID Connect Core §5.1. */
  attributes?: Record<string, unknown>
  /** Seconds since the epoch. */
  updatedAt?: number
}

/** What the application asked for, handed back to it as `requested`. */
export type Requested = {
  tenant: string
  product: string
  client_id?: string
  state?: string
  redirect_uri?: string
  scope?: string
  nonce?: string
  provider?: string
  idp_hint?: string
  login_hint?: string
  return_to_params?: string
  forceAuthn?: boolean
  isIdPFlow?: true
}

/** The claims ID tokens and userinfo share. */
export function profileClaims(profile: Profile): Record<string, unknown> {
  return {
    id: profile.id,
    email: profile.email,
    firstName: profile.firstName,
    lastName: profile.lastName,
    ...(profile.roles && { roles: profile.roles }),
    ...(profile.groups && { groups: profile.groups }),
    ...(profile.tags && { tags: profile.tags }),
  }
}

/** The standard claims of OpenID Connect Core §5.1 for the scopes that were granted. */
export function standardClaims(profile: Profile): Record<string, unknown> {
  const name = [profile.firstName, profile.lastName].filter(Boolean).join(' ')
  return {
    sub: profile.id,
    ...(profile.firstName && { given_name: profile.firstName }),
    ...(profile.lastName && { family_name: profile.lastName }),
    ...(name && { name }),
  }
}
