import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { connection } from 'next/server'
import { getServerSession } from 'next-auth/next'
import { cache } from 'react'
import type { Actor } from '#lib/base/actor.ts'
import { loadMemberSession } from '#lib/members/member-session.ts'
import { house } from '#server/house-access.ts'
import { authOptions, sessionCookieName } from './auth-options.ts'
import { loadRequestFacts, loadSite } from './request-facts.ts'

/** A member who is signed in to the portal, as use cases want to know them. */
export type Member = Actor & { sessionId: string; email: string }

/** Who is signed in, or null. The cookie only names a session; whether it still holds is asked on every request. */
export const findMember = cache(async (): Promise<Member | null> => {
  // While the pages are built there is no request and no house: nothing below may run then.
  await connection()
  const session = await getServerSession(authOptions())
  if (!session?.sessionId) return null
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  return loadMemberSession(house(), { ...facts, sessionId: session.sessionId, organizationId: site.id })
})

/** Who is signed in; sends everybody else to the sign-in page. Every page and every action begins with it. */
export async function requireActor(): Promise<Member> {
  return (await findMember()) ?? redirect('/sign-in')
}

/** Takes the cookie away; the session itself is ended by its use case. */
export async function dropSessionCookie(): Promise<void> {
  const jar = await cookies()
  const { secure } = house().config
  jar.set(sessionCookieName(secure), '', { path: '/', httpOnly: true, sameSite: 'lax', secure, maxAge: 0 })
}
