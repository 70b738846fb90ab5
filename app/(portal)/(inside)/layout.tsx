import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { countWaiting } from '#app/(portal)/waiting-requests.ts'
import { Shell } from '#components/portal/shell.tsx'
import { parseTheme, themeCookie } from '#components/portal/theme.ts'
import { signOut } from './actions.ts'

export default async function InsideLayout({ children }: { children: ReactNode }) {
  const actor = await requireActor()
  const [site, jar, waiting] = await Promise.all([loadSite(), cookies(), countWaiting()])
  return (
    <Shell
      organizationName={site.name}
      counts={{ '/users/requests': waiting }}
      account={{
        name: actor.name,
        email: actor.email,
        role: actor.role,
        theme: parseTheme(jar.get(themeCookie)?.value),
        signOut,
      }}
    >
      {children}
    </Shell>
  )
}
