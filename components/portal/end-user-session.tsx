'use client'

import { useState } from 'react'
import { ConfirmButton } from '../ui/confirm-button.tsx'
import { SwitchField } from '../ui/field.tsx'

type Outcome = { ok: true } | { ok: false; message: string }

/** Ends a session, or all of the person who holds it, when asked once more. */
export function EndUserSession({
  who,
  applications,
  end,
  endAll,
}: {
  who: string
  /** How many applications were opened with it. */
  applications: number
  end: () => Promise<Outcome>
  endAll: () => Promise<Outcome>
}) {
  const [all, setAll] = useState(false)
  return (
    <ConfirmButton
      size="sm"
      label="End"
      title="End this session?"
      confirmLabel={all ? 'End all their sessions' : 'End session'}
      done={all ? 'All sessions of this person have been ended.' : 'The session has been ended.'}
      run={all ? endAll : end}
    >
      <div className="grid gap-4">
        <p>
          <strong>{who}</strong> has to sign in again. {describeReach(applications)}
        </p>
        <SwitchField
          label="End every session of this person"
          hint="On all their devices and in all browsers."
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </div>
    </ConfirmButton>
  )
}

function describeReach(applications: number): string {
  if (applications === 0) return 'No application was opened with this session.'
  const tokens = 'tokens issued in it stop working, also those for offline access.'
  return applications === 1
    ? `The application opened with it is told where it asked for that, and ${tokens}`
    : `The ${applications} applications opened with it are told where they asked for that, and ${tokens}`
}
