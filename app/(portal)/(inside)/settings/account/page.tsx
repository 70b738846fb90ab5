import type { Metadata } from 'next'
import { requireActor } from '#app/(portal)/session.ts'
import { ChangePassword } from '#components/forms/change-password.tsx'
import { SessionList } from '#components/portal/session-list.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { Section } from '#components/ui/section.tsx'
import { listSessions } from '#lib/members/list-sessions.ts'
import { house } from '#server/house-access.ts'
import { changePassword, endOtherSessions, endSession } from './actions.ts'

export const metadata: Metadata = { title: 'Your account' }

export default async function AccountPage() {
  const actor = await requireActor()
  const sessions = await listSessions(house(), actor)
  const others = sessions.filter(({ id }) => id !== actor.sessionId).length
  return (
    <div className="grid gap-6">
      <Section title="Password" lead="Changing it ends your other sessions.">
        <div className="max-w-md">
          <ChangePassword email={actor.email} save={changePassword} />
        </div>
      </Section>
      <Section
        title="Sessions"
        lead="Where you are signed in. If you do not recognize one, end it and change your password."
        flush
        action={
          others > 1 && (
            <ConfirmButton
              size="sm"
              label="End all others"
              title="End all other sessions?"
              confirmLabel={`End ${others} sessions`}
              done="Only this session is left."
              run={endOtherSessions}
            >
              <p>
                <strong>{others} sessions</strong> are signed out at once. This one stays.
              </p>
            </ConfirmButton>
          )
        }
      >
        <SessionList
          sessions={sessions.map(({ id, address, userAgent, createdAt, lastSeenAt }) => ({
            id,
            address,
            userAgent,
            createdAt,
            lastSeenAt,
          }))}
          currentId={actor.sessionId}
          end={endSession}
        />
      </Section>
    </div>
  )
}
