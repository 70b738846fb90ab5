'use server'

import { redirect } from 'next/navigation'
import { dropSessionCookie, findMember } from '#app/(portal)/session.ts'
import { revokeMemberSession } from '#lib/members/revoke-member-session.ts'
import { house } from '#server/house-access.ts'

/** Ends this session for good: a copy of the cookie is worth nothing afterwards. */
export async function signOut(): Promise<void> {
  const member = await findMember()
  if (member) await revokeMemberSession(house(), member, { id: member.sessionId })
  await dropSessionCookie()
  redirect('/sign-in')
}
