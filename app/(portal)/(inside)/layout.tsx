import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { Shell } from '#components/portal/shell.tsx'
import { parseTheme, themeCookie } from '#components/portal/theme.ts'
import { loadSite } from '../request-facts.ts'
import { requireActor } from '../session.ts'
import { signOut } from './actions.ts'

export default async function InsideLayout({ children }: { children: ReactNode }) {
  const [actor, site, jar] = await Promise.all([requireActor(), loadSite(), cookies()])
  return (
    <Shell
      organizationName={site.name}
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
