import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import Provider, { type ClientMetadata, type Configuration } from 'oidc-provider'

/** An OpenID provider that is other people's software (oidc-provider), on a port of this machine. */
export type OidcUpstream = {
  issuer: string
  /** Registers a client that is sent back to `redirectUri`. Its ID tokens are signed with `algorithm`. */
  addClient(client: { algorithm: string; authMethod?: string; secret?: string }): {
    id: string
    secret: string
  }
  /** From now on it signs with new keys and publishes only those. */
  rotateKeys(): Promise<void>
  /** How often somebody had to sign in at its page, rather than being known there already. */
  signIns(): number
  /** The parameters of every authorization request so far. */
  requests: URLSearchParams[]
  /** Further claims of the one account it has, in place of the usual ones. */
  describe(claims: Record<string, unknown>): void
  stop(): Promise<void>
}

const algorithms = ['RS256', 'PS256', 'ES256', 'EdDSA'] as const
export const account = 'site.engineer'

/** Starts it. `redirectUri` is where every client of it is sent back to. */
export async function startOidcProvider(redirectUri: string): Promise<OidcUpstream> {
  const clients: ClientMetadata[] = []
  const requests: URLSearchParams[] = []
  let claims: Record<string, unknown> = {}
  let signIns = 0
  let issuer = ''
  let keys = await mintKeys('first')
  let current: Provider

  const compose = () => {
    current = new Provider(issuer, {
      clients,
      jwks: { keys } as Configuration['jwks'],
      enabledJWA: { idTokenSigningAlgValues: [...algorithms, 'HS256'] },
      features: { devInteractions: { enabled: false } },
      claims: {
        openid: ['sub'],
        email: ['email', 'email_verified'],
        profile: ['given_name', 'family_name', 'groups'],
      },
      interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
      pkce: { required: () => true },
      cookies: { keys: ['a key for the cookies of tests'] },
      findAccount: (_context, id) => ({
        accountId: id,
        claims: () => ({
          sub: id,
          email: `${id}@globex.example`,
          email_verified: true,
          given_name: 'Site',
          family_name: 'Engineer',
          groups: ['everyone', 'engineering'],
          ...claims,
        }),
      }),
    } as Configuration)
  }

  async function interact(request: IncomingMessage, response: ServerResponse) {
    const { prompt, params, session } = await current.interactionDetails(request, response)
    if (prompt.name === 'login') {
      signIns++
      const result = { login: { accountId: account, amr: ['pwd', 'mfa'], acr: 'urn:test:high' } }
      return current.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
    }
    const grant = new current.Grant({ accountId: session!.accountId, clientId: String(params.client_id) })
    grant.addOIDCScope(String(params.scope))
    const consent = { grantId: await grant.save() }
    return current.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true })
  }

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider.invalid')
    if (pathname === '/auth') requests.push(searchParams)
    if (pathname.startsWith('/interaction/')) {
      interact(request, response).catch((thrown: Error) => response.writeHead(500).end(thrown.message))
    } else {
      void current.callback()(request, response)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  compose()
  return {
    issuer,
    requests,
    signIns: () => signIns,
    addClient({ algorithm, authMethod = 'client_secret_basic', secret }) {
      const id = `client-${clients.length + 1}`
      // Characters that Basic has to encode (RFC 6749 §2.3.1).
      const chosen = secret ?? `secret+/%: ~${clients.length}-of-the-client`
      clients.push({
        client_id: id,
        client_secret: chosen,
        redirect_uris: [redirectUri],
        id_token_signed_response_alg: algorithm as ClientMetadata['id_token_signed_response_alg'],
        token_endpoint_auth_method: authMethod as ClientMetadata['token_endpoint_auth_method'],
      })
      compose()
      return { id, secret: chosen }
    },
    async rotateKeys() {
      keys = await mintKeys('next')
      compose()
    },
    describe(changed) {
      claims = changed
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

let minted = 0

async function mintKeys(name: string): Promise<JWK[]> {
  minted++
  return Promise.all(
    algorithms.map(async (alg) => {
      const { privateKey } = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: `${name}-${minted}-${alg}` }
    }),
  )
}
