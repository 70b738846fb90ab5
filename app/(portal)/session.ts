import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { connection } from 'next/server'
import { decode, encode } from 'next-auth/jwt'
import { cache } from 'react'
import type { Actor } from '#lib/base/actor.ts'
import { absoluteSessionSeconds, loadMemberSession } from '#lib/members/member-session.ts'
import { house } from '#server/house-access.ts'
import { loadRequestFacts, loadSite } from './request-facts.ts'

/** A member who is signed in to the portal, as use cases want to know them. */
export type Member = Actor & { sessionId: string; email: string }

/** `__Host-` where browsers reach us by https, so that no neighbouring host can plant a session. */
export function sessionCookieName(secure: boolean): string {
  return secure ? '__Host-portal-session' : 'portal-session'
}

/** Who is signed in, or null. The cookie only names a session; whether it still holds is asked on every request. */
export const findMember = cache(async (): Promise<Member | null> => {
  // While the pages are built there is no request and no house: nothing below may run then.
  await connection()
  const { config, portalSecret } = house()
  const cookie = (await cookies()).get(sessionCookieName(config.secure))?.value
  const token = cookie ? await decode({ token: cookie, secret: portalSecret }).catch(() => null) : null
  return typeof token?.sid === 'string' ? loadMember(token.sid) : null
})

/** The member behind a session of this organization, or null when it has ended. */
export async function loadMember(sessionId: string): Promise<Member | null> {
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  return loadMemberSession(house(), { ...facts, sessionId, organizationId: site.id })
}

/** Who is signed in; sends everybody else to the sign-in page, and back afterwards. Every page and action begins with it. */
export async function requireActor(): Promise<Member> {
  const member = await findMember()
  if (member) return member
  const from = pageAddress((await loadRequestFacts()).path)
  redirect(from === '/' ? '/sign-in' : `/sign-in?${new URLSearchParams({ from })}`)
}

/** Path and query as the address bar shows them: without what the router adds to its own requests. */
function pageAddress(path: string | null): string {
  if (path === null || !URL.canParse(path, 'http://page')) return '/'
  const url = new URL(path, 'http://page')
  url.searchParams.delete('_rsc')
  return url.pathname + url.search
}

/** Puts a session into the cookie, as the very token next-auth writes and reads. */
export async function writeSessionCookie(sessionId: string): Promise<void> {
  const { portalSecret: secret } = house()
  const token = await encode({ token: { sid: sessionId }, secret, maxAge: absoluteSessionSeconds })
  await setCookie(token, absoluteSessionSeconds)
}

/** Takes the cookie away; the session itself is ended by its use case. */
export async function dropSessionCookie(): Promise<void> {
  await setCookie('', 0)
}

async function setCookie(value: string, maxAge: number): Promise<void> {
  const { secure } = house().config
  const jar = await cookies()
  jar.set(sessionCookieName(secure), value, { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge })
}
