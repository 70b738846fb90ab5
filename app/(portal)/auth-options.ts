import type { NextAuthOptions } from 'next-auth'
import credentials from 'next-auth/providers/credentials'
import { absoluteSessionSeconds } from '#lib/members/member-session.ts'
import { revokeMemberSession } from '#lib/members/revoke-member-session.ts'
import { type MemberSignIn, signInMember } from '#lib/members/sign-in-member.ts'
import { house } from '#server/house-access.ts'
import { loadRequestFacts, loadSite } from './request-facts.ts'
import { loadMember, sessionCookieName } from './session.ts'

/**
 * next-auth for the portal. Its token holds the id of a member session and nothing else: roles and names are
 * read anew on every request, so that a revoked session or a changed role takes effect at once.
 */
export function authOptions(): NextAuthOptions {
  const { secure } = house().config
  const flags = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure }
  const prefix = secure ? '__Host-' : ''
  return {
    secret: house().portalSecret,
    session: { strategy: 'jwt', maxAge: absoluteSessionSeconds },
    pages: { signIn: '/sign-in', error: '/sign-in' },
    useSecureCookies: secure,
    cookies: {
      sessionToken: { name: sessionCookieName(secure), options: flags },
      csrfToken: { name: `${prefix}portal-csrf`, options: flags },
      callbackUrl: { name: `${prefix}portal-callback`, options: flags },
    },
    providers: [
      credentials({
        credentials: {
          email: { label: 'E-mail', type: 'email' },
          password: { label: 'Password', type: 'password' },
        },
        // Who needs a second step is sent to the sign-in page, which asks for it; there is no session before.
        authorize: async (given) => {
          const { email = '', password = '' } = given ?? {}
          const outcome = await openSession({ email: String(email), password: String(password) })
          return outcome.kind === 'session' ? { id: outcome.session.sessionId } : null
        },
      }),
    ],
    callbacks: {
      jwt: ({ token, user }) => ({ sid: user ? user.id : token.sid }),
      session: ({ session }) => ({ expires: session.expires }),
    },
    events: {
      signOut: async ({ token }) => {
        const member = await loadMember(String(token.sid))
        if (member) await revokeMemberSession(house(), member, { id: member.sessionId })
      },
    },
  }
}

/** Checks e-mail and password for the organization of this host. Throws `unauthorized`, `rate_limited`, `forbidden`. */
export async function openSession(given: {
  email: string
  password: string
  breakGlass?: boolean
}): Promise<MemberSignIn> {
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  return signInMember(house(), { ...facts, ...given, organizationId: site.id })
}
