import { answerPage, makeApplication, makePerson, questionOf } from '#server/testing/applications.ts'
import type { TestServer } from '#server/testing/describe-on-each-server.ts'
import { person, type Target } from './target.ts'

/**
 * Vestibule, with a tenant whose directory holds the person, and applications made through the API. Requests do not say
 * which tenant is meant: the person's e-mail address does.
 */
export async function startVestibule(server: TestServer): Promise<Target> {
  const { profile, email, address, phone } = person.claims
  const { given_name, family_name, preferred_username, ...others } = profile
  await makePerson(server, tenant, {
    ...email,
    username: preferred_username,
    firstName: given_name,
    lastName: family_name,
    password: person.password,
    attributes: { ...others, ...address, ...phone },
  })
  return {
    issuer: new URL(server.url),
    person,
    async registerClient(metadata) {
      const { clientId, clientSecret } = await makeApplication(server, {
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
      return { client_id: clientId, client_secret: clientSecret }
    },
    questionOf: (page) => questionOf(server, page),
    answer: (question, page, browser) =>
      answerPage({ email: person.login, password: person.password }, question, page, browser),
    passTime: (seconds) => server.clock.advance(seconds),
    close: async () => {},
  }
}

const tenant = 'acme'
