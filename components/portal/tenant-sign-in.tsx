'use client'

import { useOptimistic, useTransition } from 'react'
import { SwitchField } from '../ui/field.tsx'
import { toast } from '../ui/toaster.tsx'

type Ways = { enforceSso: boolean; passwordSignIn: boolean }
type Outcome = { ok: true } | { ok: false; message: string }

/** How a tenant's people may sign in. Each switch holds from the moment it is turned. */
export function TenantSignIn({
  ways: saved,
  connected,
  save,
}: {
  ways: Ways
  /** Whether there is a connection through which they could. */
  connected: boolean
  save: (change: Partial<Ways>) => Promise<Outcome>
}) {
  const [ways, foresee] = useOptimistic(saved)
  const [, startTransition] = useTransition()

  function change(change: Partial<Ways>, said: string) {
    startTransition(async () => {
      foresee({ ...ways, ...change, ...(change.enforceSso && { passwordSignIn: false }) })
      const outcome = await save(change)
      if (outcome.ok) toast.good(said)
      else toast.bad(outcome.message)
    })
  }

  return (
    <div className="grid gap-5 border-line border-t pt-5">
      <SwitchField
        label="Only through single sign-on"
        hint={enforcement(ways.enforceSso, connected)}
        checked={ways.enforceSso}
        onChange={({ currentTarget: { checked } }) =>
          change({ enforceSso: checked }, checked ? 'Single sign-on is enforced.' : 'No longer enforced.')
        }
      />
      <SwitchField
        label="Sign-in with a password"
        hint={
          ways.enforceSso
            ? 'Off, because single sign-on is enforced.'
            : 'People without a connection, or beside it, can sign in with an e-mail address and a password.'
        }
        checked={ways.passwordSignIn}
        disabled={ways.enforceSso}
        onChange={({ currentTarget: { checked } }) =>
          change({ passwordSignIn: checked }, checked ? 'Passwords are allowed.' : 'Passwords are refused.')
        }
      />
    </div>
  )
}

function enforcement(enforced: boolean, connected: boolean): string {
  if (!connected)
    return enforced
      ? 'There is no active connection, so nobody of this company can sign in.'
      : 'There is no active connection yet: turned on, nobody of this company could sign in.'
  return 'This company’s people sign in at their identity provider and in no other way. Passwords are refused, those that exist too.'
}
