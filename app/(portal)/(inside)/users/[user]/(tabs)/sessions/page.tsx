import type { Metadata } from 'next'
import { listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { userPath } from '#components/portal/addresses.ts'
import { SignOutEverywhere } from '#components/portal/user-deeds.tsx'
import { UserSessionTable } from '#components/portal/user-session-table.tsx'
import { userTitle } from '#components/portal/user-views.ts'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Section } from '#components/ui/section.tsx'
import { listUserSessionRows } from '#lib/sessions/list-user-sessions.ts'
import { house } from '#server/house-access.ts'
import { endAllOfUser, endSessionOfUser } from '../../../actions.ts'
import { loadShown } from '../../load.ts'

type Props = PageProps<'/users/[user]/sessions'>

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Sessions of ${userTitle(await loadShown((await params).user))}` }
}

export default async function UserSessionsPage({ params, searchParams }: Props) {
  const [actor, given, asked] = await Promise.all([requireActor(), params, searchParams])
  const user = await loadShown(given.user)
  const { cursor } = listParams(asked)
  const page = await listUserSessionRows(house(), actor, { user: user.id, cursor, limit: 25 })
  const endAll = endAllOfUser.bind(null, user.id)
  return (
    <Section
      title="Where they are signed in"
      lead="Each session opens further applications without another sign-in, until it is ended or its time is over."
      action={mayChange(actor) && <SignOutEverywhere who={userTitle(user)} run={endAll} />}
      flush
    >
      {page.data.length > 0 ? (
        <UserSessionTable
          within="user"
          sessions={page.data}
          deeds={mayChange(actor) ? { end: endSessionOfUser, endAllOfPerson: endAll } : null}
        />
      ) : (
        <EmptyState title="Not signed in anywhere">
          Applications may still hold tokens for offline access; signing out everywhere ends those too.
        </EmptyState>
      )}
      <Pager path={`${userPath(user.id)}/sessions`} params={asked} nextCursor={page.nextCursor} />
    </Section>
  )
}
