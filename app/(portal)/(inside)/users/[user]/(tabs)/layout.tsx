import type { ReactNode } from 'react'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { userPath, usersPath } from '#components/portal/addresses.ts'
import { UserAccess } from '#components/portal/user-deeds.tsx'
import { UserState } from '#components/portal/user-table.tsx'
import { fullName, userTitle } from '#components/portal/user-views.ts'
import { PageHeader } from '#components/ui/page-header.tsx'
import { TabLinks } from '#components/ui/tab-links.tsx'
import { disableUser, enableUser } from '../../actions.ts'
import { loadShown } from '../load.ts'

type Props = { params: Promise<{ user: string }>; children: ReactNode }

export default async function UserLayout({ params, children }: Props) {
  const [actor, given] = await Promise.all([requireActor(), params])
  const user = await loadShown(given.user)
  const { id, tenant, status } = user
  const path = userPath(id)
  return (
    <>
      <PageHeader
        trail={[
          { href: '/users', label: 'Users' },
          { href: usersPath({ tenant }), label: tenant },
        ]}
        title={userTitle(user)}
        state={<UserState status={status} />}
        lead={fullName(user) ? user.email : undefined}
        actions={
          mayChange(actor) &&
          (status === 'active' || status === 'disabled') && (
            <UserAccess
              who={userTitle(user)}
              disabled={status === 'disabled'}
              disable={disableUser.bind(null, id)}
              enable={enableUser.bind(null, id)}
            />
          )
        }
      />
      <TabLinks
        label="Parts of this user"
        tabs={[
          { href: path, label: 'Overview' },
          { href: `${path}/sessions`, label: 'Sessions' },
          { href: `${path}/settings`, label: 'Settings' },
        ]}
      />
      {children}
    </>
  )
}
