import { cookies } from 'next/headers'
import type { ReactNode } from 'react'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { Shell } from '#components/portal/shell.tsx'
import { parseTheme, themeCookie } from '#components/portal/theme.ts'
import { countJoinRequests } from '#lib/accounts/count-join-requests.ts'
import { house } from '#server/house-access.ts'
import { signOut } from './actions.ts'

export default async function InsideLayout({ children }: { children: ReactNode }) {
  const [actor, site, jar] = await Promise.all([requireActor(), loadSite(), cookies()])
  return (
    <Shell
      organizationName={site.name}
      counts={{ '/users/requests': await countJoinRequests(house(), actor, { atMost: 100 }) }}
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
