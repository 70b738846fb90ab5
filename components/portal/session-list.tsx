import { browserName } from '#lib/base/browser-name.ts'
import { Badge } from '../ui/badge.tsx'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { Time } from '../ui/time.tsx'

export type SessionView = {
  id: string
  address: string
  userAgent: string
  createdAt: Date | string
  lastSeenAt: Date | string
}

type Outcome = { ok: true } | { ok: false; message: string }

/** Where a member is signed in, with a way to end each but the one being used. */
export function SessionList({
  sessions,
  currentId,
  end,
}: {
  sessions: SessionView[]
  currentId: string
  end: (id: string) => Promise<Outcome>
}) {
  return (
    <ul className="divide-y divide-line">
      {sessions.map((session) => (
        <li key={session.id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-3 sm:px-6">
          <div className="grid min-w-0 flex-1 basis-56 gap-0.5">
            <p className="flex flex-wrap items-center gap-2 font-medium">
              {browserName(session.userAgent)}
              {session.id === currentId && <Badge tone="good">This session</Badge>}
            </p>
            <p className="text-muted text-sm">
              {session.address} · signed in <Time at={session.createdAt} /> · last seen{' '}
              <Time at={session.lastSeenAt} />
            </p>
          </div>
          {session.id !== currentId && (
            <ConfirmButton
              size="sm"
              label="End"
              title="End this session?"
              confirmLabel="End session"
              done="The session has been ended."
              run={end.bind(null, session.id)}
            >
              <p>
                <strong>{browserName(session.userAgent)}</strong> at {session.address} is signed out at once.
                Unsaved changes there are lost.
              </p>
            </ConfirmButton>
          )}
        </li>
      ))}
    </ul>
  )
}
