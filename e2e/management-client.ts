import type { TestServer } from './test-server.ts'

export type MadeConnection = { clientID: string; clientSecret: string }

export type MadeApplication = { id: string; clientId: string; clientSecret?: string }

export type MadeTarget = { id: string; ssoUrl: string; secret: string }

/** A SAML identity provider, an OpenID provider, or a page of the customer's own. */
type Upstream =
  | { rawMetadata: string }
  | { oidcDiscoveryUrl: string; oidcClientId: string; oidcClientSecret: string }
  | { oidcMetadata: Record<string, string>; oidcClientId: string; oidcClientSecret: string }
  | { ssoUrl: string }

export type ManagementClient = {
  createTenant(tenant: { slug: string; name: string }): Promise<void>
  createUser(user: {
    tenant: string
    email: string
    password?: string
    firstName?: string
    lastName?: string
    tags?: Record<string, string | string[]>
    attributes?: Record<string, unknown>
    namespaces?: string[]
    status?: 'active' | 'disabled'
  }): Promise<{ id: string }>
  createNamespace(name: string): Promise<void>
  invite(invitation: { tenant: string; email: string }): Promise<void>
  changeTenant(slug: string, change: object): Promise<void>
  /** The one that waits under that address. */
  approveJoinRequest(email: string): Promise<void>
  claimDomain(domain: { tenant: string; domain: string; vouched?: boolean }): Promise<void>
  createConnection(
    connection: {
      tenant: string
      product: string
      redirectUrl: string
      name?: string
      provisioning?: 'passthrough' | 'existing' | 'auto' | 'approval'
    } & Upstream,
  ): Promise<MadeConnection>
  createApplication(application: {
    name: string
    product: string
    type: 'confidential' | 'public' | 'native'
    redirectUrls: string[]
  }): Promise<MadeApplication>
  createApplicationSecret(applicationId: string): Promise<void>
  createJwtSsoTarget(target: {
    name: string
    baseUrl: string
    audience: string
    tenant?: string
    claims?: string[]
    tags?: string[]
  }): Promise<MadeTarget>
}

/** The management API as a script uses it. Throws what the API says when it refuses. */
export function createManagementClient({ url, apiKey }: TestServer): ManagementClient {
  async function send<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Api-Key ${apiKey}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path} was answered with ${answer.status}: ${text}`)
    return JSON.parse(text) as Answer
  }
  const post = <Answer>(path: string, body: object) => send<Answer>('POST', path, body)
  return {
    createTenant: async (tenant) => void (await post('/api/v1/tenants', tenant)),
    createUser: (user) => post('/api/v1/users', user),
    invite: async (invitation) => void (await post('/api/v1/invitations', invitation)),
    createNamespace: async (name) => void (await post('/api/v1/namespaces', { name })),
    changeTenant: async (slug, change) => void (await send('PATCH', `/api/v1/tenants/${slug}`, change)),
    approveJoinRequest: async (email) => {
      const query = new URLSearchParams({ status: 'pending', query: email })
      const { data } = await send<{ data: { id: string }[] }>('GET', `/api/v1/join-requests?${query}`)
      await post(`/api/v1/join-requests/${data[0]!.id}/approve`, {})
    },
    claimDomain: async ({ tenant, ...claim }) =>
      void (await post(`/api/v1/tenants/${tenant}/domains`, claim)),
    createConnection: ({ redirectUrl, ...connection }) =>
      post('/api/v1/connections', {
        ...connection,
        defaultRedirectUrl: redirectUrl,
        redirectUrl: [redirectUrl],
      }),
    createApplication: (application) => post('/api/v1/applications', application),
    createJwtSsoTarget: (target) => post('/api/v1/jwt-sso-targets', target),
    createApplicationSecret: async (id) => void (await post(`/api/v1/applications/${id}/secrets`, {})),
  }
}
