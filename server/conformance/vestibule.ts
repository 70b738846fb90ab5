import { managementClient, type TestServer } from '#server/testing/describe-on-each-server.ts'
import { person, type Target } from './target.ts'

/** Vestibule, with a tenant whose directory holds the person, and applications made through the API. */
export async function startVestibule(server: TestServer): Promise<Target> {
  const create = async (path: string, json: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const answer = await managementClient(server).post(path, { json })
    if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
    return answer.json()
  }
  const { profile, email, address, phone } = person.claims
  const { given_name, family_name, preferred_username, ...others } = profile
  await create('/api/v1/tenants', { slug: tenant, name: 'Acme' })
  await create('/api/v1/users', {
    tenant,
    ...email,
    username: preferred_username,
    firstName: given_name,
    lastName: family_name,
    password: person.password,
    attributes: { ...others, ...address, ...phone },
  })
  const issuer = new URL(server.url)
  return {
    issuer,
    person,
    standing: { tenant },
    async registerClient(metadata) {
      const { clientId, clientSecret } = await create('/api/v1/applications', {
        name: 'Conformance',
        product: 'conformance',
        type: 'confidential',
        redirectUrls: metadata.redirect_uris,
        postLogoutRedirectUrls: metadata.post_logout_redirect_uris,
        tokenEndpointAuthMethod: metadata.token_endpoint_auth_method,
        // The plans begin with requests that know nothing of PKCE.
        requirePkce: false,
        ...(metadata.backchannel_logout_uri && {
          backchannelLogoutUrl: metadata.backchannel_logout_uri,
          backchannelLogoutSessionRequired: metadata.backchannel_logout_session_required ?? false,
        }),
      })
      return { client_id: String(clientId), client_secret: String(clientSecret) }
    },
    questionOf({ url, text }) {
      if (url.origin !== issuer.origin || !text.includes('<form')) return null
      if (/name="(email|password)"/.test(text)) return 'sign-in'
      if (text.includes('name="decision"')) return 'consent'
      return url.pathname === '/api/oauth/logout' ? 'logout' : null
    },
    async answer(question, page, browser) {
      if (question === 'consent') return browser.submit(page, { decision: 'allow' })
      if (question === 'logout') return browser.submit(page)
      const answers: Record<string, string> = {}
      const asksForEmail =
        /<input\b[^>]*name="email"[^>]*type="(email|text)"|type="(email|text)"[^>]*name="email"/
      if (asksForEmail.test(page.text)) answers.email = person.login
      if (page.text.includes('name="password"')) answers.password = person.password
      return browser.submit(page, answers)
    },
    passTime: (seconds) => server.clock.advance(seconds),
    close: async () => {},
  }
}

const tenant = 'acme'
