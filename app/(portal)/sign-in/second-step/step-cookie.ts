import { cookies } from 'next/headers'
import { secondStepSeconds } from '#lib/members/second-step.ts'
import { house } from '#server/house-access.ts'

function stepCookieName(secure: boolean): string {
  return secure ? '__Host-portal-step' : 'portal-step'
}

/** Keeps in this browser alone what names its second step, for as long as that lives; a new one overwrites it. */
export async function writeStepCookie(token: string): Promise<void> {
  const { secure } = house().config
  const flags = { path: '/', httpOnly: true, sameSite: 'lax' as const, secure, maxAge: secondStepSeconds }
  ;(await cookies()).set(stepCookieName(secure), token, flags)
}

/** Empty when this browser has none. */
export async function readStepCookie(): Promise<string> {
  return (await cookies()).get(stepCookieName(house().config.secure))?.value ?? ''
}

export async function dropStepCookie(): Promise<void> {
  ;(await cookies()).delete(stepCookieName(house().config.secure))
}

/** The page of the second step, and where it leads afterwards. */
export function secondStepPath(from: string): string {
  return from === '/' ? '/sign-in/second-step' : `/sign-in/second-step?${new URLSearchParams({ from })}`
}
