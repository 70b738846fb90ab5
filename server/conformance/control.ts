import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair } from 'jose'
import type { Configuration, Provider } from 'oidc-provider'
import { vi } from 'vitest'
import { escapeHtml } from '#lib/base/encoding.ts'
import type { Question } from '#server/testing/applications.ts'
import { person, type Target } from './target.ts'

/**
 * oidc-provider, which is certified for the plans, with pages of its own for the person: what passes here is what the
 * plans ask, and a test that fails here is wrong.
 */
export async function startControl(): Promise<Target> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const issuer = new URL(`http://localhost:${(server.address() as AddressInfo).port}`)
  const provider = await createProvider(issuer.origin)
  const answerOthers = provider.callback()
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (request.url?.startsWith(interactionPath)) void answerInteraction(provider, request, response)
    else answerOthers(request, response)
  })
  return {
    issuer,
    person,
    async registerClient(metadata) {
      const answer = await fetch(`${issuer.origin}/reg`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...metadata, grant_types: ['authorization_code', 'refresh_token'] }),
      })
      if (answer.status !== 201) throw new Error(`the client was not registered: ${await answer.text()}`)
      return (await answer.json()) as { client_id: string; client_secret: string }
    },
    questionOf({ url, text }) {
      if (url.origin !== issuer.origin) return null
      if (text.includes('action="/interaction/')) return text.includes('name="login"') ? 'sign-in' : 'consent'
      return text.includes('/session/end/confirm"') ? 'logout' : null
    },
    answer: (question, page, browser) => browser.submit(page, answers[question]),
    passTime() {},
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

const answers: Record<Question, Record<string, string>> = {
  'sign-in': { login: person.login, password: person.password },
  consent: { consent: 'yes' },
  logout: { logout: 'yes' },
}

const subject = randomUUID()
const interactionPath = '/interaction/'

async function createProvider(issuer: string): Promise<Provider> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  const claims = Object.entries(person.claims).map(([scope, known]) => [scope, Object.keys(known)] as const)
  const configuration: Configuration = {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), use: 'sig', alg: 'RS256', kid: 'control' }] },
    cookies: { keys: [randomUUID()], long: { sameSite: 'none' } },
    enableHttpPostMethods: true,
    claims: {
      openid: ['sub'],
      acr: null,
      auth_time: null,
      sid: null,
      ...Object.fromEntries(claims),
      profile: [...Object.keys(person.claims.profile), 'updated_at'],
      email: ['email', 'email_verified'],
    },
    acrValues: ['urn:vestibule:password'],
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 86_400,
      IdToken: 600,
      Interaction: 600,
      RefreshToken: 86_400,
      Session: 86_400,
    },
    pkce: { required: () => false },
    findAccount: (_ctx, accountId) => ({
      accountId,
      claims: async () => ({
        sub: accountId,
        ...Object.assign({}, ...Object.values(person.claims)),
        email_verified: true,
        updated_at: 1_700_000_000,
      }),
    }),
    interactions: { url: (_ctx, interaction) => interactionPath + interaction.uid },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      claimsParameter: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = `<h1>Sign out?</h1>${form.replace('</form>', '<button name="logout" value="yes">Sign out</button></form>')}`
        },
        postLogoutSuccessSource: (ctx) => {
          ctx.body = '<h1>You are signed out</h1>'
        },
      },
    },
    // The relying party is on loopback, which its own dispatcher keeps it from.
    fetch: (url, options) => fetch(url, Object.assign({}, options, { dispatcher: undefined })),
    renderError: (ctx, { error, error_description }) => {
      ctx.type = 'html'
      ctx.body = `<h1>${error}</h1><p>${error_description}</p>`
    },
  }
  // It warns of everything that is kept in memory, and of Node 26.
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { Provider } = await import('oidc-provider')
  const provider = new Provider(issuer, configuration)
  warnings.mockRestore()
  return provider
}

/** The pages of sign-in and consent, and what their forms send. */
async function answerInteraction(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, grantId } = await provider.interactionDetails(request, response)
  if (request.method !== 'POST') {
    const hint = escapeHtml(String(params.login_hint ?? ''))
    const fields =
      prompt.name === 'login'
        ? `<input name="login" value="${hint}"><input type="password" name="password">`
        : '<button name="consent" value="yes">Allow</button>'
    response.setHeader('content-type', 'text/html; charset=utf-8')
    response.end(`<form method="post" action="${request.url}">${fields}</form>`)
    return
  }
  const login = { accountId: subject, acr: 'urn:vestibule:password', amr: ['pwd'] }
  const result =
    prompt.name === 'login' ? { login } : { consent: { grantId: await makeGrant(provider, params, grantId) } }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
}

async function makeGrant(
  provider: Provider,
  params: Record<string, unknown>,
  grantId: string | undefined,
): Promise<string> {
  const known = grantId ? await provider.Grant.find(grantId) : undefined
  const grant = known ?? new provider.Grant({ accountId: subject, clientId: String(params.client_id) })
  grant.addOIDCScope(String(params.scope))
  grant.addOIDCClaims(claimNames(params.claims))
  return grant.save()
}

function claimNames(requested: unknown): string[] {
  if (typeof requested !== 'string') return []
  const { userinfo, id_token } = JSON.parse(requested) as Record<string, Record<string, unknown> | undefined>
  return [...Object.keys(userinfo ?? {}), ...Object.keys(id_token ?? {})]
}
